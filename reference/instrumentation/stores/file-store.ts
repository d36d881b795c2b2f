import type { Connection } from '../../engine/connection.js';
import { databaseFiles } from '../../engine/database-files.js';
import { engineMessage } from '../../engine/engine-error.js';
import { quoteLiteral } from '../../engine/identifiers.js';
import { Failure } from '../../errors.js';
import { columnsText, createTable } from '../instrumentation-table.js';
import { filePace } from '../pace.js';
import { recoverStaleRecords } from '../recovery.js';
import { createViews, tablesOf } from '../revision.js';
import type { Revision } from '../revision.js';
import { writeRowsByKeptPlans } from '../row-writer.js';
import type { Store } from './store.js';

/** Attaches the file of the records at `path` and creates the revision's tables and views that are missing. */
export type AttachRecords = (
  connection: Connection,
  path: string,
  revision: Revision,
) => Promise<void>;

/** The name of the catalog that the file is attached as. */
const catalog = '_gizmosql_instr';

/**
 * The records in a DuckDB file that only this server uses, at the absolute `path`. `attach` opens the file.
 */
export function fileStore(path: string, attach: AttachRecords = attachRecordsFile): Store {
  return {
    ownFiles: [path],
    attached: [],
    open: async (connection, revision) => {
      await attach(connection, path, revision);
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
 * Attaches the file at `path`, creates the file, tables and views if they are missing, and makes it the
 * default database of `connection`. Throws Failure('invalid-argument') that names the file if it is not a
 * database, or a database with other tables. The file is then unchanged.
 */
export async function attachRecordsFile(
  connection: Connection,
  path: string,
  revision: Revision,
): Promise<void> {
  try {
    // The default would be READ_ONLY when the main database is.
    const attach = `ATTACH ${quoteLiteral(path)} AS ${catalog} (READ_WRITE)`;
    await connection.execute(attach);
  } catch (cause) {
    throw new Failure(
      'invalid-argument',
      `Cannot open the instrumentation database '${path}': ${engineMessage(cause)}`,
      { cause },
    );
  }
  const foreign =
    (await foreignTable(connection, revision)) ?? (await foreignView(connection, revision));
  if (foreign !== null) {
    await connection.execute(`DETACH ${catalog}`);
    throw new Failure(
      'invalid-argument',
      `The file '${path}' is not an instrumentation database: ${foreign}. Name another file, or move this one away`,
    );
  }
  await layOut(connection, revision);
}

/** Creates the missing tables and views, and makes the file the default database of `connection`. */
async function layOut(connection: Connection, revision: Revision): Promise<void> {
  await connection.execute(`USE ${catalog}.main`);
  await connection.execute('BEGIN');
  const tables = tablesOf(revision).map((table) => createTable(table, { key: true }));
  for (const statement of [...tables, ...createViews(revision).values()]) {
    await connection.execute(statement);
  }
  await connection.execute('COMMIT');
}

/** Describes a table that does not belong to the records; null if there is none. */
async function foreignTable(connection: Connection, revision: Revision): Promise<string | null> {
  const found = await connection.rows(
    `SELECT table_name, column_name, data_type
     FROM system.main.duckdb_columns()
     JOIN system.main.duckdb_tables() USING (database_name, schema_name, table_name)
     WHERE database_name = '${catalog}' ORDER BY column_index`,
  );
  for (const [name, columns] of Map.groupBy(found, ([table]) => String(table))) {
    const ours = tablesOf(revision).find((table) => table.name === name);
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
async function foreignView(connection: Connection, revision: Revision): Promise<string | null> {
  const found = await connection.rows(
    `SELECT view_name FROM system.main.duckdb_views()
     WHERE database_name = '${catalog}' AND NOT internal`,
  );
  const foreign = found
    .map(([name]) => String(name))
    .find((name) => !Object.hasOwn(revision.views, name));
  return foreign === undefined ? null : `it holds a view '${foreign}'`;
}
