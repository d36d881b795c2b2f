import type { FlightSqlClient } from '../client/flight-sql-client.js';
import { FlightError } from '../client/flight-error.js';
import { valueText } from '../client/plain-value.js';
import { Untestable } from './lacks.js';
import { PromiseBroken } from '../errors/promise-broken.js';

const mark = '/* conformance suite: so that nothing is detached in earnest */';
/** The engine's messages, in all versions, for a DETACH that fails only because the database is in use. */
const inUse = /is the default database|outstanding work on it/i;

/** Whether a statement, if not refused, would detach the instrumentation for all sessions. */
export function detachesInstrumentation(sql: string): boolean {
  return /\bDETACH\b/i.test(sql) && /_gizmosql_instr/i.test(sql);
}

/**
 * Tries a DETACH without harm to a server that others use. A rollback would not undo a DETACH. But no engine
 * detaches the default database of the session, so the instrumentation is made the default during the
 * attempt. If the role may not USE it, the statement is only prepared; Untestable is thrown if the server
 * accepts that.
 */
export async function detachSafely<T>(
  client: FlightSqlClient,
  sql: string,
  act: (client: FlightSqlClient) => Promise<T>,
): Promise<T> {
  const { rows } = await client.query(`SELECT current_database(), current_schema() ${mark}`);
  const home = (rows[0] ?? [])
    .map((name) => `"${valueText(name).replaceAll('"', '""')}"`)
    .join('.');
  try {
    await client.query(`USE _gizmosql_instr.main ${mark}`);
  } catch (error) {
    if (error instanceof FlightError && error.answered) {
      return prepareOnly(client, sql);
    }
    throw error;
  }
  try {
    return await act(client);
  } finally {
    // If the scenario's transaction has failed, this fails too; the session is then unusable anyway.
    await client.query(`USE ${home} ${mark}`).catch(() => undefined);
  }
}

/** Throws PromiseBroken if only `detachSafely` kept the server from detaching. */
export function mustBeMeant(sql: string, { message }: { message: string }): void {
  if (inUse.test(message)) {
    throw new PromiseBroken(
      'DETACH of the instrumentation database is refused for what it is',
      sql,
      `only this, as the database was the session's default at that moment: ${message}`,
    );
  }
}

async function prepareOnly(client: FlightSqlClient, sql: string): Promise<never> {
  const statement = await client.prepare(sql);
  await statement.close();
  throw new Untestable(
    'the suite did not start this server, so it tries no DETACH that could do harm: the server would prepare it for a role that may not USE the database',
  );
}
