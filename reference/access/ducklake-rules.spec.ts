import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findExtensions, loadExtensions } from '../../fixtures/extensions.js';
import type { Connection } from '../engine/connection.js';
import { Database } from '../engine/database.js';
import { openCatalog } from '../open-instrumentation.js';
import { nullLog } from '../log-fixture.js';
import { DuckLakeRules } from './ducklake-rules.js';
import { createGuard } from './engine-guard.js';
import { verdictOf } from './guard-fixture.js';
import type { Guard } from './guard.js';
import type { Role } from './identity.js';
import { refusals } from './refusals.js';

const extensions = findExtensions();
const folder = mkdtempSync(join(tmpdir(), 'lake-'));
let database: Database | undefined;
let connection: Connection;
let guard: Guard;
/** The snapshot after which `instr.elsewhere.gone` was dropped. */
let lastWithGone: string;
/** That of a catalog whose metadata database was given a name. */
let guardOfNamed: Guard;

beforeAll(async () => {
  if (!extensions.available) {
    return;
  }
  const opened = await Database.open({ path: null, readonly: false });
  database = opened;
  connection = await opened.connect();
  for (const sql of [
    loadExtensions(extensions.folder, ['ducklake']),
    `ATTACH 'ducklake:${folder}/instr.ducklake' AS "Instr" (DATA_PATH '${folder}/data/')`,
    `ATTACH 'ducklake:${folder}/other.ducklake' AS other (DATA_PATH '${folder}/other/')`,
    `CREATE SECRET lakesecret (TYPE ducklake, METADATA_PATH '${folder}/instr.ducklake')`,
    'CREATE SCHEMA instr.elsewhere',
    'CREATE TABLE instr.elsewhere.notes AS SELECT 1 AS a',
    'CREATE TABLE other.t AS SELECT 1 AS a',
    'CREATE TABLE t (a INTEGER)',
    'CREATE TABLE notes (a INTEGER)',
  ]) {
    await connection.execute(sql);
  }
  const recording = await opened.connect();
  const { guarded } = await openCatalog(recording, {
    catalog: 'INSTR',
    schema: 'main',
    log: nullLog,
  });
  await recording.execute(
    'INSERT INTO sessions (session_id, username) SELECT uuid(), range FROM range(50)',
  );
  for (const sql of [
    'CREATE VIEW v AS FROM instr.sessions',
    'CREATE VIEW inner_view AS FROM instr.active_sessions',
    "CREATE MACRO old() AS TABLE FROM ducklake_table_insertions('in' || 'str', 'main', 'sessions', 0, 4)",
    "CREATE MACRO tidy() AS TABLE FROM ducklake_expire_snapshots('in' || 'str', older_than => now())",
  ]) {
    await connection.execute(sql);
  }
  await connection.execute('CREATE TABLE instr.elsewhere.gone AS SELECT 1 AS a');
  const [[snapshot] = []] = await connection.rows(
    "SELECT max(snapshot_id) FROM ducklake_snapshots('instr')",
  );
  lastWithGone = String(snapshot);
  await connection.execute('DROP TABLE instr.elsewhere.gone');
  guard = createGuard(guarded);
  await connection.execute(
    `ATTACH 'ducklake:${folder}/named.ducklake' AS named (DATA_PATH '${folder}/named/', METADATA_CATALOG 'Behind It')`,
  );
  const options = { catalog: 'named', schema: 'main', log: nullLog };
  guardOfNamed = createGuard((await openCatalog(await opened.connect(), options)).guarded);
});

afterAll(() => {
  database?.close();
  rmSync(folder, { recursive: true });
});

function verdict(role: Role, sql: string, by = guard): Promise<string> {
  const text = sql.replaceAll('FOLDER', folder).replaceAll('LAST', lastWithGone);
  return verdictOf(by, connection, role, text);
}

const cannotModify = refusals.modify('instr').message;
const cannotRead = refusals.read('instr').message;

// Without the extension there is no DuckLake to guard; in CI there has to be one.
test.runIf(process.env['CI'] !== undefined)('the extension is there', () => {
  expect(extensions).toMatchObject({ available: true });
});

