import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useDatabase } from '../../engine/database-fixture.js';
import { tablesOf } from '../revision.js';
import { first } from '../revisions/first.js';
import { attachedStore } from './attached-store.js';

let folder: string;
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});
const engine = useDatabase(async (connection) => {
  folder = await mkdtemp(join(tmpdir(), 'catalog-'));
  await connection.execute(`ATTACH '${join(folder, 'records.db')}' AS "Records"`);
});

const open = (catalog: string, schema: string) =>
  attachedStore(catalog, schema).open(engine.connection, first);
const relations = () =>
  engine.connection.rows(
    `SELECT table_name FROM information_schema.tables
     WHERE table_catalog = 'Records' AND table_schema = 'audit' ORDER BY ALL`,
  );
const tables = tablesOf(first);
const all = [...tables.map(({ name }) => name), ...Object.keys(first.views)].sort();

describe('the store in an attached catalog', () => {
  it('makes the schema, the tables and the views, and works in there', async () => {
    expect(await open('records', 'audit')).toMatchObject({
      place: { catalog: 'Records', schema: 'audit' },
      keys: true,
    });
    expect(await relations()).toEqual(all.map((name) => [name]));
    await engine.connection.execute('INSERT INTO instances (instance_id) VALUES (uuid())');
    expect(await engine.connection.rows('SELECT count(*) FROM "Records".audit.instances')).toEqual([
      [1n],
    ]);
    // It is committed: others see it.
    const other = await engine.database.connect();
    expect(await other.rows('SELECT count(*) FROM "Records".audit.sessions')).toEqual([[0n]]);
    other.close();
  });

  it('makes what is missing, and nothing that is there', async () => {
    await open('Records', 'audit');
    await engine.connection.execute('INSERT INTO instances (instance_id) VALUES (uuid())');
    await engine.connection.execute('DROP TABLE sql_executions CASCADE; DROP VIEW active_sessions');
    const execute = vi.spyOn(engine.connection, 'execute');
    await open('Records', 'AUDIT');
    const made = execute.mock.calls.flatMap(
      ([sql]) => /^CREATE \w+ IF NOT EXISTS (\S+)/.exec(sql)?.[1] ?? [],
    );
    expect(made).toEqual(['sql_executions', 'active_sessions']);
    expect(await relations()).toEqual(all.map((name) => [name]));
    expect(await engine.connection.rows('SELECT count(*) FROM instances')).toEqual([[1n]]);
  });

  it('names the catalogs that are attached when it is none of them', async () => {
    await engine.connection.execute("ATTACH ':memory:' AS a");
    const used = open('lake', 'audit');
    await expect(used).rejects.toThrow(
      /^The instrumentation catalog 'lake' is not attached: .*; attached are: Records, a, memory$/,
    );
    await expect(used).rejects.toMatchObject({ kind: 'invalid-argument' });
  });

  it('says that a catalog is read-only', async () => {
    await engine.connection.execute(
      `DETACH "Records"; ATTACH '${join(folder, 'records.db')}' AS ro (READ_ONLY)`,
    );
    await expect(open('ro', 'audit')).rejects.toThrow(
      /^The instrumentation catalog 'ro' is attached read-only/,
    );
    await expect(open('ro', 'audit')).rejects.toMatchObject({
      kind: 'invalid-argument',
    });
  });

  it("refuses a table of somebody else's, and leaves nothing behind", async () => {
    await engine.connection.execute(
      'CREATE SCHEMA "Records".audit; CREATE TABLE "Records".audit.sql_statements AS SELECT 1 AS a',
    );
    const used = open('Records', 'audit');
    await expect(used).rejects.toThrow(
      /^The instrumentation catalog 'Records' has a table 'audit.sql_statements' with other columns/,
    );
    await expect(used).rejects.toMatchObject({ kind: 'invalid-argument' });
    expect(await relations()).toEqual([['sql_statements']]);
    await engine.connection.execute('BEGIN; ROLLBACK');
  });

  it("refuses as many columns of somebody else's", async () => {
    const columns = tables.find(({ name }) => name === 'sessions')?.columns ?? [];
    const others = columns.map(({ name }) => `${name} BLOB`).join(', ');
    await engine.connection.execute(
      `CREATE SCHEMA "Records".audit; CREATE TABLE "Records".audit.sessions (${others})`,
    );
    await expect(open('Records', 'audit')).rejects.toThrow(
      /has a table 'audit.sessions' with other columns/,
    );
  });

  it('is not misled by tables of the same names in another schema', async () => {
    await open('Records', 'main');
    await open('Records', 'audit');
    expect(await relations()).toEqual(all.map((name) => [name]));
  });

  it("gives the tables of DuckDB's own files their keys", async () => {
    await open('Records', 'audit');
    const keys = await engine.connection.rows(
      `SELECT table_name FROM duckdb_constraints()
       WHERE database_name = 'Records' AND constraint_type = 'PRIMARY KEY' ORDER BY ALL`,
    );
    expect(keys).toEqual(tables.map(({ name }) => [name]).sort());
  });

  it('says what the engine says', async () => {
    vi.spyOn(engine.connection, 'execute').mockRejectedValue(new Error('the disk is full'));
    const used = open('Records', 'audit');
    await expect(used).rejects.toThrow(
      "Cannot set up the instrumentation catalog 'Records': the disk is full",
    );
    await expect(used).rejects.toMatchObject({ kind: 'invalid-argument' });
  });

  it('tries again where another server was quicker, and not otherwise', async () => {
    const execute = engine.connection.execute.bind(engine.connection);
    const commits: string[] = [];
    vi.spyOn(engine.connection, 'execute').mockImplementation((sql) => {
      if (sql === 'COMMIT' && commits.push(sql) < 3) {
        return Promise.reject(new Error('Transaction conflict on commit'));
      }
      return execute(sql);
    });
    await open('Records', 'audit');
    expect(commits).toHaveLength(3);
    expect(await relations()).toEqual(all.map((name) => [name]));
  });

  it('has no files of its own, is attached by the init SQL, and recovers nothing', async () => {
    expect(attachedStore('records', 'audit')).toMatchObject({
      ownFiles: [],
      attached: ['records'],
    });
    const store = await open('records', 'audit');
    await engine.connection.execute(
      "INSERT INTO sessions (session_id, start_time, status) VALUES (uuid(), now(), 'active')",
    );
    await store.recover(engine.connection, 5n, first);
    expect(await engine.connection.rows('SELECT status FROM sessions')).toEqual([['active']]);
  });

  it('has the files of the database protected', async () => {
    const file = join(folder, 'records.db');
    expect((await open('records', 'audit')).guarded).toEqual({
      attachTypes: [],
      files: [file, `${file}.wal`],
      folders: [],
    });
  });
});
