import { Failure } from '../errors.js';
import type { BootstrapTokens } from './bootstrap-tokens.js';
import type { Identity } from './identity.js';
import type { Passwords } from './passwords.js';
import type { SessionTokens } from './session-tokens.js';

/** The user name that announces a token in place of the password. */
export const bootstrapUsername = 'token';

/** What a call's credentials amount to. */
export interface Login {
  readonly identity: Identity;
  /** A UUID: the token's own after a bearer token. */
  readonly sessionId: string;
  /** A bearer token to hand back to the client: only after a user name and password. */
  readonly issuedToken?: string;
}

/** Names the session, by a UUID, that a login by user name and password is for. */
export type NameSession = (identity: Identity) => string;

const newSession: NameSession = () => crypto.randomUUID();

/** The proofs an Authenticator accepts. */
export interface AuthenticatorOptions {
  readonly passwords: Passwords;
  readonly sessionTokens: SessionTokens;
  /** Null when the server trusts no tokens of other issuers. */
  readonly bootstrapTokens: BootstrapTokens | null;
}

/**
 * Tells from a call's `authorization` header who makes it. `Basic` proves a user
 * name and password and names a session; `Bearer` carries a token that an
 * earlier login was given. The user name `token` announces that the password is
 * a token signed elsewhere.
 */
export class Authenticator {
  constructor(private readonly options: AuthenticatorOptions) {}

  /**
   * Reads the header's value as the client sent it. Throws a Failure: `unknown`
   * without a header, `invalid-argument` for a bearer token that is none,
   * `unauthenticated` for everything that proves nothing.
   */
  async authenticate(
    authorization: string | undefined,
    nameSession: NameSession = newSession,
  ): Promise<Login> {
    const proof = readAuthorization(authorization);
    return 'token' in proof
      ? this.options.sessionTokens.verify(proof.token)
      : this.login(proof.username, proof.password, nameSession);
  }

  /**
   * Whether the header's value proves who calls. It names no session, issues
   * no token and never rejects.
   */
  async knows(authorization: string | undefined): Promise<boolean> {
    try {
      const proof = readAuthorization(authorization);
      await ('token' in proof
        ? this.options.sessionTokens.verify(proof.token)
        : this.identify(proof.username, proof.password));
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Logs in by user name and password, as `Basic` does; for clients that send
   * the pair in the Handshake's payload. Throws Failure('unauthenticated').
   */
  async login(username: string, password: string, nameSession = newSession): Promise<Login> {
    const identity = await this.identify(username, password);
    const sessionId = nameSession(identity);
    const issuedToken = await this.options.sessionTokens.issue(identity, sessionId);
    return { identity, sessionId, issuedToken };
  }

  private async identify(username: string, password: string): Promise<Identity> {
    if (username !== bootstrapUsername) {
      return this.options.passwords.verify(username, password);
    }
    if (this.options.bootstrapTokens === null) {
      throw new Failure(
        'unauthenticated',
        "This server accepts no tokens of other issuers: the user name 'token' needs --token-allowed-issuer, --token-allowed-audience and --token-signature-verify-cert-path",
      );
    }
    return this.options.bootstrapTokens.verify(password);
  }
}

/** A bearer token, or a user name and a password. Throws what `authenticate` does. */
function readAuthorization(
  authorization: string | undefined,
): { token: string } | { username: string; password: string } {
  if (authorization === undefined || authorization.trim() === '') {
    throw new Failure('unknown', 'No authorization header: log in with a user name and password');
  }
  const [, scheme = '', credentials = ''] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic':
      return decodeBasic(credentials);
    case 'bearer':
      return { token: credentials };
    default:
      throw new Failure(
        'unauthenticated',
        "The authorization header's scheme is neither Basic nor Bearer",
      );
  }
}

function decodeBasic(credentials: string): { username: string; password: string } {
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) {
    throw new Failure('unauthenticated', 'The Basic credentials are not base64 of user:password');
  }
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
