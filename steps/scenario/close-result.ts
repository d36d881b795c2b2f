import type { FlightSqlClient } from '../client/flight-sql-client.js';
import type { RunningQuery } from '../client/running-query.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { broken } from './conversation.js';
import type { Session } from './session.js';

/** A query whose result is read by its client in its own way. */
export interface Reading {
  readonly sql: string;
  readonly start: (client: FlightSqlClient) => Promise<RunningQuery>;
}

/**
 * Reads at least so many rows of a result, whole batches, and cancels the call. Resolves to their number;
 * PromiseBroken when there were fewer, or, where these are `all`, more.
 */
export async function closeResult(
  session: Session,
  { rows, all, ...reading }: Reading & { readonly rows: number; readonly all: boolean },
): Promise<number> {
  const got = await readResult(session, reading, (query) => query.letGoAfter(rows));
  if (got < rows || (all && got > rows)) {
    throw new PromiseBroken(`${rows} rows${all ? '' : ' or more'}`, reading.sql, `${got} rows`);
  }
  return got;
}

/** Resolves to the number of rows that `read` got; they are not kept. */
export async function readResult(
  session: Session,
  { sql, start }: Reading,
  read: (query: RunningQuery) => Promise<number>,
): Promise<number> {
  let got = 0;
  const outcome = await session.perform(sql, async (client) => {
    got = await read(await start(client));
    return `${got} rows read`;
  });
  if ('error' in outcome) {
    throw broken('a result to read', sql, outcome.error);
  }
  return got;
}
