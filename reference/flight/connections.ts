import type { Socket } from 'node:net';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Session } from '../sessions/session.js';

/**
 * Knows which sessions use which network connection. A client that goes away
 * without closing its session leaves nothing that could be used again, so the
 * session ends with the last connection that carried it.
 */
export class Connections {
  /** By `address:port` of the client. */
  private readonly sessionsOf = new Map<string, Set<Session>>();
  private readonly connectionsOf = new WeakMap<Session, Set<string>>();

  constructor(private readonly sessions: SessionRegistry) {}

  /** Watches a new connection. */
  opened(socket: Socket): void {
    const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
    let broken: string | null = null;
    socket.once('error', (error) => {
      broken = error.message;
    });
    socket.once('close', () => {
      this.closed(peer, broken);
    });
  }

  /** Notes that a call of the session came through the connection of `peer`. */
  use(peer: string, session: Session): void {
    put(this.sessionsOf, peer, session);
    put(this.connectionsOf, session, peer);
  }

  /** `broken`: what was wrong with the connection; null when it was closed in good order. */
  private closed(peer: string, broken: string | null): void {
    const orphans = this.sessionsOf.get(peer) ?? [];
    this.sessionsOf.delete(peer);
    for (const session of orphans) {
      const left = this.connectionsOf.get(session);
      left?.delete(peer);
      if (left?.size === 0) {
        const ended =
          broken === null
            ? this.sessions.end(session, 'closed', 'client disconnected')
            : this.sessions.end(session, 'error', `connection lost: ${broken}`);
        ended.catch(() => undefined);
      }
    }
  }
}

function put<K extends WeakKey | string, V>(
  map: { get(key: K): Set<V> | undefined; set(key: K, value: Set<V>): unknown },
  key: K,
  value: V,
): void {
  const known = map.get(key);
  if (known) {
    known.add(value);
  } else {
    map.set(key, new Set([value]));
  }
}
