import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../engine/database.js';
import { tablesOf } from '../revision.js';
import { revisions } from '../revisions/all.js';
import { first } from '../revisions/first.js';
import { attachRecordsFile, fileStore } from './file-store.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instrumentation-'));
  path = join(folder, "in'str.db");
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Attaches the file to a database in memory, and runs statements there; the rows of each. */
async function attached(...statements: string[]): Promise<unknown[][][]> {
  const database = await Database.open({ path: null, readonly: false });
  try {
    const connection = await database.connect();
    try {
      await attachRecordsFile(connection, path, first);
      const results: unknown[][][] = [];
      for (const statement of statements) {
        results.push(await connection.rows(statement));
      }
      return results;
    } finally {
      connection.close();
    }
  } finally {
    database.close();
  }
}

/** Makes a database file of somebody else's. */
async function foreign(statements: string): Promise<void> {
  const database = await Database.open({ path, readonly: false });
  const connection = await database.connect();
  await connection.execute(statements);
  connection.close();
  database.close();
}

async function hash(): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

describe('attachRecordsFile', () => {
  it('makes views that mean the same with macros of anybody in place of functions', async () => {
    const rows = await attached(
      'INSERT INTO _gizmosql_instr.instances (instance_id) VALUES (uuid())',
      `INSERT INTO _gizmosql_instr.sessions (session_id, instance_id, status, start_time)
       SELECT uuid(), instance_id, 'active', now() - INTERVAL 1 HOUR FROM _gizmosql_instr.instances`,
      ...['count(a)', 'sum(a)', 'avg(a)', 'epoch(a)', 'now()', '"-"(a, b)', 'subtract(a, b)'].map(
        (macro) => `CREATE MACRO ${macro} AS 4711`,
      ),
      'SELECT total_statements, total_executions, total_rows_fetched, avg_duration_ms FROM _gizmosql_instr.session_stats',
      'SELECT session_duration_seconds BETWEEN 3600 AND 3700 FROM _gizmosql_instr.active_sessions',
    );
    expect(rows.slice(-2)).toEqual([[[0n, 0n, 0n, null]], [[true]]]);
  });

  it('is not misled by macros in the database that the server opens', async () => {
    await attached();
    const main = join(folder, 'main.db');
    const database = await Database.open({ path: main, readonly: false });
    const connection = await database.connect();
    for (const macro of ['duckdb_columns', 'duckdb_tables', 'duckdb_views', 'duckdb_databases']) {
      await connection.execute(`CREATE MACRO ${macro}() AS TABLE SELECT 'x' AS database_name`);
    }
    await expect(attachRecordsFile(connection, path, first)).resolves.toBeUndefined();
    connection.close();
    database.close();
  });

  it('makes the documented tables, column by column', async () => {
    const [columns] = await attached(
      `SELECT table_name, column_name, data_type FROM duckdb_columns()
       JOIN duckdb_tables() USING (database_name, schema_name, table_name)
       WHERE database_name = '_gizmosql_instr' ORDER BY ALL`,
    );
    const expected = tablesOf(first).flatMap(({ name, columns: all }) =>
      all.map(({ name: column, type }) => [name, column, type]),
    );
    expect(columns).toEqual(expected.sort((a, b) => (a.join(' ') < b.join(' ') ? -1 : 1)));
  });

  it('gives each table the key that is documented', async () => {
    const [keys] = await attached(
      `SELECT table_name, constraint_column_names::VARCHAR FROM duckdb_constraints()
       WHERE database_name = '_gizmosql_instr' AND constraint_type = 'PRIMARY KEY' ORDER BY ALL`,
    );
    expect(keys).toEqual([
      ['instances', '[instance_id]'],
      ['sessions', '[session_id]'],
      ['sql_executions', '[execution_id]'],
      ['sql_statements', '[statement_id]'],
    ]);
  });

  it('makes views that can be queried', async () => {
    for (const view of [
      'active_sessions',
      'session_activity',
      'session_stats',
      'execution_details',
    ]) {
      expect(await attached(`FROM _gizmosql_instr.${view}`)).toEqual([[]]);
    }
  });

  it('finds what it made, with its rows, time and again', async () => {
    const id = crypto.randomUUID();
    await attached(`INSERT INTO instances (instance_id, status) VALUES ('${id}', 'running')`);
    await attached();
    const [rows] = await attached('SELECT instance_id::VARCHAR FROM instances');
    expect(rows).toEqual([[id]]);
  });

  it.each([
    ['tables', 'CREATE TABLE customers AS SELECT 1', "it holds a table 'customers'"],
    [
      'a table of that name',
      'CREATE TABLE sessions AS SELECT 1 AS a',
      "'sessions' has other columns",
    ],
    [
      'a table in a schema',
      'CREATE SCHEMA s; CREATE TABLE s.t AS SELECT 1',
      "it holds a table 't'",
    ],
    ['a view', 'CREATE VIEW sessions AS SELECT 1', "it holds a view 'sessions'"],
    ['a view of another name', 'CREATE VIEW v AS SELECT 1', "it holds a view 'v'"],
  ])(
    'refuses a database of somebody else with %s, and leaves it as it was',
    async (_, sql, why) => {
      await foreign(sql);
      const before = await hash();
      await expect(attached()).rejects.toMatchObject({
        kind: 'invalid-argument',
        message: expect.stringMatching(new RegExp(`^The file '.*' is not .*: .*${why}`)) as string,
      });
      expect(await hash()).toBe(before);
      expect(await readdir(folder)).toHaveLength(1);
    },
  );

  it('refuses what is no database, and leaves it as it was', async () => {
    await writeFile(path, 'This is a letter to my bank. '.repeat(500));
    const before = await hash();
    await expect(attached()).rejects.toMatchObject({
      kind: 'invalid-argument',
      message: expect.stringContaining(
        `Cannot open the instrumentation database '${path}'`,
      ) as string,
    });
    expect(await hash()).toBe(before);
  });

  it('refuses a folder, and a file in a folder that is not there', async () => {
    await mkdir(path);
    await expect(attached()).rejects.toMatchObject({ kind: 'invalid-argument' });
    path = join(folder, 'nowhere', 'x.db');
    await expect(attached()).rejects.toMatchObject({ kind: 'invalid-argument' });
  });

  it('can write where the main database is read-only', async () => {
    const main = join(folder, 'main.db');
    const made = await Database.open({ path: main, readonly: false });
    made.close();
    const database = await Database.open({ path: main, readonly: true });
    const connection = await database.connect();
    await attachRecordsFile(connection, path, first);
    await connection.execute('INSERT INTO instances (instance_id) VALUES (uuid())');
    expect(await connection.rows('SELECT count(*) FROM instances')).toEqual([[1n]]);
    connection.close();
    database.close();
  });
});

