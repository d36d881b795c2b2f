import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Role } from './access/identity.js';
import { login } from './server-fixture.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The setting by which a server of a spec takes the tokens of `loginAs`. */
export const bootstrapTokens = {
  ...{ issuer: 'specs', audience: 'server', defaultRole: null, authorizedEmails: ['*'] },
  key: publicKey,
};

/** What a session of the role logs in with: an admin by password, others by a token. */
export async function loginAs(role: Role): Promise<typeof login> {
  if (role === 'admin') {
    return login;
  }
  const token = await new SignJWT({ sub: role, role })
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer('specs')
    .setAudience('server')
    .setExpirationTime('1h')
    .sign(privateKey);
  return { username: 'token', password: token };
}
