import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../engine/database.js';
import type { Connection } from '../engine/connection.js';
import { quoteIdentifier, quoteLiteral } from '../engine/identifiers.js';
import type { RecordsPlace } from './records-place.js';
import { createTables, createViews } from './revision.js';
import type { Revision } from './revision.js';

export interface ShellOptions extends RecordsPlace {
  readonly revision: Revision;
  /** Whether the tables of the records have keys and other constraints. */
  readonly keys: boolean;
  /**
   * A connection to the records. Other tables and views in their catalog then get empty tables in the shell.
   */
  readonly records?: Connection | undefined;
}

/**
 * Attaches the shell under the catalog's name: a database with the tables and views of the records and no
 * rows. Clients see it in place of the records. It is READ_ONLY, so that the engine refuses every change, and
 * its file is deleted at once, so that nobody else can open it.
 */
export async function attachShell(connection: Connection, options: ShellOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gizmosql-shell-'));
  try {
    const file = join(folder, 'shell.db');
    await makeShell(file, options);
    await connection.execute(
      `ATTACH ${quoteLiteral(file)} AS ${quoteIdentifier(options.catalog)} (READ_ONLY)`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeShell(file: string, { catalog, schema, revision, keys, records }: ShellOptions) {
  const database = await Database.open({ path: file, readonly: false });
  try {
    const connection = await database.connect();
    await connection.execute(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
    await connection.execute(`USE ${quoteIdentifier(schema)}`);
    const views = createViews(revision).values();
    for (const statement of [...createTables(revision, { key: keys }), ...views]) {
      await connection.execute(statement);
    }
    if (records) {
      await copyOthers(records, connection, catalog);
    }
    connection.close();
  } finally {
    database.close();
  }
}

/** Adds the other objects of the catalog: its schemas, and its tables and views as empty tables. */
async function copyOthers(from: Connection, to: Connection, catalog: string): Promise<void> {
  const schemas = await from.rows(
    'SELECT schema_name FROM system.main.duckdb_schemas() WHERE database_name = $1',
    [catalog],
  );
  for (const [schema] of schemas) {
    await to.execute(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(String(schema))}`);
  }
  const columns = await from.rows(
    `SELECT schema_name, table_name, column_name, data_type FROM system.main.duckdb_columns()
     WHERE database_name = $1 ORDER BY column_index`,
    [catalog],
  );
  const tables = Map.groupBy(columns, ([schema, table]) =>
    [schema, table].map((name) => quoteIdentifier(String(name))).join('.'),
  );
  for (const [table, itsColumns] of tables) {
    const definitions = itsColumns.map(
      ([, , name, type]) => `${quoteIdentifier(String(name))} ${String(type)}`,
    );
    await to.execute(`CREATE TABLE IF NOT EXISTS ${table} (${definitions.join(', ')})`).catch(
      // Fails for the views of the records, which exist already, and for types that other databases define.
      () => undefined,
    );
  }
}
