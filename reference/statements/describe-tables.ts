import { Schema } from 'apache-arrow';
import type { Connection } from '../engine/connection.js';
import { quoteIdentifier } from '../engine/identifiers.js';
import type { SchemaOf, TableRow } from './metadata/table-schemas.js';

/** The schema of a table or view whose columns are unknown. */
const unknown = new Schema([]);

/**
 * Finds the Arrow schemas of tables and views by binding a query on each. If that fails, the schema is empty,
 * so that one bad table does not fail the request. Causes: a dropped table, a missing file, an unsupported
 * type.
 */
export async function describeTables(connection: Connection): Promise<SchemaOf> {
  // In a transaction, a view is not bound: an unreadable file would fail the client's transaction.
  const storedColumns = (await connection.inTransaction()) ? viewColumns(connection) : null;
  return async (row) => {
    const sql = storedColumns && row.type === 'VIEW' ? await storedColumns(row) : everything(row);
    try {
      return await boundSchema(connection, sql);
    } catch {
      return unknown;
    }
  };
}

function everything({ catalog, dbSchema, table }: TableRow): string {
  return `SELECT * FROM ${[catalog, dbSchema, table].map(quoteIdentifier).join('.')}`;
}

/**
 * Returns a function that makes a query with the types of the view's stored columns. The query reads no table
 * or file.
 */
function viewColumns(connection: Connection): (row: TableRow) => Promise<string> {
  let columns: Promise<Map<string, string[]>> | null = null;
  return async (row) => {
    columns ??= storedColumns(connection);
    const known = (await columns).get(pathOf(row.catalog, row.dbSchema, row.table)) ?? [];
    return `SELECT ${known.join(', ')}`;
  };
}

async function storedColumns(connection: Connection): Promise<Map<string, string[]>> {
  const rows = await connection.rows(
    'SELECT database_name, schema_name, table_name, column_name, data_type' +
      ' FROM system.main.duckdb_columns() WHERE NOT internal ORDER BY column_index ASC',
  );
  const columns = new Map<string, string[]>();
  for (const [catalog, dbSchema, table, name, type] of rows.map((row) => row.map(String))) {
    const path = pathOf(catalog, dbSchema, table);
    const column = `CAST(NULL AS ${type}) AS ${quoteIdentifier(String(name))}`;
    columns.set(path, [...(columns.get(path) ?? []), column]);
  }
  return columns;
}

function pathOf(...names: readonly unknown[]): string {
  return JSON.stringify(names);
}

async function boundSchema(connection: Connection, sql: string): Promise<Schema> {
  const query = await connection.prepare(sql);
  try {
    return (await query.schema()) ?? unknown;
  } finally {
    query.close();
  }
}
