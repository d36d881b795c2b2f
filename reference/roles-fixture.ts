import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Role } from './access/identity.js';
import { login, openWorkshop } from './server-fixture.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The server setting that accepts the tokens of `loginAs`. */
const bootstrapTokens = {
  ...{ issuer: 'specs', audience: 'server', defaultRole: null, authorizedEmails: ['*'] },
  key: publicKey,
};

/** The credentials of a role: a password for admin, a token for the others. */
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

/** Opens a spec's session. The fixture has no client of its own. */
export type Connect<C> = (port: number, credentials: typeof login) => Promise<C>;

/** A server with a session for each role. Closing it closes the sessions first. */
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
