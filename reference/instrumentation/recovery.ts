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
    await connection.execute(recovery(table, now));
  }
  await connection.execute('COMMIT');
};

/** The statement that completes the open rows of a table. */
function recovery(table: InstrumentationTable, micros: bigint): string {
  // Of the type of the table's times: a cast from one to the other depends on the connection's time zone.
  const zoned = table.columns.some(({ type }) => type === 'TIMESTAMP WITH TIME ZONE');
  const now = `${zoned ? 'make_timestamptz' : 'make_timestamp'}(${micros})`;
  const values = table.columns.flatMap(({ name, recovered }) =>
    recovered === undefined ? [] : `${name} = ${recovered(now)}`,
  );
  return `UPDATE ${table.name} SET ${values.join(', ')} WHERE ${table.open}`;
}
