import { statSync } from 'node:fs';
import type { Connection } from '../../engine/connection.js';
import { databaseFiles } from '../../engine/database-files.js';
import { engineMessage } from '../../engine/engine-error.js';
import { quoteLiteral } from '../../engine/identifiers.js';
import { Failure } from '../../errors.js';
import { columnsText } from '../instrumentation-table.js';
import { filePace } from '../pace.js';
import { recoverStaleRecords } from '../recovery.js';
import { createTables, createViews, tablesOf } from '../revision.js';
import type { Revision } from '../revision.js';
import { writeRowsByKeptPlans } from '../row-writer.js';
import { relationOf, upgrade } from '../upgrade.js';
import type { TablesThere } from '../upgrade.js';
import type { Store } from './store.js';

/**
 * Attaches the file of the records at `path`, and creates the revision's tables and views that are missing, or
 * brings those of an older one up to date.
 */
export type AttachRecords = (
  connection: Connection,
  path: string,
  revision: Revision,
) => Promise<void>;

/** The name of the catalog that the file is attached as. */
const catalog = '_gizmosql_instr';
const constrained = { key: true };

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
        type: 'duckdb',
        keys: constrained.key,
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
 * default database of `connection`. A file of an older revision is brought up to date in one transaction.
 * Throws Failure('invalid-argument') that names the file if it is not a database, a database with other
 * tables, or of a newer revision. The file is then unchanged.
 */
export async function attachRecordsFile(
  connection: Connection,
  path: string,
  revision: Revision,
): Promise<void> {
  await lookInto(connection, path, revision);
  // The default would be READ_ONLY when the main database is.
  await attach(connection, path, 'READ_WRITE');
  const there = await mustBeUsable(connection, path, revision);
  try {
    await layOut(connection, there, revision);
  } catch (cause) {
    throw new Failure(
      'invalid-argument',
      `Cannot set up the instrumentation database '${path}': ${engineMessage(cause)}`,
      { cause },
    );
  }
}

async function attach(connection: Connection, path: string, mode: string): Promise<void> {
  try {
    await connection.execute(`ATTACH ${quoteLiteral(path)} AS ${catalog} (${mode})`);
  } catch (cause) {
    throw new Failure(
      'invalid-argument',
      `Cannot open the instrumentation database '${path}': ${engineMessage(cause)}`,
      { cause },
    );
  }
}

/**
 * Checks an existing file without writing to it. If a server crashed, opening it to write would change it:
 * DuckDB writes the end of its log into the file.
 */
async function lookInto(connection: Connection, path: string, revision: Revision): Promise<void> {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) {
    return;
  }
  try {
    await attach(connection, path, 'READ_ONLY');
  } catch {
    return; // Opening it to write repairs it, or fails as well.
  }
  await mustBeUsable(connection, path, revision);
  await connection.execute(`DETACH ${catalog}`);
}

/**
 * Resolves to the tables of the file. Detaches it and throws Failure('invalid-argument') if a server of this
 * revision cannot use it.
 */
async function mustBeUsable(
  connection: Connection,
  path: string,
  revision: Revision,
): Promise<TablesThere> {
  const there = await tablesThere(connection);
  const complaint = await complaintAbout(connection, there, revision);
  if (complaint !== null) {
    await connection.execute(`DETACH ${catalog}`);
    throw new Failure('invalid-argument', `The file '${path}' ${complaint}`);
  }
  return there;
}

async function complaintAbout(
  connection: Connection,
  there: TablesThere,
  revision: Revision,
): Promise<string | null> {
  const relation = relationOf(there, revision);
  if (relation.is === 'newer') {
    return `is an instrumentation database of a newer release: its tables are those of GizmoSQL ${relation.revision.since} and later, and this server keeps those of ${revision.since}. Start a newer release, name another file, or move this one away`;
  }
  const foreign =
    relation.is === 'foreign'
      ? `its table '${relation.table}' has other columns`
      : (foreignTable(there, revision) ?? (await foreignView(connection, revision)));
  return foreign === null
    ? null
    : `is not an instrumentation database: ${foreign}. Name another file, or move this one away`;
}

/**
 * Brings the tables up to date, creates the missing tables and views, and makes the file the default database
 * of `connection`.
 */
async function layOut(
  connection: Connection,
  there: TablesThere,
  revision: Revision,
): Promise<void> {
  const relation = relationOf(there, revision);
  await connection.execute(`USE ${catalog}.main`);
  await connection.execute('BEGIN');
  try {
    for (const statement of [
      ...(relation.is === 'older' ? upgrade(there, relation.revision, revision, constrained) : []),
      ...createTables(revision, constrained),
      ...createViews(revision).values(),
    ]) {
      await connection.execute(statement);
    }
    await connection.execute('COMMIT');
  } catch (error) {
    await connection.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function tablesThere(connection: Connection): Promise<TablesThere> {
  const found = await connection.rows(
    `SELECT table_name, column_name, data_type
     FROM system.main.duckdb_columns()
     JOIN system.main.duckdb_tables() USING (database_name, schema_name, table_name)
     WHERE database_name = '${catalog}' ORDER BY column_index`,
  );
  const tables = Map.groupBy(found, ([table]) => String(table));
  return new Map(
    [...tables].map(([table, columns]) => [
      table,
      columnsText(columns.map(([, name, type]) => ({ name, type }))),
    ]),
  );
}

/** Describes a table that does not belong to the records; null if there is none. */
function foreignTable(there: TablesThere, revision: Revision): string | null {
  const ours = tablesOf(revision).map(({ name }) => name);
  const foreign = [...there.keys()].find((name) => !ours.includes(name));
  return foreign === undefined ? null : `it holds a table '${foreign}'`;
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
