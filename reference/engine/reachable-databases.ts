import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBValue } from '@duckdb/node-api';
import type { Connection } from './connection.js';
import { quoteIdentifier, quoteLiteral } from './identifiers.js';

/**
 * Answers a query of DuckDB's catalog functions while an attached database is unreachable: these functions
 * list all databases or fail. Copies the schemas of the reachable databases, without rows, to files, attaches
 * them under the same names in another DuckDB, and runs the query there. Temporary tables and uncommitted
 * changes are not copied, so it must not be called in an open transaction. Throws if no schema can be copied.
 */
export async function askReachable(connection: Connection, sql: string): Promise<DuckDBValue[][]> {
  const folder = await mkdtemp(join(await placeForCopies(connection), 'gizmosql-schemas-'));
  try {
    const copies = await copySchemas(connection, folder);
    return await askCopies(copies, folder, sql);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A directory that the engine may write to: at least its own temporary directory. */
async function placeForCopies(connection: Connection): Promise<string> {
  const [[free, temporary] = []] = await connection.rows(
    `SELECT system.main.current_setting('enable_external_access'),
            system.main.current_setting('temp_directory')`,
  );
  if (free === true) {
    return tmpdir();
  }
  const place = resolve(String(temporary));
  await mkdir(place, { recursive: true });
  return place;
}

interface Copy {
  readonly database: string;
  readonly file: string;
}

async function copySchemas(connection: Connection, folder: string): Promise<readonly Copy[]> {
  const databases = await connection.rows(
    'SELECT database_name FROM system.main.duckdb_databases() WHERE NOT internal ORDER BY 1 ASC',
  );
  const copies: Copy[] = [];
  for (const [i, [name]] of databases.entries()) {
    const copy = { database: String(name), file: join(folder, `${i}.db`) };
    if (await copySchema(connection, copy)) {
      copies.push(copy);
    }
  }
  if (copies.length === 0) {
    throw new Error('no database is within reach');
  }
  return copies;
}

/** Copies a database's schema. Resolves to false if the database is unreachable. */
async function copySchema(connection: Connection, { database, file }: Copy): Promise<boolean> {
  const name = quoteIdentifier(nameOfNothing());
  try {
    await connection.execute(`ATTACH ${quoteLiteral(file)} AS ${name} ${newest}`);
    try {
      await connection.execute(
        `COPY FROM DATABASE ${quoteIdentifier(database)} TO ${name} (SCHEMA)`,
      );
    } finally {
      await connection.execute(`DETACH ${name}`);
    }
    return true;
  } catch {
    return false;
  }
}

async function askCopies(
  copies: readonly Copy[],
  folder: string,
  sql: string,
): Promise<DuckDBValue[][]> {
  // An in-memory database would be listed as `memory`.
  const own = nameOfNothing();
  const instance = await DuckDBInstance.create(join(folder, own));
  const connection = await instance.connect();
  try {
    for (const { database, file } of copies) {
      const name = quoteIdentifier(database);
      await connection.run(`ATTACH ${quoteLiteral(file)} AS ${name}`);
      await connection.run(`USE ${name}.main`);
    }
    await connection.run(`DETACH ${quoteIdentifier(own)}`);
    const rows = await connection.run(sql);
    return await rows.getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Older storage formats do not support all types. */
const newest = "(STORAGE_VERSION 'latest')";

/** A unique database name. */
function nameOfNothing(): string {
  return `gizmosql_${crypto.randomUUID().replaceAll('-', '_')}`;
}
