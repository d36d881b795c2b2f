import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Failure } from '../errors.js';
import type { Identity } from './identity.js';

/**
 * Checks the user name and password that the server was started with. This user is an admin. Comparison takes
 * constant time.
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

  /** Returns digests of equal length, which timingSafeEqual requires. */
  private digest(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }
}
