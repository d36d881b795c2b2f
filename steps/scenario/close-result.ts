import type { FlightSqlClient } from '../client/flight-sql-client.js';
import type { RunningQuery } from '../client/running-query.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { broken } from './conversation.js';
import type { Session } from './session.js';

/** A query with its own way of reading the result. */
export interface Reading {
  readonly sql: string;
  readonly start: (client: FlightSqlClient) => Promise<RunningQuery>;
}

/**
 * Reads at least `rows` rows of a result, in whole batches, and cancels the call. Resolves to the number of
 * rows read. PromiseBroken if there are fewer, or, with `all`, more.
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

/** Reads a result with `read` and discards the rows. Resolves to their number. */
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
