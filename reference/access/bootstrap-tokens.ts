import type { KeyObject } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { Clock } from '../clock.js';
import { Failure } from '../errors.js';
import { isRole, roles } from './identity.js';
import type { Identity, Role } from './identity.js';

export interface BootstrapTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's RSA public key, as `readVerificationKey` gives it. */
  readonly key: KeyObject;
  /** The role of a token that names none; null: such a token is refused. */
  readonly defaultRole: Role | null;
  readonly clock: Clock;
}

/** Tokens that another issuer signed with RS256 and this server trusts in place of a password. */
export class BootstrapTokens {
  constructor(private readonly options: BootstrapTokenOptions) {}

  /** Whose token it is. Throws Failure('unauthenticated') and says which check it failed. */
  async verify(token: string): Promise<Identity> {
    const claims = await this.verifiedClaims(token);
    const username = [claims.email, claims.sub].find(isText);
    if (username === undefined) {
      throw refused('names no user, neither in email nor in sub');
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
    try {
      const { payload } = await jwtVerify(token, this.options.key, {
        // Naming the one algorithm keeps out `none` and HMAC signatures keyed with the public key.
        algorithms: ['RS256'],
        issuer: this.options.issuer,
        audience: this.options.audience,
        requiredClaims: ['exp'],
        currentDate: new Date(Number(this.options.clock.now() / 1000n)),
      });
      return payload;
    } catch (cause) {
      throw refused(whyRefused(cause), cause);
    }
  }
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
