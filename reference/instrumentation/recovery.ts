import type { Connection } from '../engine/connection.js';
import type { InstrumentationTable } from './instrumentation-table.js';
import { tablesOf } from './revision.js';
import { first } from './revisions/first.js';

/**
 * Completes the rows that a server left open when it ended without a graceful stop. `now` is in microseconds
 * since the Unix epoch. The store belongs to one server at a time, so nothing in it can be running at start.
 * Complete rows are not changed.
 */
export async function recoverStaleRecords(connection: Connection, now: bigint): Promise<void> {
  await connection.execute('BEGIN');
  for (const table of tablesOf(first)) {
    await connection.execute(recovery(table, `make_timestamp(${now})`));
  }
  await connection.execute('COMMIT');
}

/** The statement that completes the open rows of a table; `now` is SQL. */
function recovery({ name, open, columns }: InstrumentationTable, now: string): string {
  const values = columns.flatMap(({ name: column, recovered }) =>
    recovered === undefined ? [] : `${column} = ${recovered(now)}`,
  );
  return `UPDATE ${name} SET ${values.join(', ')} WHERE ${open}`;
}