describe.runIf(extensions.available)('a DuckLake', () => {
  test.each([
    'DELETE FROM instr.sessions',
    'INSERT INTO "INSTR".main.sessions (session_id) VALUES (uuid())',
    'DROP TABLE instr.elsewhere.notes',
    'UPDATE instr.elsewhere.notes SET a = 2',
    'CREATE SCHEMA instr.mine',
    'CREATE TABLE instr.elsewhere.mine (a INTEGER)',
    'DROP VIEW instr.active_sessions',
    "COMMENT ON TABLE instr.sessions IS 'mine'",
    "UPDATE __ducklake_metadata_instr.ducklake_metadata SET value = 'x'",
    "CALL ducklake_expire_snapshots('instr', older_than => now())",
    "FROM ducklake_expire_snapshots('in' || 'str', older_than => now())",
    "EXPLAIN ANALYZE FROM ducklake_expire_snapshots('instr', older_than => now())",
    'FROM tidy()',
    "FROM query('FROM duck' || 'lake_expire_snapshots(''instr'', older_than => now())')",
    "CALL instr.set_option('parquet_compression', 'zstd')",
    "CALL ducklake_flush_inlined_data('instr')",
    "CALL ducklake_add_data_files('instr', 'sessions', 'FOLDER/x.parquet')",
    "COPY t TO 'FOLDER/data/main/sessions/x.parquet'",
    "ATTACH 'ducklake:FOLDER/instr.ducklake' AS again",
    "ATTACH 'FOLDER/instr.ducklake' AS again",
    "ATTACH 'FOLDER/./instr.ducklake' AS again (TYPE ducklake)",
    "ATTACH 'ducklake:lakesecret' AS again",
    `ATTACH 'ducklake:lakesecret' AS "ag.ain"`,
    "ATTACH 'ducklake:lakesecret' AS again (DATA_PATH '/else/where', OVERRIDE_DATA_PATH true)",
    "ATTACH 'lakesecret' AS again (TYPE ducklake)",
    "ATTACH 'lakesecret' AS again (TYPE $$ducklake$$)",
    "ATTACH 'lakesecret' AS again (READ_ONLY, TYPE 'duck' || 'lake')",
    "ATTACH 'ducklake:FOLDER/x.ducklake' AS again (METADATA_PATH 'FOL' || 'DER/instr.ducklake')",
  ])('%s is refused as a change', async (sql) => {
    expect(await verdict('admin', sql)).toBe(cannotModify);
  });

  test('the database of the metadata is guarded by the name it was given, too', async () => {
    const change = `DELETE FROM "behind it".ducklake_metadata`;
    expect(await verdict('admin', change, guardOfNamed)).toBe(refusals.modify('named').message);
    const read = 'FROM "Behind It".ducklake_table';
    expect(await verdict('user', read, guardOfNamed)).toBe(refusals.read('named').message);
    expect(await verdict('admin', read, guardOfNamed)).toBe('allowed');
    expect(await verdict('admin', 'DETACH "behind it"', guardOfNamed)).toBe(
      refusals.detach().message,
    );
  });

  test.each(['DETACH instr', 'DETACH DATABASE "INSTR"', 'DETACH __ducklake_metadata_instr'])(
    '%s is refused',
    async (sql) => {
      expect(await verdict('admin', sql)).toBe(refusals.detach().message);
    },
  );

  test.each([
    'FROM instr.sessions',
    'FROM instr.main.active_sessions',
    'FROM instr.elsewhere.notes',
    'FROM v',
    'FROM inner_view',
    'FROM old()',
    "FROM ducklake_table_changes('instr', 'main', 'sessions', 0, 4)",
    "FROM ducklake_snapshots('instr')",
    'FROM instr.snapshots()',
    'FROM instr.sessions AT (VERSION => 4)',
    'FROM instr.elsewhere.gone AT (VERSION => LAST)',
    'INSERT INTO t SELECT count(*) FROM instr.sessions',
    'CREATE TABLE mine AS FROM instr.elsewhere.notes',
    'FROM __ducklake_metadata_instr.ducklake_table',
    "FROM read_parquet('FOLDER/data/main/sessions/*.parquet')",
    "FROM 'FOLDER/data/main/sessions/x.parquet'",
  ])('%s is for admins only', async (sql) => {
    // Files that are not there the engine does not even prepare.
    const said = await verdict('user', sql).catch((error: unknown) => String(error));
    expect(said.includes('No files found') ? cannotRead : said).toBe(cannotRead);
  });

  test.each(['FROM instr.sessions', 'FROM v', "FROM ducklake_snapshots('instr')"])(
    'an admin may %s',
    async (sql) => {
      expect(await verdict('admin', sql)).toBe('allowed');
    },
  );

  test.each([
    'FROM other.t',
    'FROM other.t AT (VERSION => 1)',
    'INSERT INTO other.t VALUES (2)',
    'CREATE TABLE other.sessions2 (a INTEGER)',
    'UPDATE other.t SET a = 3',
    'DELETE FROM other.t',
    'MERGE INTO other.t USING range(3) r ON a = range WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)',
    'INSERT INTO t VALUES (1)',
    "ATTACH 'ducklake:FOLDER/third.ducklake' AS third",
    "ATTACH 'ducklake:FOLDER/part=4.ducklake' AS fourth",
    "ATTACH ':memory:' AS postgres_like",
    'FROM memory.main.notes',
    'DETACH other',
    'FROM range(3)',
  ])('%s is nobody else’s business', async (sql) => {
    expect(await verdict('user', sql)).toBe('allowed');
  });
});

