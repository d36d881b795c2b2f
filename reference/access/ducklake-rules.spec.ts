import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findExtensions, loadExtensions } from '../../fixtures/extensions.js';
import type { Connection } from '../engine/connection.js';
import { Database } from '../engine/database.js';
import { Failure } from '../errors.js';
import { openCatalog } from '../open-instrumentation.js';
import { nullLog } from '../log-fixture.js';
import { createGuard } from './engine-guard.js';
import type { Guard } from './guard.js';
import type { Role } from './identity.js';
import { refusals } from './refusals.js';

const extensions = findExtensions();
const folder = mkdtempSync(join(tmpdir(), 'lake-'));
let database: Database | undefined;
let connection: Connection;
let guard: Guard;
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

async function verdict(role: Role, sql: string, by = guard): Promise<string> {
  const text = sql.replaceAll('FOLDER', folder);
  const prepared = await connection.prepare(text);
  const identity = { username: 'bob', role, authMethod: 'Basic' } as const;
  try {
    await by.check({ identity, sql: text, type: prepared.type, connection });
    return 'allowed';
  } catch (error) {
    if (!(error instanceof Failure)) {
      throw error;
    }
    return error.message;
  } finally {
    prepared.close();
  }
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
    'INSERT INTO other.t VALUES (2)',
    'CREATE TABLE other.sessions2 (a INTEGER)',
    'UPDATE other.t SET a = 3',
    'DELETE FROM other.t',
    'MERGE INTO other.t USING range(3) r ON a = range WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)',
    'INSERT INTO t VALUES (1)',
    "ATTACH 'ducklake:FOLDER/third.ducklake' AS third",
    "ATTACH ':memory:' AS postgres_like",
    'DETACH other',
    'FROM range(3)',
  ])('%s is nobody else’s business', async (sql) => {
    expect(await verdict('user', sql)).toBe('allowed');
  });
});
