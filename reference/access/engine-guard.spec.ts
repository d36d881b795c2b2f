import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StatementType } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../errors.js';
import { noCatalogRules } from './catalog-rules.js';
import { createGuard } from './engine-guard.js';
import { ProtectedFiles } from './protected-files.js';
import { openGuarded, verdictOf } from './guard-fixture.js';
import type { Guarded } from './guard-fixture.js';
import type { Role } from './identity.js';
import { refusals } from './refusals.js';

let guarded: Guarded;

beforeAll(async () => {
  guarded = await openGuarded();
});

afterAll(() => {
  guarded.close();
});

const verdict = (role: Role, sql: string) => guarded.verdict(role, sql);

const catalog = '_gizmosql_instr';
const cannotModify = refusals.modify(catalog).message;

describe('what modifies the instrumentation database is refused in the documented words', () => {
  test.each([
    'INSERT INTO _gizmosql_instr.sessions (session_id) VALUES (uuid())',
    'INSERT INTO _gizmosql_instr.sessions (session_id) VALUES (?)',
    'WITH x AS (SELECT uuid()) INSERT INTO _gizmosql_instr.sessions (session_id) FROM x',
    'UPDATE _gizmosql_instr.sessions SET username = NULL',
    'DELETE FROM "_GIZMOSQL_INSTR".MAIN."Sessions"',
    '/* */ delete -- x\n from _Gizmosql_Instr . sessions',
    'TRUNCATE _gizmosql_instr.sessions',
    'MERGE INTO _gizmosql_instr.sessions USING t ON false WHEN MATCHED THEN DELETE',
    'DROP TABLE _gizmosql_instr.sessions',
    'DROP SCHEMA _gizmosql_instr.main CASCADE',
    'CREATE TABLE _gizmosql_instr.x (a INTEGER)',
    'CREATE OR REPLACE VIEW _gizmosql_instr.session_stats AS SELECT 1',
    'CREATE SCHEMA _gizmosql_instr.x',
    'CREATE MACRO _gizmosql_instr.x() AS 1',
    'CREATE SEQUENCE _gizmosql_instr.x',
    'CREATE TYPE _gizmosql_instr.x AS INTEGER',
    'CREATE INDEX x ON _gizmosql_instr.sessions (username)',
    'ALTER TABLE _gizmosql_instr.sessions ADD COLUMN x INTEGER',
    "COMMENT ON TABLE _gizmosql_instr.sessions IS 'x'",
    'EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.sessions',
    'EXPLAIN (ANALYZE, FORMAT JSON) DELETE FROM _gizmosql_instr.sessions',
    'PREPARE x AS DELETE FROM _gizmosql_instr.sessions',
    'EXECUTE writing',
  ])('%s', async (sql) => {
    expect([sql, await verdict('admin', sql), await verdict('user', sql)]).toEqual([
      sql,
      cannotModify,
      cannotModify,
    ]);
  });

  test.each([
    "COPY _gizmosql_instr.sessions (username) FROM 'FOLDER/fine.csv'",
    'ALTER DATABASE "_GIZMOSQL_instr" SET ALIAS TO mine',
    "ATTACH OR REPLACE ':memory:' AS _GIZMOSQL_instr",
    "ATTACH OR REPLACE '/any/dir/_gizmosql_instr.db'",
    "ATTACH OR REPLACE E'/any/dir/\\x5fgizmosql_instr.db'",
    "attach /* */ or -- \n replace 'x.db' /* AS other */",
    'SELECT 1; DELETE FROM _gizmosql_instr.sessions',
    'COPY FROM DATABASE memory TO _gizmosql_instr',
    'CREATE INDEX x ON _gizmosql_instr.sessions (nothing)',
  ])('of an admin: %s', async (sql) => {
    expect([sql, await verdict('admin', sql)]).toEqual([sql, cannotModify]);
  });

  test('where names are looked up in it, and in a transaction that goes on then', async () => {
    const other = await guarded.database.connect();
    await other.execute('USE _gizmosql_instr');
    await other.execute('BEGIN');
    await other.execute('CREATE TEMP TABLE uncommitted (a INTEGER)');
    for (const sql of ['DELETE FROM sessions', 'DROP VIEW session_stats']) {
      expect([sql, await verdictOf(guarded.guard, other, 'admin', sql)]).toEqual([
        sql,
        cannotModify,
      ]);
    }
    expect(await other.rows('SELECT count(*) FROM uncommitted')).toEqual([[0n]]);
    await other.execute('ROLLBACK');
    expect(await verdictOf(guarded.guard, other, 'user', 'DELETE FROM sessions')).toBe(
      cannotModify,
    );
    other.close();
  });

  test('what the guard does not see the engine refuses, and its refusal is told in these words', async () => {
    const { guard, connection } = guarded;
    await connection.execute('BEGIN');
    const trick =
      "WITH c AS (SELECT E''\n'\\'' AS x) INSERT INTO _gizmosql_instr.main.sessions SELECT NULL";
    await expect(
      connection.execute(trick.replace('SELECT NULL', '(username) SELECT x FROM c')),
    ).rejects.toThrow('read-only mode');
    await connection.execute('ROLLBACK');
    const identity = { username: 'bob', role: 'admin', authMethod: 'Basic' } as const;
    const words =
      'Invalid Input Error: Cannot execute statement of type "INSERT" on database "_gizmosql_instr" which is attached in read-only mode!';
    const told = (message: string) =>
      guard.tell(new Failure('unknown', message), { identity, sql: trick, connection });
    expect((await told(words)).message).toBe(cannotModify);
    const ofOther = words.replace('_gizmosql_instr', 'other');
    expect((await told(ofOther)).message).toBe(ofOther);
  });
});

