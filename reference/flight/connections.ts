import type { ServerHttp2Session } from 'node:http2';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Session } from '../sessions/session.js';

/** An open network connection. */
interface NetworkConnection {
  readonly http2: ServerHttp2Session;
  /** The sessions of its calls. */
  readonly sessions: Set<Session>;
  /**
   * Session ids of logins by password on this connection, by user and client marks. The logins share the
   * session.
   */
  readonly byPassword: Map<string, string>;
}

/** Node.js's error code for any invalid frame. */
const protocolError = 'ERR_HTTP2_ERROR';

/**
 * Tracks which sessions use which network connections. A session whose token was used can move to another
 * connection. A session used only with a password cannot, and ends with its last connection.
 */
export class Connections {
  /** Open connections by the client's `address:port`. */
  private readonly open = new Map<string, NetworkConnection>();
  private readonly peersOf = new WeakMap<Session, Set<string>>();

  constructor(private readonly sessions: SessionRegistry) {}

  /** Registers a new connection and watches it. */
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
      // Node.js treats the GOAWAY with which Go clients close a connection as an invalid frame. Such an error
      // counts as a proper close, unless it cut a call short.
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

  /** Whether the connection of `peer` is open; false also while it is closing. */
  isOpen(peer: string): boolean {
    const http2 = this.open.get(peer)?.http2;
    return http2 !== undefined && !http2.closed && !http2.destroyed;
  }

  /**
   * The session id for a login by password: the one that earlier logins of `who` on this connection use, or a
   * new one. A session whose token was used is no longer shared.
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

  /** Stops sharing this session with later logins by password on this connection. */
  forget(peer: string, sessionId: string): void {
    const byPassword = this.open.get(peer)?.byPassword ?? new Map<string, string>();
    for (const [who, id] of byPassword) {
      if (id === sessionId) {
        byPassword.delete(who);
      }
    }
  }

  /**
   * Registers that a call of the session used the connection of `peer`. `byToken`: the call carried the
   * session's token.
   */
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
      this.left(session, peer, null); // Closed since the call arrived.
    }
  }

  /** `broken`: the error of the connection; null if it was closed properly. */
  private left(session: Session, peer: string, broken: string | null): void {
    const peers = this.peersOf.get(session);
    peers?.delete(peer);
    if (peers?.size === 0) {
      this.sessions.lost(session, broken).catch(() => undefined);
    }
  }
}
