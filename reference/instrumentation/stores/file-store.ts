import type { Connection } from '../../engine/connection.js';
import { databaseFiles } from '../../engine/database-files.js';
import { engineMessage } from '../../engine/engine-error.js';
import { quoteLiteral } from '../../engine/identifiers.js';
import { Failure } from '../../errors.js';
import { columnsText, createTable } from '../instrumentation-table.js';
import { filePace } from '../pace.js';
import { recoverStaleRecords } from '../recovery.js';
import { createViews, tablesOf } from '../revision.js';
import { first } from '../revisions/first.js';
import { writeRowsByKeptPlans } from '../row-writer.js';
import type { Store } from './store.js';

/** The catalog that the file is attached as. */
const catalog = '_gizmosql_instr';

/**
 * The records in a DuckDB file of the server's own, at the absolute `path`. `attach` is what opens it, unless
 * it is replaced.
 */
export function fileStore(path: string, attach = attachRecordsFile): Store {
  return {
    ownFiles: [path],
    attached: [],
    open: async (connection) => {
      await attach(connection, path);
      return {
        place: { catalog, schema: 'main' },
        keys: true,
        pace: filePace,
        writeRows: writeRowsByKeptPlans(),
        recover: recoverStaleRecords,
        guarded: { attachTypes: [], files: databaseFiles(path), folders: [] },
      };
    },
  };
}

/**
 * Attaches the file at `path`, made if it is not there, and makes the tables and views that it lacks.
 * `connection` works in it from then on. Throws Failure('invalid-argument') naming the file, which is then
 * left as it was, when it is no database or one of something else.
 */
export async function attachRecordsFile(connection: Connection, path: string): Promise<void> {
  try {
    // READ_WRITE, or it would be read-only when the main database is.
    const attach = `ATTACH ${quoteLiteral(path)} AS ${catalog} (READ_WRITE)`;
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
    await connection.execute(`DETACH ${catalog}`);
    throw new Failure(
      'invalid-argument',
      `The file '${path}' is not an instrumentation database: ${foreign}. Name another file, or move this one away`,
    );
  }
  await layOut(connection);
}

/** Makes the tables and views that the file lacks, and has `connection` work in it. */
async function layOut(connection: Connection): Promise<void> {
  await connection.execute(`USE ${catalog}.main`);
  await connection.execute('BEGIN');
  const tables = tablesOf(first).map((table) => createTable(table, { key: true }));
  for (const statement of [...tables, ...createViews(first).values()]) {
    await connection.execute(statement);
  }
  await connection.execute('COMMIT');
}

/** Describes a table that is not one of the records'; null when there is none. */
async function foreignTable(connection: Connection): Promise<string | null> {
  const found = await connection.rows(
    `SELECT table_name, column_name, data_type
     FROM system.main.duckdb_columns()
     JOIN system.main.duckdb_tables() USING (database_name, schema_name, table_name)
     WHERE database_name = '${catalog}' ORDER BY column_index`,
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

/** The same for views. */
async function foreignView(connection: Connection): Promise<string | null> {
  const found = await connection.rows(
    `SELECT view_name FROM system.main.duckdb_views()
     WHERE database_name = '${catalog}' AND NOT internal`,
  );
  const foreign = found
    .map(([name]) => String(name))
    .find((name) => !Object.hasOwn(first.views, name));
  return foreign === undefined ? null : `it holds a view '${foreign}'`;
}
