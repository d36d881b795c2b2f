import { setTimeout as delay } from 'node:timers/promises';
import type { FlightSqlClient } from '../client/flight-sql-client.js';
import { valueText } from '../client/plain-value.js';
import { withClient } from '../client/with-client.js';
import type { Lacks } from '../scenario/lacks.js';
import type { ServerAddress } from '../targets/target.js';
import { messageOf } from '../errors/message-of.js';

const pollMs = 200;
const timeoutMs = 15_000;

/** A session that is still active, and how many of its queries are still executing. */
interface Leftover {
  readonly id: string;
  readonly executing: number;
}

/**
 * Looks whether sessions or queries of the suite go on at a server that it did not start, and ends them. A record
 * may be late by `visibilityMs`, in milliseconds. Resolves to a note for the report. Never rejects: the run is judged already.
 */
export async function endLeftovers(
  address: ServerAddress,
  ids: ReadonlySet<string>,
  { lacks, visibilityMs }: { readonly lacks: Lacks; readonly visibilityMs: number },
): Promise<string> {
  if (lacks.instrumentation !== undefined) {
    return 'whether a session or a query of the suite is left at the endpoint cannot be seen: it keeps no records';
  }
  const { admin } = address.credentials;
  if (admin === undefined || ids.size === 0) {
    return 'no session of the suite is left at the endpoint';
  }
  try {
    return await withClient(address, admin, timeoutMs, (client) =>
      endThem(client, address, ids, { lacks, visibilityMs }),
    );
  } catch (error) {
    return `whether a session or a query of the suite is left at the endpoint cannot be seen: ${messageOf(error)}`;
  }
}

async function endThem(
  client: FlightSqlClient,
  { instrumentation = '_gizmosql_instr' }: ServerAddress,
  ids: ReadonlySet<string>,
  { lacks, visibilityMs }: { readonly lacks: Lacks; readonly visibilityMs: number },
): Promise<string> {
  // The record of a session that has just been closed may be late.
  const deadline = performance.now() + visibilityMs;
  const look = async () => (await find(client, instrumentation)).filter(({ id }) => ids.has(id));
  let left = await look();
  while (left.length > 0 && performance.now() < deadline) {
    await delay(pollMs);
    left = await look();
  }
  if (left.length === 0) {
    return 'no session and no query of the suite is left at the endpoint';
  }
  const queries = left.reduce((sum, { executing }) => sum + executing, 0);
  const what = `${left.length} sessions of the suite were left at the endpoint, with ${queries} queries`;
  if (lacks['kill-session'] !== undefined) {
    return `${what}; the server offers no way to end them`;
  }
  const refused: string[] = [];
  for (const { id } of left) {
    await client.query(`KILL SESSION '${id}'`).catch((error: unknown) => {
      refused.push(messageOf(error));
    });
  }
  return refused.length === 0
    ? `${what}; they were killed`
    : `${what}; ${refused.length} could not be killed: ${refused[0] ?? ''}`;
}

async function find(client: FlightSqlClient, catalog: string): Promise<Leftover[]> {
  const { rows } = await client.query(
    `SELECT CAST(s.session_id AS VARCHAR), CAST(count(*) FILTER (e.status = 'executing') AS INTEGER)
     FROM ${catalog}.main.sessions s
     LEFT JOIN ${catalog}.main.sql_statements USING (session_id)
     LEFT JOIN ${catalog}.main.sql_executions e USING (statement_id)
     WHERE s.status = 'active' GROUP BY s.session_id`,
  );
  return rows.map(([id = null, executing]) => ({
    id: valueText(id),
    executing: Number(executing),
  }));
}
