import type { PeerCertificate } from 'node:tls';
import { Metadata } from '@grpc/grpc-js';
import type { Authenticator, Login, NameSession } from '../access/authenticator.js';
import { Failure } from '../errors.js';
import type { LogFields } from '../log.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Client, Session } from '../sessions/session.js';
import type { Connections } from './connections.js';

/** What a handler of any RPC knows about its call. */
export interface Call {
  readonly metadata: Metadata;
  getPeer(): string;
  getAuthContext(): { readonly sslPeerCertificate?: PeerCertificate };
  sendMetadata(metadata: Metadata): void;
  /** Whether it has ended: answered, or cancelled by its client. */
  readonly cancelled: boolean;
  once(event: 'cancelled', listener: () => void): unknown;
}

/** gRPC's peer name for a call that was already cancelled. */
const nobody = 'unknown';

/** The dependencies of Caller. */
export interface CallerOptions {
  readonly authenticator: Authenticator;
  readonly sessions: SessionRegistry;
  readonly connections: Connections;
  readonly protocol: Client['connectionProtocol'];
  /** Logs a line about a login at the configured level. */
  readonly logAuth: (message: string, fields: LogFields) => void;
}

/** Identifies the caller and the session of a call. */
export class Caller {
  constructor(private readonly options: CallerOptions) {}

  /**
   * The session of a call. After a login, the client gets its token in the initial metadata. A client that
   * sends its password with every call has one session per network connection.
   */
  async session(call: Call): Promise<Session> {
    // Must run before the first await: gRPC drops the peer of a cancelled call.
    const peer = call.getPeer();
    if (peer === nobody) {
      throw new Failure('cancelled', 'The call was given up');
    }
    const client = this.client(call, peer);
    const { sessions, connections } = this.options;
    const login = await this.login(call, (identity) =>
      connections.sessionId(peer, JSON.stringify([identity, ...clientMarks(call)])),
    );
    const session = await sessions.open(login, client).catch((error: unknown) => {
      // The client gets this error once. Its next login by password opens a new session.
      connections.forget(peer, login.sessionId);
      throw error;
    });
    track(call, session);
    connections.use(peer, session, login.issuedToken === undefined);
    sendToken(call, login);
    return session;
  }

  /** Returns a function that tells whether the call's network connection is open. */
  connectionOf(call: Call): { isOpen(): boolean } {
    const peer = call.getPeer();
    return { isOpen: () => this.options.connections.isOpen(peer) };
  }

  /** Identifies the caller without opening a session: a session opens when its token is first used. */
  async login(call: Call, nameSession?: NameSession): Promise<Login> {
    const [header] = call.metadata.get('authorization');
    return this.logged(call, () =>
      this.options.authenticator.authenticate(header?.toString(), nameSession),
    );
  }

  async passwordLogin(call: Call, username: string, password: string): Promise<Login> {
    return this.logged(call, () => this.options.authenticator.login(username, password));
  }

  private async logged(call: Call, authenticate: () => Promise<Login>): Promise<Login> {
    const { logAuth } = this.options;
    const peer = peerName(call.getPeer());
    try {
      const login = await authenticate();
      if (login.issuedToken !== undefined) {
        const { username, role, authMethod } = login.identity;
        logAuth('login', { user: username, role, auth_method: authMethod, peer });
      }
      return login;
    } catch (error) {
      logAuth('login refused', {
        peer,
        error: error instanceof Error ? error.message : String(error),
      });
      throw error;
    }
  }

  private client(call: Call, peer: string): Client {
    const [userAgent] = call.metadata.get('user-agent');
    const certificate = call.getAuthContext().sslPeerCertificate;
    return {
      peer: peerName(peer),
      peerIdentity: certificate ? peerIdentity(certificate) : null,
      userAgent: userAgent?.toString() ?? '',
      connectionProtocol: this.options.protocol,
    };
  }
}

/** Headers that distinguish clients behind one proxy connection. */
const marks = ['user-agent', 'forwarded', 'x-forwarded-for', 'x-real-ip'];

function clientMarks({ metadata }: Call): string[] {
  return marks.map((name) => metadata.get(name).join());
}

/** Counts the call among its session's active calls until it ends. */
function track(call: Call, session: Session): void {
  if (!call.cancelled) {
    session.calls++;
    call.once('cancelled', () => {
      session.calls--;
      session.usedAt = performance.now();
    });
  }
}

/** Sends a new token to the client in the initial metadata. */
export function sendToken(call: Call, login: Login): void {
  if (login.issuedToken !== undefined) {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${login.issuedToken}`);
    call.sendMetadata(metadata);
  }
}

/** Converts `127.0.0.1:5` to the form of other gRPC implementations: `ipv4:127.0.0.1:5`. */
function peerName(peer: string): string {
  if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(peer)) {
    return `ipv4:${peer}`;
  }
  const mapped = /^\[?::ffff:(\d+\.\d+\.\d+\.\d+)\]?:(\d+)$/i.exec(peer);
  return mapped ? `ipv4:${mapped[1] ?? ''}:${mapped[2] ?? ''}` : `ipv6:${peer}`;
}

/** The first subject alternative name of a client certificate, else its common name, as in gRPC. */
function peerIdentity(certificate: PeerCertificate): string | null {
  const [alternative] = certificate.subjectaltname?.split(', ') ?? [];
  if (alternative) {
    return alternative.slice(alternative.indexOf(':') + 1);
  }
  const { CN: commonName } = certificate.subject as { CN?: string };
  return commonName ?? null;
}
