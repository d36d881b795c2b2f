import type { KeyObject } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyOptions } from 'jose';
import type { Clock } from '../clock.js';
import { Failure } from '../errors.js';
import { isRole, roles } from './identity.js';
import type { Identity, Role } from './identity.js';
import { keySetAlgorithms } from './key-set.js';
import type { KeySet } from './key-set.js';

export interface BootstrapTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's RSA public key, from `readVerificationKey`, or its key set. */
  readonly key: KeyObject | KeySet;
  /** The role for tokens without a role claim; null: such tokens are refused. */
  readonly defaultRole: Role | null;
  /** Patterns of the user names that may log in, in any letter case; `*` matches any text. */
  readonly authorizedEmails: readonly string[];
  readonly clock: Clock;
}

/** Verifies tokens that another issuer signed and that this server accepts as a password. */
export class BootstrapTokens {
  private readonly authorized: readonly RegExp[];

  constructor(private readonly options: BootstrapTokenOptions) {
    this.authorized = options.authorizedEmails.map(pattern);
  }

  /** Returns the identity in the token. Throws Failure('unauthenticated') that names the failed check. */
  async verify(token: string): Promise<Identity> {
    const claims = await this.verifiedClaims(token);
    const username = [claims.email, claims.sub].find(isText);
    if (username === undefined) {
      throw refused('names no user, neither in email nor in sub');
    }
    if (!this.authorized.some((authorized) => authorized.test(username))) {
      const message = `User '${username}' is not authorized. Contact your administrator.`;
      throw new Failure('unauthenticated', message);
    }
    return { username, role: this.roleOf(claims), authMethod: 'BootstrapToken' };
  }

  private roleOf(claims: JWTPayload): Role {
    const role = claims.role ?? this.options.defaultRole;
    if (role === null) {
      throw refused('names no role, and --token-default-role is not set');
    }
    if (!isRole(role)) {
      throw refused(`names the role ${JSON.stringify(role)}, which is none of ${roles.join(', ')}`);
    }
    return role;
  }

  private async verifiedClaims(token: string): Promise<JWTPayload> {
    const { key } = this.options;
    const options: JWTVerifyOptions = {
      // An explicit list excludes `none` and HMAC signatures that use the public key as their secret.
      algorithms: [...(typeof key === 'function' ? keySetAlgorithms : [certificateAlgorithm])],
      issuer: this.options.issuer,
      audience: this.options.audience,
      requiredClaims: ['exp'],
      currentDate: new Date(Number(this.options.clock.now() / 1000n)),
    };
    try {
      const verified =
        typeof key === 'function' ? jwtVerify(token, key, options) : jwtVerify(token, key, options);
      return (await verified).payload;
    } catch (cause) {
      throw refused(typeof key === 'function' ? whyKeySetRefused(cause) : whyRefused(cause), cause);
    }
  }
}

/** A certificate does not name an algorithm, so the server supports only this one. */
const certificateAlgorithm = 'RS256';

/** Converts a pattern of user names to a regular expression. */
function pattern(text: string): RegExp {
  const literal = text.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'isu');
}

/** Explains the errors that only a key set can cause. */
function whyKeySetRefused(cause: unknown): string {
  if (cause instanceof errors.JOSEAlgNotAllowed) {
    return `is not signed with ${keySetAlgorithms.join(', ')}`;
  }
  if (cause instanceof errors.JWKSNoMatchingKey) {
    return 'is signed with a key that --token-jwks-uri does not list';
  }
  if (cause instanceof errors.JWKSMultipleMatchingKeys) {
    return 'does not say which of the keys of --token-jwks-uri it is signed with';
  }
  if (cause instanceof errors.JWSSignatureVerificationFailed) {
    return 'bears a signature that does not fit its key of --token-jwks-uri';
  }
  const ofToken = [errors.JWTExpired, errors.JWTClaimValidationFailed];
  if ([...ofToken, errors.JWSInvalid, errors.JWTInvalid].some((kind) => cause instanceof kind)) {
    return whyRefused(cause);
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return `cannot be checked, because the keys of --token-jwks-uri cannot be had: ${why}`;
}

function whyRefused(cause: unknown): string {
  if (cause instanceof errors.JWTExpired) {
    return 'has expired';
  }
  if (cause instanceof errors.JWTClaimValidationFailed) {
    const problem = cause.reason === 'missing' ? 'lacks the claim' : 'fails the check of its claim';
    return `${problem} ${cause.claim}`;
  }
  if (cause instanceof errors.JOSEAlgNotAllowed) {
    return 'is not signed with RS256';
  }
  if (cause instanceof errors.JWSSignatureVerificationFailed) {
    return 'bears a signature that does not fit the configured certificate';
  }
  return 'is not a JSON Web Token';
}

function refused(why: string, cause?: unknown): Failure {
  return new Failure('unauthenticated', `The token given as password ${why}`, { cause });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
