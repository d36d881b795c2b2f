import type { Socket } from 'node:net';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Session } from '../sessions/session.js';

/**
 * Knows which sessions use which network connection. A client that goes away
 * without closing its session leaves nothing that could be used again, so the
 * session ends with the last connection that carried it.
 */
export class Connections {
  /** The sessions of each open connection, by the client's `address:port`. */
  private readonly sessionsOf = new Map<string, Set<Session>>();
  private readonly connectionsOf = new WeakMap<Session, Set<string>>();

  constructor(private readonly sessions: SessionRegistry) {}

  /** Watches a new connection. */
  opened(socket: Socket): void {
    const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
    this.sessionsOf.set(peer, new Set());
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
    const connections = this.connectionsOf.get(session) ?? new Set();
    this.connectionsOf.set(session, connections.add(peer));
    const sessions = this.sessionsOf.get(peer);
    if (sessions) {
      sessions.add(session);
    } else {
      this.left(session, peer, null); // Closed while the call was being looked at.
    }
  }

  /** `broken`: what was wrong with the connection; null when it was closed in good order. */
  private closed(peer: string, broken: string | null): void {
    const orphans = this.sessionsOf.get(peer) ?? [];
    this.sessionsOf.delete(peer);
    for (const session of orphans) {
      this.left(session, peer, broken);
    }
  }

  private left(session: Session, peer: string, broken: string | null): void {
    const connections = this.connectionsOf.get(session);
    connections?.delete(peer);
    if (connections?.size === 0) {
      const ended =
        broken === null
          ? this.sessions.end(session, 'closed', 'client disconnected')
          : this.sessions.end(session, 'error', `connection lost: ${broken}`);
      ended.catch(() => undefined);
    }
  }
}
