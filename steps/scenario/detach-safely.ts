import type { FlightSqlClient } from '../client/flight-sql-client.js';
import { FlightError } from '../client/flight-error.js';
import { valueText } from '../client/plain-value.js';
import { Untestable } from './lacks.js';
import { PromiseBroken } from '../errors/promise-broken.js';

const mark = '/* conformance suite: so that nothing is detached in earnest */';
/** So the engine says, in any of its versions, that it would detach the database if it were not in use. */
const inUse = /is the default database|outstanding work on it/i;

/** Whether a statement would take the instrumentation away from everybody, were it let through. */
export function detachesInstrumentation(sql: string): boolean {
  return /\bDETACH\b/i.test(sql) && /_gizmosql_instr/i.test(sql);
}

/**
 * Tries such a statement on a server that others use, and never harms it: no rollback brings back what was
 * detached, but no engine detaches the default database of the session that asks for it, so that is what it
 * is for as long as the attempt lasts. Where a role may not USE it, the statement is only prepared, and
 * Untestable thrown unless the server refuses that.
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
    // The transaction of the scenario may be over and done with; then so is the session.
    await client.query(`USE ${home} ${mark}`).catch(() => undefined);
  }
}

/** Throws PromiseBroken when nothing but `detachSafely` kept a server from detaching. */
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
