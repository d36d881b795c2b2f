import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Role } from './access/identity.js';
import { login, openWorkshop } from './server-fixture.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The setting by which a server takes the tokens of `loginAs`. */
const bootstrapTokens = {
  ...{ issuer: 'specs', audience: 'server', defaultRole: null, authorizedEmails: ['*'] },
  key: publicKey,
};

/** What a session of the role logs in with: an admin by password, others by a token. */
async function loginAs(role: Role): Promise<typeof login> {
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

/** How a spec opens a session: fixtures have no client of their own. */
export type Connect<C> = (port: number, credentials: typeof login) => Promise<C>;

/** A server, and sessions of every role on it, which are closed before it. */
export interface RolesServer<C> {
  as(role: Role): Promise<C>;
  close(): Promise<void>;
}

export async function openRolesServer<C extends { close(): void }>(
  connect: Connect<C>,
): Promise<RolesServer<C>> {
  const workshop = await openWorkshop();
  const { port } = await workshop.start({ bootstrapTokens });
  const clients: C[] = [];
  return {
    as: async (role) => {
      const client = await connect(port, await loginAs(role));
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) {
        client.close();
      }
      await workshop.close();
    },
  };
}
