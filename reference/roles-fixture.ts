import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import type { Role } from './access/identity.js';
import type { Config } from './config.js';
import { login, openWorkshop } from './server-fixture.js';
import type { Workshop } from './server-fixture.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const issuer = { issuer: 'specs', audience: 'server', defaultRole: null, authorizedEmails: ['*'] };

/** A server for specs, and sessions of every role on it. */
export interface RolesServer {
  readonly workshop: Workshop;
  /** A new session; of the role admin by password, of others by a token. */
  as(role: Role): Promise<FlightSqlClient>;
  close(): Promise<void>;
}

export async function openRolesServer(changes: Partial<Config> = {}): Promise<RolesServer> {
  const workshop = await openWorkshop();
  const clients: FlightSqlClient[] = [];
  const { port } = await workshop.start({
    bootstrapTokens: { ...issuer, key: publicKey },
    ...changes,
  });
  return {
    workshop,
    as: async (role) => {
      const credentials =
        role === 'admin' ? login : { username: 'token', password: await tokenOf(role) };
      const address = { host: '127.0.0.1', port };
      const client = await FlightSqlClient.connect(address, credentials, { timeoutMs: 60_000 });
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

function tokenOf(role: Role): Promise<string> {
  return new SignJWT({ sub: role, role })
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer('specs')
    .setAudience('server')
    .setExpirationTime('1h')
    .sign(privateKey);
}
