import { useDatabase } from '../engine/database-fixture.js';
import type { UsedDatabase } from '../engine/database-fixture.js';
import type { Connection } from '../engine/connection.js';
import { createTable } from './instrumentation-table.js';
import type { InstrumentationTable, Row } from './instrumentation-table.js';
import { PendingRows } from './pending-rows.js';
import { createViews, tablesOf } from './revision.js';
import type { Revision } from './revision.js';
import { first } from './revisions/first.js';

/** A database in memory with the tables of a revision, for each test of the spec that calls this. */
export function useTables(
  options: { readonly key: boolean },
  revision: Revision = first,
): UsedDatabase {
  return useDatabase(async (connection) => {
    for (const table of tablesOf(revision)) {
      await connection.execute(createTable(table, options));
    }
  });
}

/** Makes a revision's tables and views, and returns the names and types of the columns of one of them. */
export async function columnsOf(
  connection: Connection,
  revision: Revision,
  relation: string,
): Promise<[name: string, type: string][]> {
  for (const table of tablesOf(revision)) {
    await connection.execute(createTable(table, { key: true }));
  }
  for (const statement of createViews(revision).values()) {
    await connection.execute(statement);
  }
  const columns = await connection.rows(
    `SELECT column_name, column_type FROM (DESCRIBE ${relation})`,
  );
  return columns.map(([name, type]) => [String(name), String(type)]);
}

/** A batch of new rows for a table of the first revision. Each has its own key, which `row` gets. */
export function batchOf(
  table: InstrumentationTable,
  ...rows: readonly ((key: string) => Row)[]
): PendingRows {
  const batch = emptyBatch();
  for (const row of rows) {
    const key = crypto.randomUUID();
    batch.insert(table, key, row(key));
  }
  return batch;
}

export function emptyBatch(): PendingRows {
  return new PendingRows(tablesOf(first));
}
