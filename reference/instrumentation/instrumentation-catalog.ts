import pRetry from 'p-retry';
import type { Connection } from '../engine/connection.js';
import { engineMessage } from '../engine/engine-error.js';
import { quoteIdentifier } from '../engine/identifiers.js';
import { sameName } from '../engine/relation-path.js';
import { Failure } from '../errors.js';
import { isWriteConflict } from './write-conflict.js';
import { columnsText, createTable } from './instrumentation-table.js';
import { createViews, tablesOf } from './revision.js';
import { first } from './revisions/first.js';

/** An attached catalog that the records go to, as the engine knows it. */
export interface InstrumentationCatalog {
  /** As the engine spells it, which may differ from the flag in letter case. */
  readonly name: string;
  /** The engine's type of it: `ducklake`, `duckdb`, `postgres`, … */
  readonly type: string;
  /** Where it was attached from; empty where a secret says so. */
  readonly path: string;
}

/** How often servers that start at one moment may get into each other's way. */
const setUpTries = 20;

/**
 * Makes the schema, tables and views that the attached catalog lacks, and has
 * `connection`, which belongs to the instrumentation from then on, work in
 * there. Throws Failure('invalid-argument') that says what is wrong with the
 * catalog: not attached, read-only, other tables under these names.
 */
export async function useCatalog(
  connection: Connection,
  catalog: string,
  schema: string,
): Promise<InstrumentationCatalog> {
  const found = await findCatalog(connection, catalog);
  try {
    await pRetry(() => setUp(connection, found, schema), {
      retries: setUpTries,
      minTimeout: 20,
      maxTimeout: 500,
      randomize: true,
      shouldRetry: ({ error }) => isWriteConflict(error),
    });
  } catch (cause) {
    if (cause instanceof Failure) {
      throw cause;
    }
    throw new Failure(
      'invalid-argument',
      `Cannot set up the instrumentation catalog '${catalog}': ${engineMessage(cause)}`,
      { cause },
    );
  }
  return found;
}

async function findCatalog(connection: Connection, name: string): Promise<InstrumentationCatalog> {
  const attached = await connection.rows(
    `SELECT database_name, type, coalesce(path, ''), readonly FROM system.main.duckdb_databases()
     WHERE NOT internal`,
  );
  const found = attached.find(([other]) => sameName(String(other), name));
  if (!found) {
    const names = attached.map(([other]) => String(other)).sort();
    throw new Failure(
      'invalid-argument',
      `The instrumentation catalog '${name}' is not attached: the init SQL must attach it (--init-sql-commands "… ATTACH 'ducklake:…' AS ${name}"); attached are: ${names.join(', ')}`,
    );
  }
  const [engineName, type, path, readonly] = found;
  if (readonly === true) {
    throw new Failure(
      'invalid-argument',
      `The instrumentation catalog '${name}' is attached read-only: attach it so that it can be written to`,
    );
  }
  return { name: String(engineName), type: String(type), path: String(path) };
}

/** In one transaction: other servers see all of it or nothing, and it leaves nothing behind when it fails. */
async function setUp(
  connection: Connection,
  { name, type }: InstrumentationCatalog,
  schema: string,
): Promise<void> {
  const place = `${quoteIdentifier(name)}.${quoteIdentifier(schema)}`;
  await connection.execute('BEGIN');
  try {
    // What is there already is not made again: with DuckLake even that would be a commit.
    const present = await relations(connection, name, schema);
    if (!(await hasSchema(connection, name, schema))) {
      await connection.execute(`CREATE SCHEMA IF NOT EXISTS ${place}`);
    }
    await connection.execute(`USE ${place}`);
    for (const table of tablesOf(first)) {
      const columns = present.get(table.name);
      if (columns === undefined) {
        // Only DuckDB's own files have keys here: DuckLake knows none.
        await connection.execute(createTable(table, { key: type === 'duckdb' }));
      } else if (columns !== columnsText(table.columns)) {
        throw new Failure(
          'invalid-argument',
          `The instrumentation catalog '${name}' has a table '${schema}.${table.name}' with other columns: name a catalog that holds nothing else`,
        );
      }
    }
    for (const [view, statement] of createViews(first)) {
      if (!present.has(view)) {
        await connection.execute(statement);
      }
    }
    await connection.execute('COMMIT');
  } catch (error) {
    await connection.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function hasSchema(connection: Connection, catalog: string, schema: string) {
  const sql = 'SELECT schema_name FROM system.main.duckdb_schemas() WHERE database_name = $1';
  return (await connection.rows(sql, [catalog])).some(([name]) => sameName(String(name), schema));
}

/** The tables and views of a schema, and the columns of each as `name type, …`. */
async function relations(
  connection: Connection,
  catalog: string,
  schema: string,
): Promise<Map<string, string>> {
  const found = await connection.rows(
    `SELECT schema_name, table_name, column_name, data_type FROM system.main.duckdb_columns()
     WHERE database_name = $1 ORDER BY column_index`,
    [catalog],
  );
  const here = found.filter(([name]) => sameName(String(name), schema));
  const tables = Map.groupBy(here, ([, table]) => String(table).toLowerCase());
  return new Map(
    [...tables].map(([table, columns]) => [
      table,
      columnsText(columns.map(([, , name, type]) => ({ name, type }))),
    ]),
  );
}
