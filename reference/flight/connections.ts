import type { ServerHttp2Session } from 'node:http2';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Session } from '../sessions/session.js';

/** A network connection that is open. */
interface NetworkConnection {
  readonly http2: ServerHttp2Session;
  /** Those that a call of it was in. */
  readonly sessions: Set<Session>;
  /** The ids of the sessions that its clients share who send a password with each call, by who they are. */
  readonly byPassword: Map<string, string>;
}

/** What Node.js says of a frame that it cannot take, whichever that is. */
const protocolError = 'ERR_HTTP2_ERROR';

/**
 * Knows which sessions use which network connection. A session outlives its
 * connections: whoever has its token comes back on another. One that only a
 * password was ever sent for has nobody who could, and ends with its last.
 */
export class Connections {
  /** By the client's `address:port`. */
  private readonly open = new Map<string, NetworkConnection>();
  private readonly peersOf = new WeakMap<Session, Set<string>>();

  constructor(private readonly sessions: SessionRegistry) {}

  /** Watches a new connection. */
  opened(http2: ServerHttp2Session): void {
    const { remoteAddress = '', remotePort = 0 } = http2.socket;
    const peer = `${remoteAddress}:${remotePort}`;
    const connection = {
      http2,
      sessions: new Set<Session>(),
      byPassword: new Map<string, string>(),
    };
    this.open.set(peer, connection);
    let cutShort: unknown;
    let broken: string | null = null;
    http2.on('stream', (stream) => {
      stream.once('error', (error) => {
        cutShort = error;
      });
    });
    http2.once('error', (error: NodeJS.ErrnoException) => {
      // Node.js cannot take the GOAWAY by which Go's clients say goodbye either. What it breaks
      // off no call by is no loss.
      broken = error.code === protocolError && error !== cutShort ? null : error.message;
    });
    http2.once('close', () => {
      if (this.open.get(peer) === connection) {
        this.open.delete(peer);
      }
      for (const session of connection.sessions) {
        this.left(session, peer, broken);
      }
    });
  }

  /** Whether the connection of `peer` is there: false also while it is being closed. */
  isOpen(peer: string): boolean {
    const http2 = this.open.get(peer)?.http2;
    return http2 !== undefined && !http2.closed && !http2.destroyed;
  }

  /**
   * The id of the session for a login by password: the one that earlier logins of
   * `who` share on this connection, or a new one. Once its token has been used the
   * session belongs to whoever has that.
   */
  sessionId(peer: string, who: string): string {
    const byPassword = this.open.get(peer)?.byPassword;
    const known = byPassword?.get(who);
    if (known !== undefined && this.sessions.endOf(known) !== 'closed') {
      return known;
    }
    const id = crypto.randomUUID();
    byPassword?.set(who, id);
    return id;
  }

  /** The next login by password on this connection shares that session no more. */
  forget(peer: string, sessionId: string): void {
    const byPassword = this.open.get(peer)?.byPassword ?? new Map<string, string>();
    for (const [who, id] of byPassword) {
      if (id === sessionId) {
        byPassword.delete(who);
      }
    }
  }

  /** Notes that a call of the session came through the connection of `peer`, and whether with its token. */
  use(peer: string, session: Session, byToken: boolean): void {
    const peers = this.peersOf.get(session) ?? new Set();
    this.peersOf.set(session, peers.add(peer));
    if (byToken && !session.tokenUsed) {
      session.tokenUsed = true;
      for (const each of peers) {
        this.forget(each, session.id);
      }
    }
    const connection = this.open.get(peer);
    if (connection) {
      session.lost = null;
      connection.sessions.add(session);
    } else {
      this.left(session, peer, null); // Closed while the call was being looked at.
    }
  }

  /** `broken`: what was wrong with the connection; null when it was closed in good order. */
  private left(session: Session, peer: string, broken: string | null): void {
    const peers = this.peersOf.get(session);
    peers?.delete(peer);
    if (peers?.size === 0) {
      this.sessions.lost(session, broken).catch(() => undefined);
    }
  }
}