// These need no extension: the rules are asked themselves, of a lake of that name that is not there.
describe('the rules of a DuckLake', () => {
  let plain: Database;
  let session: Connection;

  beforeAll(async () => {
    plain = await Database.open({ path: null, readonly: false });
    session = await plain.connect();
    await session.execute('CREATE TABLE notes (a INTEGER)');
  });

  afterAll(() => {
    plain.close();
  });

  const inFile = new DuckLakeRules('memory', false);
  const inServer = new DuckLakeRules('memory', true);

  function plan(operators: string[], tables: string[] = []) {
    return { operators: new Set(operators), tables: new Set(tables), databases: new Set(tables) };
  }

  async function attaches(sql: string) {
    const told = [inFile, inServer].map((rules) => rules.attaches(session, sql));
    const [file, server] = await Promise.all(told);
    return { file, server };
  }

  test.each([
    "ATTACH 'ducklake:some_secret' AS a",
    "ATTACH 'DuckLake:some_secret' AS a",
    "ATTACH e'duck\\x6cake:some_secret' AS a",
    "ATTACH 'ducklake:' AS a",
    "ATTACH IF NOT EXISTS 'ducklake:some_secret' AS a",
    `ATTACH 'ducklake:some_secret' AS "a.b"`,
    "ATTACH 'ducklake:some_secret' AS a (DATA_PATH 'x/y')",
    "ATTACH 'some_secret' AS a (TYPE ducklake)",
    `ATTACH 'some_secret' AS a (READ_ONLY, "type" "DuckLake");`,
    "ATTACH 'some_secret' AS a (TYPE 'ducklake', DATA_PATH 'x/y')",
    "ATTACH 'some_secret' AS a (TYPE $$ducklake$$)",
    "ATTACH 'some_secret' AS a (TYPE e'ducklake')",
    "ATTACH 'some_secret' AS a (TYPE 'duck' || 'lake')",
    "ATTACH 'some_secret' AS a (TYPE 'duck'\n'lake')",
    "ATTACH 'some_secret' AS a (TYPE (ducklake))",
    "ATTACH 'x/y' AS a (TYPE $1)",
    "ATTACH 'x/y' AS a (TYPE ?)",
    'ATTACH $1 AS a',
    'ATTACH',
    "ATTACH 'ducklake:x.y' AS a (METADATA_PATH 'x/' || 'z.db')",
    "ATTACH 'x.y' AS a (META_TYPE 'duck' || 'lake')",
  ])('%s may attach any lake once more', async (sql) => {
    expect(await attaches(sql)).toEqual({ file: true, server: true });
  });

  test.each([
    "ATTACH 'postgres:dbname=x' AS a",
    "ATTACH 'Postgres:dbname=x' AS a",
    "ATTACH 'postgres://x/y' AS a",
    "ATTACH 'dbname=x' AS a (TYPE postgres)",
    "ATTACH 'dbname=x' AS a (READ_ONLY, TYPE 'Postgres_Scanner')",
    "ATTACH 'ducklake:postgres:dbname=x/y' AS a",
    "ATTACH 'ducklake:x/y=1' AS a",
    "ATTACH 'ducklake:x.y' AS a",
    "ATTACH 'ducklake:x\\y' AS a",
    "ATTACH 'x.y' AS a (TYPE ducklake)",
    "ATTACH 'x.y' AS a (META_TYPE ducklake)",
  ])('%s may attach the metadata again if they are in a server', async (sql) => {
    expect(await attaches(sql)).toEqual({ file: false, server: true });
  });

  test.each([
    "ATTACH ':memory:' AS postgres_like",
    `ATTACH ':memory:' AS "postgres:x"`,
    "ATTACH 'x' AS ducklake",
    "ATTACH 'x' AS a (TYPE duckdb, READ_ONLY)",
    "ATTACH 'x' AS a (READ_ONLY true)",
    "ATTACH 'x' AS type (ENCRYPTION_KEY 'duck' || 'lake')",
    "ATTACH 'x' AS a (ENCRYPTION_KEY 'ducklake')",
    "ATTACH 'x' AS a (TYPE my_ducklake)",
    "ATTACH 'x' AS a (TYPE ducklakes)",
    "ATTACH 'x' AS a (TYPE my_postgres)",
    "ATTACH 'xducklake:y' AS a",
    "ATTACH 'x' AS a (DATA_PATH 'ducklake')",
    "ATTACH 'x' AS a (TYPE_NAME 'duck' || 'lake')",
    `ATTACH 'x' AS a (TYPE "my'type")`,
    "ATTACH 'x' AS a (TYPE duckdb);",
    "ATTACH 'x' AS a (READ_ONLY /* , TYPE ducklake */)",
  ])('%s attaches no lake', async (sql) => {
    expect(await attaches(sql)).toEqual({ file: false, server: false });
  });

  test('SQL handed to the database server that has the metadata may change them', () => {
    for (const operator of ['postgres_query', 'postgres_execute']) {
      expect(inServer.changes(plan(['projection', operator]))).toBe(true);
      expect(inFile.changes(plan(['projection', operator]))).toBe(false);
    }
    const others = ['projection', 'postgres_scan', 'ducklake_scan', 'postgres_query_log'];
    expect(inServer.changes(plan([...others, 'my_postgres_query']))).toBe(false);
  });

  test.each([
    ['tables of a lake in a database server', plan(['postgres_scan'], ['ducklake_table']), true],
    ['among others of one', plan(['postgres_scan'], ['orders', 'ducklake_table']), true],
    ['other tables of one', plan(['postgres_scan'], ['orders', 'my_ducklake_table']), false],
    ['tables of such names elsewhere', plan(['seq_scan'], ['ducklake_table']), false],
    ['a table of another catalog with the same name', plan(['seq_scan'], ['notes']), false],
    ['a lake’s table with the same name', plan(['ducklake_scan'], ['notes']), true],
    ['another lake’s table', plan(['ducklake_scan'], ['orders']), false],
    ['a lake’s table and its snapshots', plan(['ducklake_scan', 'ducklake_snapshots']), true],
    ['what is written to a lake', plan(['ducklake_insert'], ['notes']), false],
  ])('%s: does that read the catalog?', async (_what, read, expected) => {
    expect(await inServer.reads(session, 'FROM x', read)).toBe(expected);
  });

  test.each([
    ['FROM "Memory".main.gone', true],
    ['FROM "Memory".main.gone AT (VERSION => 3)', true],
    ['FROM other.main.gone', false],
    ['FROM other.main.gone AT (VERSION => 3)', false],
    ['SELECT memory.a FROM other.main.gone AS memory', false],
  ])('%s reads a table that is gone from the catalog: %j', async (sql, expected) => {
    expect(await inFile.reads(session, sql, plan(['ducklake_scan'], ['gone']))).toBe(expected);
  });
});
