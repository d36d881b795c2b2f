import type { Schema, Table } from 'apache-arrow';
import { encapsulatedSchema } from '../../../protocol/arrow-ipc.js';
import { tableOf } from './table-of.js';
import { schemaWithTableSchema } from './tables.js';

/** One row that the SQL of GetTables yields. */
export interface TableRow {
  readonly catalog: string;
  readonly dbSchema: string;
  readonly table: string;
  readonly type: string;
}

/** Finds a table's Arrow schema; one without fields where that cannot be told. */
export type SchemaOf = (row: TableRow) => Promise<Schema>;

/**
 * The answer to GetTables with include_schema: the rows, in their order, and
 * beside each its schema as an encapsulated IPC message. Asks for the schemas
 * one after the other, because one connection answers them; rejects as
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
