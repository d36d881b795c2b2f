import { useDatabase } from '../engine/database-fixture.js';
import type { UsedDatabase } from '../engine/database-fixture.js';
import { createTable } from './instrumentation-table.js';
import type { InstrumentationTable, Row } from './instrumentation-table.js';
import { PendingRows } from './pending-rows.js';
import { tablesOf } from './revision.js';
import { first } from './revisions/first.js';

/** A database in memory with the tables of the first revision, for each test of the spec that calls this. */
export function useTables(options: { readonly key: boolean }): UsedDatabase {
  return useDatabase(async (connection) => {
    for (const table of tablesOf(first)) {
      await connection.execute(createTable(table, options));
    }
  });
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
