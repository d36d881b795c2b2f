import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openConnection } from './engine-fixture.js';
import type { OpenConnection } from './engine-fixture.js';
import { limitDirectories } from './limit-directories.js';
import { askReachable } from './reachable-databases.js';

let folder: string;
let open: OpenConnection;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reachable-databases-'));
  vi.stubEnv('TMPDIR', folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  open.close();
  await rm(folder, { recursive: true });
});

const temporary = ['scratch', 'seen'];

const questions = [
  'SELECT table_catalog, table_schema, table_name, table_type FROM system.information_schema.tables ORDER BY ALL',
  'SELECT database_name, schema_name FROM system.main.duckdb_schemas() ORDER BY ALL',
  `SELECT database_name, table_name, constraint_type, constraint_column_names, constraint_name
   FROM system.main.duckdb_constraints() ORDER BY ALL`,
];

it.each([':memory:', 'main.db'])('answers as the engine itself would: %s', async (path) => {
  open = await openConnection(path === ':memory:' ? path : join(folder, path));
  for (const sql of [
    'CREATE TABLE t (i INTEGER PRIMARY KEY, s VARCHAR UNIQUE)',
    'CREATE TABLE child (k INTEGER REFERENCES t(i))',
    "CREATE TYPE mood AS ENUM ('so', 'so what')",
    'CREATE SEQUENCE numbers',
    `CREATE TABLE many (m mood, n INTEGER DEFAULT nextval('numbers'), g AS (n + 1))`,
    'CREATE INDEX by_s ON t(s)',
    'CREATE MACRO f(x) AS x + 1',
    'CREATE TABLE gone (i INTEGER)',
    'CREATE VIEW broken AS SELECT f(i) FROM gone',
    'DROP TABLE gone',
    'CREATE SCHEMA "a ""b"',
    'CREATE TABLE "a ""b"."T 1" (i INTEGER)',
    `ATTACH ':memory:' AS "o'ther"`,
    `CREATE TABLE "o'ther".main.v (v VARIANT, g GEOMETRY)`,
    'CREATE TEMP TABLE scratch (i INTEGER PRIMARY KEY)',
    'CREATE TEMP VIEW seen AS SELECT * FROM scratch',
  ]) {
    await open.raw.run(sql);
  }
  for (const sql of questions) {
    const answer = await open.connection.rows(sql);
    expect(answer.length).toBeGreaterThan(5);
    const named = (rows: readonly unknown[][]) => rows.map((row) => row.map(String));
    const lasting = named(answer).filter((row) => !temporary.some((name) => row.includes(name)));
    expect(named(await askReachable(open.connection, sql))).toEqual(lasting);
  }
  // Nothing is left behind, not in the engine either.
  expect(await open.connection.rows('SELECT count(*) FROM duckdb_databases()')).toEqual([[4n]]);
  expect((await readdir(folder)).filter((name) => !name.startsWith('main.db'))).toEqual([]);
});

it('says so when it may copy nothing', async () => {
  open = await openConnection();
  await open.raw.run("SET GLOBAL disabled_filesystems = 'LocalFileSystem'");
  await expect(askReachable(open.connection, 'SELECT 1')).rejects.toThrow('within reach');
});

it('copies to where an engine may write that is kept to some directories', async () => {
  open = await openConnection(join(folder, 'main.db'));
  await open.raw.run('CREATE TABLE t (i INTEGER)');
  await limitDirectories(open.connection, [join(folder, 'elsewhere')]);
  const rows = await askReachable(open.connection, 'SELECT table_name FROM duckdb_tables()');
  expect(rows).toEqual([['t']]);
  expect(await readdir(join(folder, 'main.db.tmp'))).toEqual([]);
});
