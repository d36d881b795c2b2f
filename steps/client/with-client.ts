import { FlightError } from './flight-error.js';
import { FlightSqlClient } from './flight-sql-client.js';

/** The user agent of the suite's own looks at a server, which belong to no scenario. */
const userAgent = 'gizmosql-conformance';

/**
 * Logs in for a few calls of the suite's own, and closes the session after them. `timeoutMs` is the deadline of
 * each call. Rejects with the error of the login or of `use`.
 */
export async function withClient<T>(
  address: Parameters<typeof FlightSqlClient.connect>[0],
  login: Parameters<typeof FlightSqlClient.connect>[1],
  timeoutMs: number,
  use: (client: FlightSqlClient) => Promise<T>,
): Promise<T> {
  const client = await FlightSqlClient.connect(address, login, { userAgent, timeoutMs });
  let answers = true;
  try {
    return await use(client);
  } catch (error) {
    answers = !(error instanceof FlightError) || error.answered;
    throw error;
  } finally {
    // One that does not answer would be waited for once more. Whether a server supports CloseSession is tested by
    // scenarios.
    if (answers) {
      await client.closeSession().catch(() => undefined);
    }
    client.close();
  }
}
