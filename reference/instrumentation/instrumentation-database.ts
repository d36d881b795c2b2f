import { engineMessage } from '../engine/engine-error.js';
import type { Connection } from '../engine/connection.js';
import { quoteLiteral } from '../engine/identifiers.js';
import { Failure } from '../errors.js';
import { columnsText, createTable } from './instrumentation-table.js';
import { createViews, tablesOf } from './revision.js';
import { first } from './revisions/first.js';

/** The name under which sessions see the instrumentation database. */
export const instrumentationCatalog = '_gizmosql_instr';

/**
 * Attaches the instrumentation database of the file at `path`, made if it is
 * not there, and makes the tables and views that it lacks. `connection` belongs
 * to the instrumentation from then on: it works inside that database.
 *
 * Throws Failure('invalid-argument') naming the file, which is then left as it
 * was, when it is no database or one of something else.
 */
export async function attachInstrumentation(connection: Connection, path: string): Promise<void> {
  try {
    // Said outright, or it would be read-only where the main database is.
    const attach = `ATTACH ${quoteLiteral(path)} AS ${instrumentationCatalog} (READ_WRITE)`;
    await connection.execute(attach);
  } catch (cause) {
    throw new Failure(
      'invalid-argument',
      `Cannot open the instrumentation database '${path}': ${engineMessage(cause)}`,
      { cause },
    );
  }
  const foreign = (await foreignTable(connection)) ?? (await foreignView(connection));
  if (foreign !== null) {
    await connection.execute(`DETACH ${instrumentationCatalog}`);
    throw new Failure(
      'invalid-argument',
      `The file '${path}' is not an instrumentation database: ${foreign}. Name another file, or move this one away`,
    );
  }
  await connection.execute(`USE ${instrumentationCatalog}.main`);
  await connection.execute('BEGIN');
  const tables = tablesOf(first).map((table) => createTable(table, { key: true }));
  for (const statement of [...tables, ...createViews(first).values()]) {
    await connection.execute(statement);
  }
  await connection.execute('COMMIT');
}

/** Says what in the attached database is not ours; null when nothing is. */
async function foreignTable(connection: Connection): Promise<string | null> {
  const found = await connection.rows(
    `SELECT table_name, column_name, data_type
     FROM system.main.duckdb_columns()
     JOIN system.main.duckdb_tables() USING (database_name, schema_name, table_name)
     WHERE database_name = '${instrumentationCatalog}' ORDER BY column_index`,
  );
  for (const [name, columns] of Map.groupBy(found, ([table]) => String(table))) {
    const ours = tablesOf(first).find((table) => table.name === name);
    if (!ours) {
      return `it holds a table '${name}'`;
    }
    const theirs = columnsText(columns.map(([, column, type]) => ({ name: column, type })));
    if (theirs !== columnsText(ours.columns)) {
      return `its table '${ours.name}' has other columns`;
    }
  }
  return null;
}

async function foreignView(connection: Connection): Promise<string | null> {
  const found = await connection.rows(
    `SELECT view_name FROM system.main.duckdb_views()
     WHERE database_name = '${instrumentationCatalog}' AND NOT internal`,
  );
  const foreign = found
    .map(([name]) => String(name))
    .find((name) => !Object.hasOwn(first.views, name));
  return foreign === undefined ? null : `it holds a view '${foreign}'`;
}
