import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Failure } from '../errors.js';
import type { Identity } from './identity.js';

/**
 * The one user name and password the server was started with; whoever knows
 * them is an admin. How long a refusal takes says nothing about either.
 */
export class Passwords {
  private readonly key = randomBytes(32);
  private readonly username: Buffer;
  private readonly password: Buffer;

  constructor(username: string, password: string) {
    this.username = this.digest(username);
    this.password = this.digest(password);
  }

  /** Throws Failure('unauthenticated') unless both match exactly. */
  verify(username: string, password: string): Identity {
    const usernameMatches = timingSafeEqual(this.digest(username), this.username);
    const passwordMatches = timingSafeEqual(this.digest(password), this.password);
    if (!usernameMatches || !passwordMatches) {
      throw new Failure('unauthenticated', 'Invalid user name or password');
    }
    return { username, role: 'admin', authMethod: 'Basic' };
  }

  /** Equal texts, equal digests, always of one length: what a comparison in constant time needs. */
  private digest(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }
}
