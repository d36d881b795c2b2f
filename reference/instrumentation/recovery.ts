import type { Connection } from '../engine/connection.js';
import type { InstrumentationTable } from './instrumentation-table.js';
import { tablesOf } from './revision.js';
import type { Revision } from './revision.js';

/** Completes the rows of a revision's tables that a server left open; `now` is in microseconds since the Unix epoch. */
export type Recover = (connection: Connection, now: bigint, revision: Revision) => Promise<void>;

/**
 * For a store that belongs to one server at a time, so that nothing in it can be running at start. Complete
 * rows are not changed.
 */
export const recoverStaleRecords: Recover = async (connection, now, revision) => {
  await connection.execute('BEGIN');
  for (const table of tablesOf(revision)) {
    await connection.execute(recovery(table, `make_timestamp(${now})`));
  }
  await connection.execute('COMMIT');
};

/** The statement that completes the open rows of a table; `now` is SQL. */
function recovery({ name, open, columns }: InstrumentationTable, now: string): string {
  const values = columns.flatMap(({ name: column, recovered }) =>
    recovered === undefined ? [] : `${column} = ${recovered(now)}`,
  );
  return `UPDATE ${name} SET ${values.join(', ')} WHERE ${open}`;
}
