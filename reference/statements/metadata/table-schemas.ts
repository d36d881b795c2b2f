import type { Schema, Table } from 'apache-arrow';
import { encapsulatedSchema } from '../../../protocol/arrow-ipc.js';
import { tableOf } from './table-of.js';
import { schemaWithTableSchema } from './tables.js';

/** One row of the SQL of GetTables. */
export interface TableRow {
  readonly catalog: string;
  readonly dbSchema: string;
  readonly table: string;
  readonly type: string;
}

/** Finds a table's Arrow schema; an empty schema if it is unknown. */
export type SchemaOf = (row: TableRow) => Promise<Schema>;

/**
 * The answer to GetTables with include_schema: the rows in their order, each with its schema as an
 * encapsulated IPC message. Requests the schemas sequentially, because they share one connection. Rejects if
 * `schemaOf` does.
 */
export async function withTableSchemas(
  rows: readonly TableRow[],
  schemaOf: SchemaOf,
): Promise<Table> {
  const schemas: Uint8Array[] = [];
  for (const row of rows) {
    schemas.push(encapsulatedSchema(await schemaOf(row)));
  }
  return tableOf(schemaWithTableSchema, [
    rows.map((row) => row.catalog),
    rows.map((row) => row.dbSchema),
    rows.map((row) => row.table),
    rows.map((row) => row.type),
    schemas,
  ]);
}