describe('the store in a file', () => {
  it('is the only one to have its file, in which no server but this writes', async () => {
    const database = await Database.open({ path: null, readonly: false });
    const connection = await database.connect();
    const store = fileStore(path);
    expect(store).toMatchObject({ ownFiles: [path], attached: [] });
    const open = await store.open(connection, first);
    expect(open).toMatchObject({
      place: { catalog: '_gizmosql_instr', schema: 'main' },
      keys: true,
    });
    expect(open.guarded).toEqual({
      attachTypes: [],
      files: [path, `${path}.wal`, `${path}.wal.checkpoint`, `${path}.wal.recovery`],
      folders: [],
    });
    await connection.execute(
      "INSERT INTO sessions (session_id, start_time, status) VALUES (uuid(), now(), 'active')",
    );
    await open.recover(connection, 5n, first);
    expect(await connection.rows('SELECT status FROM sessions')).toEqual([['closed']]);
    connection.close();
    database.close();
  });

  it('is opened by what takes the place of its own attaching', async () => {
    const database = await Database.open({ path: null, readonly: false });
    const connection = await database.connect();
    await fileStore(path, (to, _, revision) => attachRecordsFile(to, ':memory:', revision)).open(
      connection,
      first,
    );
    expect(await readdir(folder)).toEqual([]);
    connection.close();
    database.close();
  });
});

describe('the constraints of the file', () => {
  /** The rows of a query on a new file of a revision. */
  async function inNew(since: string, sql: string): Promise<unknown[][]> {
    const revision = revisions.find((each) => each.since === since) ?? expect.fail(since);
    const database = await Database.open({ path: null, readonly: false });
    const connection = await database.connect();
    try {
      await attachRecordsFile(connection, path, revision);
      return await connection.rows(sql);
    } finally {
      connection.close();
      database.close();
      await rm(path);
    }
  }
  const columnsOf = (table: string) =>
    `SELECT expressions FROM duckdb_indexes() WHERE table_name = '${table}' ORDER BY ALL`;

  it('are a key only, before 1.28', async () => {
    const sql = `SELECT DISTINCT constraint_type FROM duckdb_constraints() WHERE constraint_type <> 'NOT NULL'`;
    expect(await inNew('1.27', sql)).toEqual([['PRIMARY KEY']]);
    expect(await inNew('1.27', 'SELECT count(*) FROM duckdb_indexes()')).toEqual([[0n]]);
    await inNew('1.27', "INSERT INTO sessions (session_id, status) VALUES (uuid(), 'asleep')");
  });

  it.each([
    ['instances', 'instance', ['running', 'stopped']],
    ['sessions', 'session', ['active', 'closed', 'killed', 'timeout', 'error']],
    [
      'sql_executions',
      'execution',
      ['queued', 'executing', 'success', 'error', 'timeout', 'cancelled'],
    ],
  ])('let %s have no other status than the documented ones', async (table, key, statuses) => {
    const insert = (status: string) =>
      inNew('1.28', `INSERT INTO ${table} (${key}_id, status) VALUES (uuid(), '${status}')`);
    for (const status of statuses) {
      await expect(insert(status)).resolves.toEqual([[1n]]);
    }
    for (const status of ['', 'idle', statuses[0]?.toUpperCase() ?? '']) {
      await expect(insert(status)).rejects.toThrow(/CHECK constraint failed/);
    }
  });

  it.each(['1.28', '1.34'])('are an index on each reference and each time in %s', async (since) => {
    const revision = revisions.find((each) => each.since === since) ?? expect.fail(since);
    for (const { name, columns } of tablesOf(revision)) {
      const expected = columns
        .slice(1)
        .filter(
          (column) =>
            column.type.startsWith('TIMESTAMP') ||
            /^(instance|session|statement)_id$/.test(column.name),
        );
      expect(await inNew(since, columnsOf(name))).toEqual(
        expected.map((column) => [`[${column.name}]`]).sort(),
      );
    }
  });
});
