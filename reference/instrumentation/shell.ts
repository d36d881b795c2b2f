import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../engine/database.js';
import type { Connection } from '../engine/connection.js';
import { quoteIdentifier, quoteLiteral } from '../engine/identifiers.js';
import { createTable, instrumentationTables } from './tables.js';
import { createViews } from './views.js';

/** The name and the make of what clients see in place of the records. */
export interface ShellOptions {
  readonly catalog: string;
  readonly schema: string;
  /** Whether the tables of the records have keys. */
  readonly keys: boolean;
}

/**
 * Attaches, under the catalog's name, a database that has the tables and the views of the records and
 * no rows: for names, types and listings. It is attached READ_ONLY, so that the engine itself refuses
 * every change of it, and its file is deleted at once: nobody else can open it.
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

async function makeShell(file: string, { schema, keys }: ShellOptions): Promise<void> {
  const database = await Database.open({ path: file, readonly: false });
  try {
    const connection = await database.connect();
    await connection.execute(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
    await connection.execute(`USE ${quoteIdentifier(schema)}`);
    for (const table of instrumentationTables) {
      await connection.execute(createTable(table, { key: keys }));
    }
    for (const view of Object.values(createViews)) {
      await connection.execute(view);
    }
    connection.close();
  } finally {
    database.close();
  }
}
