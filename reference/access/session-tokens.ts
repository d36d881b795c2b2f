import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { Failure } from '../errors.js';
import { isAuthMethod, isRole } from './identity.js';
import type { Identity } from './identity.js';

const issuer = 'gizmosql';
const algorithm = 'HS256';

/** How long a token is valid. */
export const tokenLifetimeSeconds = 24 * 60 * 60;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface SessionTokenOptions {
  /** Signs and verifies tokens. Servers that accept each other's tokens share it. */
  readonly secretKey: string;
  readonly instanceId: string;
  /** Whether to accept tokens that another instance issued with the same key. */
  readonly allowCrossInstanceTokens: boolean;
  readonly clock: Clock;
}

/** Issues and verifies session tokens: signed, stateless, valid for 24 hours. */
export class SessionTokens {
  private readonly key: KeyObject;
  /** Cache of verified tokens. Every call carries its token, so the signature is checked only once. */
  private readonly verified = new LRUCache<string, JWTPayload>({ max: 10_000 });

  constructor(private readonly options: SessionTokenOptions) {
    this.key = createSecretKey(options.secretKey, 'utf8');
  }

  /** Returns a token for `sessionId`, in the compact form that follows `Bearer `. */
  async issue(identity: Identity, sessionId: string): Promise<string> {
    const issuedAt = Math.floor(this.milliseconds() / 1000);
    return new SignJWT({
      role: identity.role,
      auth_method: identity.authMethod,
      instance_id: this.options.instanceId,
      session_id: sessionId,
    })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
      .setIssuer(issuer)
      .setSubject(identity.username)
      .setJti(crypto.randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + tokenLifetimeSeconds)
      .sign(this.key);
  }

  /**
   * Returns the identity and session id in a token. Throws a Failure: `invalid-argument` if it is malformed,
   * `unauthenticated` if it is forged, expired or of another instance.
   */
  async verify(token: string): Promise<{ identity: Identity; sessionId: string }> {
    const claims = await this.verifiedClaims(token);
    const { sub: username, role, auth_method: authMethod, session_id: sessionId } = claims;
    if (
      typeof username !== 'string' ||
      !isRole(role) ||
      !isAuthMethod(authMethod) ||
      typeof sessionId !== 'string' ||
      !uuid.test(sessionId)
    ) {
      throw new Failure('unauthenticated', "The bearer token lacks a session's claims");
    }
    if (claims.instance_id !== this.options.instanceId && !this.options.allowCrossInstanceTokens) {
      throw new Failure('unauthenticated', 'The bearer token is of another server instance');
    }
    return { identity: { username, role, authMethod }, sessionId };
  }

  private async verifiedClaims(token: string): Promise<JWTPayload> {
    const known = this.verified.get(token);
    if (known?.exp !== undefined && known.exp > Math.floor(this.milliseconds() / 1000)) {
      return known;
    }
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: [algorithm],
        issuer,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(this.milliseconds()),
      });
      this.verified.set(token, payload);
      return payload;
    } catch (cause) {
      if (cause instanceof errors.JWSInvalid || cause instanceof errors.JWTInvalid) {
        throw new Failure('invalid-argument', 'The bearer token is not a JSON Web Token', {
          cause,
        });
      }
      if (cause instanceof errors.JWTExpired) {
        throw new Failure('unauthenticated', 'The bearer token has expired', { cause });
      }
      throw new Failure('unauthenticated', 'The bearer token is not one of this server', { cause });
    }
  }

  private milliseconds(): number {
    return Number(this.options.clock.now() / 1000n);
  }
}
