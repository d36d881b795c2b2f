import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import type { FlightSqlClient } from '../steps/client/flight-sql-client.js';
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

/** A server with a session for each role. Closing it closes the sessions first. */
export interface RolesServer {
  as(role: Role): Promise<FlightSqlClient>;
  close(): Promise<void>;
}

export async function openRolesServer(): Promise<RolesServer> {
  const workshop = await openWorkshop();
  const server = await workshop.start({ bootstrapTokens });
  return {
    as: async (role) => workshop.connect(server, { credentials: await loginAs(role) }),
    close: () => workshop.close(),
  };
}