test.each([
  'DETACH _gizmosql_instr',
  'detach database if exists "_GIZMOSQL_instr" ;',
  'DETACH /* */ _gizmosql_instr -- x',
])('the instrumentation database stays attached: %s', async (sql) => {
  const message = 'Cannot DETACH the instrumentation database';
  expect(await verdict('admin', sql)).toBe(message);
  expect(await verdict('user', sql)).toBe(message);
});

test('another database is detached by its name alone', async () => {
  expect(await verdict('admin', 'DETACH DATABASE IF EXISTS beside')).toBe('allowed');
  expect(await verdict('admin', 'DETACH "beside" ;')).toBe('allowed');
});

test.each([
  "EXPORT DATABASE _gizmosql_instr TO 'FOLDER/out'",
  'COPY FROM DATABASE _gizmosql_instr TO beside',
])('it is not copied as a whole, which would copy no rows: %s', async (sql) => {
  const { guard, connection, folder } = guarded;
  const identity = { username: 'bob', role: 'admin', authMethod: 'Basic' } as const;
  const text = sql.replace('FOLDER', folder);
  const expanded = sql.startsWith('COPY');
  const type = expanded ? StatementType.MULTI : StatementType.EXPORT;
  await expect(guard.check({ identity, sql: text, type, connection, expanded })).rejects.toThrow(
    refusals.copies(catalog).message,
  );
});

test('what the engine takes in from files to execute is refused', async () => {
  const imported = mkdtempSync(join(guarded.folder, 'import-'));
  writeFileSync(join(imported, 'schema.sql'), 'DELETE FROM _gizmosql_instr.sessions;');
  writeFileSync(join(imported, 'load.sql'), '');
  for (const sql of [
    `/* */ import database '${imported}'`,
    `;import database '${imported}'`,
    `PRAGMA "Import_Database"('${imported}')`,
  ]) {
    expect([sql, await verdict('admin', sql)]).toEqual([sql, refusals.imports().message]);
  }
});

test.each([
  ['lock_configuration', 'SET lock_configuration = true'],
  ['lock_configuration', 'SET GLOBAL "lock_configuration" = true'],
  ['lock_configuration', 'PRAGMA lock_configuration = true'],
  ['lock_configuration', '; ; SET lock_configuration = true'],
  ['max_expression_depth', 'SET max_expression_depth = 1000000'],
  ['debug_checkpoint_abort', "SET debug_checkpoint_abort = 'before_truncate'"],
  ['disabled_filesystems', "SET GLOBAL disabled_filesystems = 'LocalFileSystem'"],
  ['enable_peg_parser', 'CALL enable_peg_parser()'],
  ['enable_peg_parser', 'FROM "Enable_Peg_Parser"()'],
])('what the server could not serve with, %s, is refused: %s', async (name, sql) => {
  expect([sql, await verdict('admin', sql)]).toEqual([sql, refusals.own(name).message]);
});

test('the log of the engine is not put into a file, which could stop everybody', async () => {
  const refused = refusals.logFiles().message;
  const sql = "CALL enable_logging(storage := 'file', storage_path := '/proc/nope')";
  expect(await verdict('admin', sql)).toBe(refused);
  expect(await verdict('admin', 'CALL enable_logging()')).toBe('allowed');
});

test.each([
  'FROM _gizmosql_instr.sessions',
  'FROM v',
  "SELECT nextval('s')",
  "FROM read_csv('FOLDER/fine.csv')",
  "SET memory_limit = '10GB'",
  'SET threads = 2',
  'CHECKPOINT',
  "ATTACH 'FOLDER/other.db' AS other",
  "ATTACH OR REPLACE 'FOLDER/other.db' AS other (READ_ONLY)",
  "COPY t TO 'FOLDER/out.csv'",
  'INSERT INTO t VALUES (?)',
  'CREATE VIEW x AS FROM _gizmosql_instr.sessions',
  'CREATE TEMP MACRO x() AS TABLE FROM _gizmosql_instr.sessions',
  "SELECT 'DELETE FROM _gizmosql_instr.sessions'",
])('an admin may: %s', async (sql) => {
  expect([sql, await verdict('admin', sql)]).toEqual([sql, 'allowed']);
});

test.each([
  'SELECT nothing FROM _gizmosql_instr.sessions',
  'DELETE FROM _gizmosql_instr.nowhere;',
  'SELECT updates, last_update FROM _gizmosql_instr.sessions; SELECT 1',
  'CREATE INDEXES ON _gizmosql_instr.sessions (username)',
])('what else the engine cannot prepare is told in its words: %s', async (sql) => {
  const { guard, connection } = guarded;
  const identity = { username: 'bob', role: 'admin', authMethod: 'Basic' } as const;
  const failure = new Failure('invalid-argument', 'Parser Error');
  expect(await guard.tell(failure, { identity, sql, connection })).toBe(failure);
});

test('without an instrumentation database there is none to guard, and roles are what they are', async () => {
  const none = createGuard(noCatalogRules, new ProtectedFiles([]));
  const { connection } = guarded;
  expect(await verdictOf(none, connection, 'admin', 'DETACH beside')).toBe('allowed');
  expect(await verdictOf(none, connection, 'user', 'DELETE FROM t')).toBe('allowed');
  expect(await verdictOf(none, connection, 'user', "COPY t TO 'x'")).toBe(refusals.kind().message);
  expect(await verdictOf(none, connection, 'readonly', 'EXECUTE harmless')).toBe('allowed');
  expect(await verdictOf(none, connection, 'readonly', 'DELETE FROM t')).toBe(
    refusals.write('bob').message,
  );
});
