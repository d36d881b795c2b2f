import type { TargetIdentity } from '../../reports/model.js';
import { FlightSqlClient } from '../client/flight-sql-client.js';
import { FlightError } from '../client/flight-error.js';
import type { ServerAddress } from '../targets/target.js';

export type ServerIdentity = Pick<TargetIdentity, 'gizmosqlVersion' | 'edition' | 'duckdbVersion'>;

/**
 * Asks a server who it is, as its administrator. What it answers with an error it does not say (builds
 * differ in the functions they have); rejects if it cannot be reached or refuses the login.
 */
export async function identifyServer(address: ServerAddress): Promise<ServerIdentity> {
  const { admin } = address.credentials;
  if (admin === undefined) {
    throw new Error('the target has no administrator to log in as');
  }
  const client = await FlightSqlClient.connect(address, admin, {
    userAgent: 'gizmosql-conformance',
    timeoutMs: 15_000,
  });
  try {
    const identity = {
      gizmosqlVersion: await ask(client, 'SELECT GIZMOSQL_VERSION()'),
      edition: await ask(client, 'SELECT GIZMOSQL_EDITION()'),
      duckdbVersion: await ask(client, 'SELECT version()'),
    };
    // Whether a server knows this action is the scenarios' business, not this question's.
    await client.closeSession().catch(() => undefined);
    return identity;
  } finally {
    client.close();
  }
}

async function ask(client: FlightSqlClient, sql: string): Promise<string | null> {
  try {
    const value = (await client.query(sql)).rows[0]?.[0];
    return typeof value === 'string' ? value : null;
  } catch (error) {
    if (error instanceof FlightError && error.answered) {
      return null;
    }
    throw error;
  }
}
