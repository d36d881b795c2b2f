import { Failure } from '../errors.js';
import type { BootstrapTokens } from './bootstrap-tokens.js';
import type { Identity } from './identity.js';
import type { Passwords } from './passwords.js';
import type { SessionTokens } from './session-tokens.js';

/** The user name that marks the password as a bootstrap token. */
export const bootstrapUsername = 'token';

/** The result of a successful login. */
export interface Login {
  readonly identity: Identity;
  /** A UUID. For a bearer token, the one in the token. */
  readonly sessionId: string;
  /** A bearer token for the client; present only after a login by user name and password. */
  readonly issuedToken?: string;
}

/** Returns the session id (a UUID) for a login by user name and password. */
export type NameSession = (identity: Identity) => string;

const newSession: NameSession = () => crypto.randomUUID();

/** The kinds of credentials that an Authenticator accepts. */
export interface AuthenticatorOptions {
  readonly passwords: Passwords;
  readonly sessionTokens: SessionTokens;
  /** Null: the server trusts no tokens of other issuers. */
  readonly bootstrapTokens: BootstrapTokens | null;
}

/**
 * Identifies the caller from a call's `authorization` header. `Basic` carries a user name and password and
 * gets a session id. `Bearer` carries a token from an earlier login. With the user name `token`, the password
 * is a token signed by another issuer.
 */
export class Authenticator {
  constructor(private readonly options: AuthenticatorOptions) {}

  /**
   * Takes the header's value as sent. Throws a Failure: `unknown` for a missing header, `invalid-argument`
   * for a malformed bearer token, `unauthenticated` for any other invalid credentials.
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

  /** Whether the header's value is a valid login. Creates no session id, issues no token, never rejects. */
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
   * Logs in by user name and password, for clients that send them in the Handshake's payload. Throws
   * Failure('unauthenticated').
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

/** Returns a bearer token, or a user name and a password. Throws the errors of `authenticate`. */
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
