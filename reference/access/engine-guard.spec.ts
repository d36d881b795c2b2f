import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../engine/connection.js';
import { Database } from '../engine/database.js';
import { Failure } from '../errors.js';
import {
  attachInstrumentation,
  instrumentationCatalog,
} from '../instrumentation/instrumentation-database.js';
import { DuckLakeRules } from './ducklake-rules.js';
import { createGuard } from './engine-guard.js';
import { verdictOf } from './guard-fixture.js';
import type { Guard } from './guard.js';
import type { Role } from './identity.js';
import { ProtectedFiles } from './protected-files.js';
import { refusals } from './refusals.js';

const folder = mkdtempSync(join(tmpdir(), 'guard-'));
const file = join(folder, 'instrumentation.db');
let database: Database;
let connection: Connection;
let guard: Guard;

beforeAll(async () => {
  database = await Database.open({ path: null, readonly: false });
  await attachInstrumentation(await database.connect(), file);
  connection = await database.connect();
  symlinkSync(file, join(folder, 'link.txt'));
  linkSync(file, join(folder, 'hard.db'));
  for (const sql of [
    'CREATE TABLE t (a INTEGER)',
    'CREATE TABLE import_database (a INTEGER)',
    "ATTACH ':memory:' AS beside",
    'CREATE VIEW v AS FROM _gizmosql_instr.sessions',
    'CREATE MACRO m() AS TABLE FROM _gizmosql_instr.sessions',
    'CREATE MACRO scalar() AS (SELECT count(*) FROM _gizmosql_instr.sessions)',
    `CREATE VIEW bytes AS FROM read_text('${folder}/link.txt')`,
    'CREATE MACRO bytes_of(p) AS TABLE FROM read_blob(p)',
    `COPY (SELECT 1 AS a) TO '${folder}/fine.csv'`,
    'PREPARE reading AS FROM _gizmosql_instr.sessions',
    'PREPARE writing AS DELETE FROM _gizmosql_instr.sessions',
    'PREPARE harmless AS FROM t',
    "CREATE VIEW executed AS FROM json_execute_serialized_sql(json_serialize_sql('FROM v'))",
    `SET VARIABLE path = '${file}'`,
  ]) {
    await connection.execute(sql);
  }
  guard = createGuard({
    catalog: instrumentationCatalog,
    files: new ProtectedFiles([file, `${file}.wal`]),
    lake: null,
  });
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function verdict(role: Role, sql: string): Promise<string> {
  const text = sql.replaceAll('FOLDER', folder).replaceAll('FILE', file);
  return verdictOf(guard, connection, role, text);
}

/** Of several statements, one after the other. */
async function verdicts(on: Connection, role: Role, statements: string[]): Promise<string[]> {
  const said: string[] = [];
  for (const sql of statements) {
    said.push(await verdictOf(guard, on, role, sql));
  }
  return said;
}

const cannotModify = refusals.modify(instrumentationCatalog).message;
const cannotRead = refusals.read(instrumentationCatalog).message;
const cannotWrite = refusals.write('bob').message;

describe('what modifies the instrumentation database is refused, whoever asks', () => {
  test.each([
    'INSERT INTO _gizmosql_instr.sessions (session_id) VALUES (uuid())',
    'INSERT INTO _gizmosql_instr.sessions (session_id) VALUES (?)',
    'WITH x AS (SELECT uuid()) INSERT INTO _gizmosql_instr.sessions (session_id) FROM x',
    'UPDATE _gizmosql_instr.sessions SET username = NULL',
    'DELETE FROM _gizmosql_instr.sessions',
    'DELETE FROM "_GIZMOSQL_INSTR".MAIN."Sessions"',
    '/* */ delete -- x\n from _Gizmosql_Instr . sessions',
    'TRUNCATE _gizmosql_instr.sessions',
    'MERGE INTO _gizmosql_instr.sessions USING t ON false WHEN MATCHED THEN DELETE',
    'DROP TABLE _gizmosql_instr.sessions',
    'DROP VIEW _gizmosql_instr.session_stats',
    'DROP SCHEMA _gizmosql_instr.main CASCADE',
    'CREATE TABLE _gizmosql_instr.x (a INTEGER)',
    'CREATE TABLE _gizmosql_instr.x AS SELECT 1',
    'CREATE OR REPLACE VIEW _gizmosql_instr.session_stats AS SELECT 1',
    'CREATE SCHEMA _gizmosql_instr.x',
    'CREATE MACRO _gizmosql_instr.x() AS 1',
    'CREATE SEQUENCE _gizmosql_instr.x',
    'CREATE TYPE _gizmosql_instr.x AS INTEGER',
    'CREATE INDEX x ON _gizmosql_instr.sessions (username)',
    'ALTER TABLE _gizmosql_instr.sessions ADD COLUMN x INTEGER',
    "COMMENT ON TABLE _gizmosql_instr.sessions IS 'x'",
    "COPY _gizmosql_instr.sessions (username) FROM 'FOLDER/fine.csv'",
    'EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.sessions',
    'EXPLAIN (ANALYZE, FORMAT JSON) DELETE FROM _gizmosql_instr.sessions',
    'PREPARE x AS DELETE FROM _gizmosql_instr.sessions',
    'EXECUTE writing',
    'ALTER DATABASE "_GIZMOSQL_instr" SET ALIAS TO mine',
    "ATTACH OR REPLACE ':memory:' AS _GIZMOSQL_instr",
    'COPY FROM DATABASE beside TO _gizmosql_instr (SCHEMA)',
    "ATTACH 'FILE' AS again",
    "ATTACH 'FOLDER/./instrumentation.db' AS again",
    "ATTACH 'FOLDER/link.txt' AS again (READ_ONLY)",
    "ATTACH 'FOLDER/hard.db' AS again",
    "ATTACH 'FILE.wal' AS again",
    "COPY (SELECT 1) TO 'FILE'",
    "COPY (SELECT 1) TO (getvariable('path'))",
    'COPY (SELECT 1) TO $1',
    'COPY (SELECT 1) TO ?',
    'COPY (SELECT 1) TO ?1 (FORMAT csv)',
    'COPY (SELECT 1) TO "FOLDER/instrumentation"."db"',
    'COPY (SELECT 1) TO "FOLDER/instrumentation" . db',
    'COPY (SELECT 1) TO "FOLDER/inst*"."db"',
    "ATTACH 'FOLDER/other.db' AS again (TYPE ?)",
    "COPY (SELECT a FROM t) TO 'FILE'",
    "COPY (SELECT a FROM t) TO E'FOLDER/instrumentation\\x2edb'",
    "SET profile_output = 'FILE'",
    "SET log_query_path = 'FOLDER/' || 'instrumentation.db'",
    'SET log_query_path = "FOLDER/instrumentation"."db"',
    'SET log_query_path = ?',
    "PRAGMA log_query_path = concat('FOLDER/', 'instrumentation.db')",
    "SET variable_path = 'FILE'",
    "SET my_variable = 'FILE'",
    "EXPORT DATABASE _gizmosql_instr TO 'FOLDER/out'",
  ])('%s', async (sql) => {
    expect([sql, await verdict('admin', sql), await verdict('user', sql)]).toEqual([
      sql,
      cannotModify,
      cannotModify,
    ]);
  });
});

describe('what reads it is refused to others than admins', () => {
  test.each([
    'FROM _gizmosql_instr.sessions',
    'SELECT ? FROM _gizmosql_instr.main.sessions',
    'FROM _gizmosql_instr.active_sessions',
    'FROM v',
    'FROM m()',
    'SELECT scalar()',
    'SELECT (SELECT max(username) FROM v)',
    'WITH x AS (FROM v) FROM x',
    "FROM query('FROM v')",
    "FROM query_table('v')",
    'FROM v WHERE false',
    'SUMMARIZE v',
    'EXPLAIN ANALYZE FROM v',
    "EXPLAIN ANALYZE SELECT format('{}', (SELECT count(*) FROM v))",
    'PREPARE x AS FROM v',
    'EXECUTE reading',
    'CREATE TABLE x AS FROM v',
    'CREATE TEMPORARY TABLE x AS FROM v',
    'INSERT INTO t SELECT count(*) FROM v',
    'DELETE FROM t WHERE a IN (SELECT 1 FROM v)',
    'UPDATE t SET a = (SELECT count(*) FROM v)',
    "COPY v TO 'FOLDER/out.csv'",
    'SET VARIABLE x = (SELECT count(*) FROM v)',
    "FROM pragma_storage_info('_gizmosql_instr.sessions')",
    "FROM read_blob('FILE')",
    "FROM read_blob('FOLDER/instr*')",
    'FROM read_blob(?)',
    "FROM read_blob([? || '*'])",
    "FROM read_text('FOLDER/' || 'link.txt')",
    "FROM read_blob(getvariable('path'))",
    `FROM "read_blob"(getvariable('path'))`,
    `FROM "Read_Text"('FOLDER/' || 'link.txt')`,
    'FROM "read_blob"(?)',
    "FROM query('FROM read_blob(''FILE'')')",
    "FROM query('FROM read_' || 'blob(''FOLDER/'' || ''link.txt'')')",
    "FROM query('FROM read_blob(getvariable(''path''))')",
    "FROM query('FROM query(''FROM read_text(''''FILE'''')'')')",
    "FROM query('FROM bytes')",
    "FROM read_blob(['FOLDER/fine.csv', 'FOLDER/hard.db'])",
    'FROM bytes',
    "FROM bytes_of('FILE')",
    "SET VARIABLE x = (SELECT content FROM read_blob('FILE'))",
    'EXPLAIN ANALYZE (FROM v) UNION (FROM v)',
    "COPY _gizmosql_instr.sessions TO 'FOLDER/out.csv'",
    // Those that the engine does not explain while a parameter is unknown.
    "FROM _gizmosql_instr.sessions, read_csv('FOLDER/fine.csv', skip = ?)",
    "FROM v, read_csv('FOLDER/fine.csv', skip = ?)",
    "FROM m(), read_csv('FOLDER/fine.csv', skip = ?)",
    "FROM query('FROM ' || 'v'), read_csv('FOLDER/fine.csv', skip = ?)",
    "INSERT INTO t SELECT 1 FROM v, read_csv('FOLDER/fine.csv', skip = ?)",
    "SET VARIABLE x = (SELECT count(*) FROM v, read_csv('FOLDER/fine.csv', skip = ?))",
    'SET VARIABLE x = (SELECT content FROM read_blob(?))',
    'INSERT INTO t SELECT 1 FROM read_blob(?)',
    'CREATE TABLE x AS FROM read_blob(?)',
    'UPDATE t SET a = (SELECT size FROM read_blob(?))',
    'DELETE FROM t WHERE a IN (SELECT size FROM read_blob(?))',
    'MERGE INTO t USING (FROM read_blob(?)) r ON false WHEN NOT MATCHED THEN INSERT VALUES (r.size)',
    'COPY t FROM $1 (FORMAT csv)',
    'COPY t FROM ? (FORMAT csv)',
    'PREPARE x AS INSERT INTO t SELECT size FROM read_blob(?)',
    // SQL that is executed past the plan.
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM v'))",
    "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1 FROM ' || '_gizmosql_instr.main.sessions'))",
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM read_blob(''FOLDER/'' || ''hard.db'')'))",
    'FROM executed',
    'FROM json_execute_serialized_sql(?)',
    `PRAGMA json_execute_serialized_sql('{"error":false,"statements":[{"node":{"type":"SELECT_NODE","modifiers":[],"cte_map":{"map":[]},"select_list":[{"class":"STAR","type":"STAR","alias":"","relation_name":"","exclude_list":[],"replace_list":[],"columns":false,"expr":null,"qualified_exclude_list":[]}],"from_table":{"type":"BASE_TABLE","alias":"","sample":null,"schema_name":"main","table_name":"sessions","column_name_alias":[],"catalog_name":"_gizmosql_instr","at_clause":null},"where_clause":null,"group_expressions":[],"group_sets":[],"aggregate_handling":"STANDARD_HANDLING","having":null,"sample":null,"qualify":null},"named_param_map":[]}]}')`,
    '; FROM v',
    '; /* */ ; FROM v',
    "FROM pragma_storage_info('_gizmosql_instr.sessions'), read_csv('FOLDER/fine.csv')",
  ])('%s', async (sql) => {
    const verdicts = [sql, await verdict('admin', sql), await verdict('user', sql)];
    expect(verdicts).toEqual([sql, 'allowed', cannotRead]);
  });
});

describe('settings that the recorder cannot do with', () => {
  test.each([
    ["SET disabled_filesystems = 'LocalFileSystem'", 'disabled_filesystems'],
    ["PRAGMA debug_checkpoint_abort = 'before_truncate'", 'debug_checkpoint_abort'],
  ])("are the init SQL's alone: %s", async (sql, setting) => {
    const refused = refusals.stopWriting(setting, instrumentationCatalog).message;
    expect([await verdict('admin', sql), await verdict('readonly', sql)]).toEqual([
      refused,
      refused,
    ]);
  });

  test.each([
    ["SET memory_limit = '10MB'", 'memory_limit'],
    ["SET GLOBAL max_memory = '10MB'", 'max_memory'],
    ['SET max_expression_depth = 1', 'max_expression_depth'],
  ])("or an admin's: %s", async (sql, setting) => {
    expect(await verdict('admin', sql)).toBe('allowed');
    const refused = refusals.limit(setting).message;
    expect([await verdict('user', sql), await verdict('readonly', sql)]).toEqual([
      refused,
      refused,
    ]);
  });
});

describe('what does neither is allowed', () => {
  test.each([
    'SELECT 1',
    "SELECT 'DELETE FROM _gizmosql_instr.sessions'",
    'SELECT 1 AS "_gizmosql_instr"',
    'INSERT INTO t VALUES (1)',
    'CREATE VIEW x AS FROM _gizmosql_instr.sessions',
    "COPY t TO 'FOLDER/out.csv'",
    'COPY t TO "FOLDER/out"."csv"',
    "COPY t FROM 'FOLDER/fine.csv'",
    'COPY t FROM "FOLDER/fine"."csv"',
    'SELECT t.a FROM "FOLDER/fine"."csv" t',
    "FROM read_csv('FOLDER/fine.csv')",
    "FROM read_csv('FOLDER/fine.csv') WHERE a = $x",
    `FROM "read_csv"('FOLDER/fine.csv')`,
    "FROM query('FROM read_csv(''FOLDER/fine.csv'')')",
    "FROM query('SELECT 1')",
    "SELECT '', 'SET', 'TO' FROM query('FROM read_csv(''FOLDER/fine.csv'')')",
    "FROM 'FOLDER/fine.csv'",
    'USE _gizmosql_instr',
    'SET TimeZone = UTC',
    'SET threads = 2',
    'SET VARIABLE x = ?',
    "SET log_query_path = ''",
    'CHECKPOINT',
    'EXECUTE harmless',
    "ATTACH 'FOLDER/other.db' AS other",
    "FROM pragma_storage_info('t')",
    "FROM read_csv('FOLDER/fine.csv', skip = ?)",
    "SELECT '' FROM read_csv('FOLDER/fine.csv')",
    'PRAGMA table_info(t)',
    'EXPLAIN (SELECT count(*) FROM t)',
    'EXPLAIN (FROM t) UNION (FROM t)',
    'DETACH beside',
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM t'))",
    'INSERT INTO t VALUES (?)',
    'SET VARIABLE x = (SELECT ? + 1)',
    "INSERT INTO t FROM read_csv('FOLDER/fine.csv', skip = ?)",
    'CREATE TABLE x AS SELECT 1 AS a',
    'CREATE MACRO x() AS TABLE FROM _gizmosql_instr.sessions',
    'CREATE MACRO x(p) AS TABLE FROM read_csv(p)',
    // The engine explains none of these, and they read nothing of what is kept from users.
    "EXPORT DATABASE beside TO 'FOLDER/out'",
    "COMMENT ON TABLE t IS 'FOLDER'",
    'COMMENT ON VIEW v IS NULL',
    'FROM import_database',
  ])('%s', async (sql) => {
    expect([sql, await verdict('user', sql)]).toEqual([sql, 'allowed']);
  });
});

describe("clients' macros of the names that the guard uses change nothing", () => {
  const macros = [
    "concat_ws(a, b, c) AS 'x'",
    "current_setting(a) AS 'x'",
    "current_database() AS 'x'",
    "current_catalog() AS 'x'",
    'txid_current() AS random()',
    "lower(a) AS 'x'",
    '"glob"(a) AS TABLE SELECT \'x\' AS file',
    'duckdb_views() AS TABLE SELECT NULL AS view_name, NULL AS sql, true AS internal',
    'duckdb_functions() AS TABLE SELECT NULL AS function_name, NULL AS macro_definition, true AS internal, NULL AS stability',
    'duckdb_prepared_statements() AS TABLE SELECT NULL AS name, NULL AS statement',
    '"||"(a, b) AS \'x\'',
  ];

  test.each(macros)('CREATE TEMP MACRO %s', async (macro) => {
    const shadowed = await database.connect();
    try {
      await shadowed.execute('USE _gizmosql_instr');
      await shadowed.execute(`CREATE TEMP MACRO ${macro}`);
      const asks = [
        'DELETE FROM sessions',
        `FROM memory.main.v, read_csv('${folder}/fine.csv', skip = ?)`,
        `FROM read_blob('${folder}/instr*')`,
      ];
      expect(await verdicts(shadowed, 'admin', asks)).toEqual([cannotModify, 'allowed', 'allowed']);
      expect(await verdicts(shadowed, 'user', asks)).toEqual([
        cannotModify,
        cannotRead,
        cannotRead,
      ]);
      await shadowed.execute('BEGIN');
      expect(await verdictOf(guard, shadowed, 'admin', 'DELETE FROM sessions')).toBe(cannotModify);
      await shadowed.execute('ROLLBACK');
    } finally {
      shadowed.close();
    }
  });
});

test('EXECUTE is judged by what the prepared statement stands for by now', async () => {
  const other = await database.connect();
  try {
    for (const sql of [
      'CREATE OR REPLACE VIEW changing AS FROM t',
      'PREPARE of_view AS FROM changing',
      `SET VARIABLE path = '${folder}/fine.csv'`,
      "PREPARE Of_Variable AS SELECT content FROM read_text(getvariable('path'))",
      "PREPARE into_variable AS COPY (SELECT 1) TO (getvariable('path'))",
    ]) {
      await other.execute(sql);
    }
    const calls = ['EXECUTE of_view', '; execute "of_variable"', 'EXECUTE into_variable'];
    expect(await verdicts(other, 'user', calls)).toEqual(['allowed', 'allowed', 'allowed']);
    await connection.execute('CREATE OR REPLACE VIEW changing AS FROM _gizmosql_instr.sessions');
    await other.execute(`SET VARIABLE path = '${file}'`);
    expect(await verdicts(other, 'user', calls)).toEqual([cannotRead, cannotRead, cannotModify]);
    // Who may not execute it may be rid of it.
    expect(await verdicts(other, 'user', ['DEALLOCATE of_view'])).toEqual(['allowed']);
  } finally {
    other.close();
  }
});

test.each(['DETACH _gizmosql_instr', 'detach database if exists "_GIZMOSQL_instr" ;'])(
  'the instrumentation database stays attached: %s',
  async (sql) => {
    const message = 'Cannot DETACH the instrumentation database';
    expect(await verdict('admin', sql)).toBe(message);
    expect(await verdict('user', sql)).toBe(message);
  },
);

test('what the engine takes in from files to execute is refused', async () => {
  const imported = mkdtempSync(join(folder, 'import-'));
  writeFileSync(join(imported, 'schema.sql'), 'DELETE FROM _gizmosql_instr.sessions;');
  writeFileSync(join(imported, 'load.sql'), '');
  const refused = refusals.imports(instrumentationCatalog).message;
  for (const sql of [
    `IMPORT DATABASE '${imported}'`,
    `/* */ import database '${imported}'`,
    `PRAGMA import_database('${imported}')`,
    `PRAGMA "Import_Database"('${imported}')`,
  ]) {
    expect([sql, await verdict('admin', sql)]).toEqual([sql, refused]);
  }
});

describe('the readonly role', () => {
  test.each([
    'INSERT INTO t VALUES (1)',
    'CREATE TEMPORARY TABLE x (a INTEGER)',
    'DROP TABLE t',
    "COPY t TO 'FOLDER/out.csv'",
    "ATTACH ':memory:' AS x",
    'PREPARE x AS INSERT INTO t VALUES (1)',
    'EXPLAIN ANALYZE INSERT INTO t VALUES (1)',
    'EXECUTE writing',
    'CHECKPOINT',
  ])('may not: %s', async (sql) => {
    expect([sql, await verdict('readonly', sql)]).toEqual([sql, cannotWrite]);
  });

  test.each([
    'FROM t',
    'EXPLAIN FROM t',
    'PREPARE x AS FROM t',
    'EXECUTE harmless',
    'BEGIN',
    'SET VARIABLE x = 1',
    'USE beside',
  ])('may: %s', async (sql) => {
    expect([sql, await verdict('readonly', sql)]).toEqual([sql, 'allowed']);
  });
});

describe('in a transaction that the client began', () => {
  test('names decide, and the transaction goes on', async () => {
    await connection.execute('BEGIN');
    await connection.execute('CREATE TABLE uncommitted (a INTEGER)');
    expect(await verdict('admin', 'DELETE FROM _gizmosql_instr.sessions')).toBe(cannotModify);
    expect(await verdict('user', 'FROM v')).toBe(cannotRead);
    expect(await verdict('admin', 'FROM _gizmosql_instr.sessions')).toBe('allowed');
    expect(await verdict('user', 'INSERT INTO uncommitted VALUES (1)')).toBe('allowed');
    expect(await connection.rows('SELECT count(*) FROM uncommitted')).toEqual([[0n]]);
    await connection.execute('ROLLBACK');
  });
});

test('names without a catalog are looked up where the session looks', async () => {
  const other = await database.connect();
  await other.execute('USE _gizmosql_instr');
  const check = async (role: Role, sql: string) => {
    const prepared = await other.prepare(sql);
    const identity = { username: 'bob', role, authMethod: 'Basic' } as const;
    return guard.check({ identity, sql, type: prepared.type, connection: other });
  };
  await expect(check('user', 'FROM sessions')).rejects.toThrow(cannotRead);
  await expect(check('admin', 'FROM sessions')).resolves.toBeUndefined();
  await expect(check('admin', 'DELETE FROM sessions')).rejects.toThrow(cannotModify);
  await expect(check('user', 'DETACH beside')).resolves.toBeUndefined();
  await other.execute('BEGIN');
  await expect(check('admin', 'DELETE FROM sessions')).rejects.toThrow(cannotModify);
  await other.execute('ROLLBACK');
  other.close();
});

test.each([
  "COPY _gizmosql_instr.sessions FROM 'nowhere.csv'",
  'COPY FROM DATABASE memory TO _gizmosql_instr',
  'CREATE INDEX x ON _gizmosql_instr.sessions (nothing)',
  'create unique index x ON _gizmosql_instr.sessions (nothing)',
  'SELECT 1; DELETE FROM _gizmosql_instr.sessions',
  '; SELECT 1; DELETE FROM _gizmosql_instr.sessions',
])('an attempt to write that the engine cannot prepare is told as such: %s', async (sql) => {
  const identity = { username: 'bob', role: 'admin', authMethod: 'Basic' } as const;
  const failure = new Failure('invalid-argument', 'Parser Error');
  const told = async (text: string) =>
    (await guard.tell(failure, { identity, sql: text, connection })).message;
  expect(await told(sql)).toBe(cannotModify);
  expect(await told(sql.replace('_gizmosql_instr', 't'))).toBe('Parser Error');
});

test.each([
  "FROM read_csv('FOLDER/link.txt')",
  'FROM "FOLDER/instrumentation"."db"',
  'COPY t FROM "FOLDER/instrumentation"."db"',
])("the engine's words about a file do not quote it to others than admins: %s", async (text) => {
  const sql = text.replaceAll('FOLDER', folder);
  const failure = new Failure('invalid-argument', 'CSV Error: secret');
  const identity = { username: 'bob', authMethod: 'Basic' } as const;
  const told = (role: Role) =>
    guard.tell(failure, { identity: { ...identity, role }, sql, connection });
  expect((await told('user')).message).toBe(cannotRead);
  expect(await told('admin')).toBe(failure);
});

test.each([
  'SELECT nothing FROM _gizmosql_instr.sessions',
  'SELECT nothing FROM _gizmosql_instr.sessions; SELECT 1',
  'DELETE FROM _gizmosql_instr.nowhere',
  'DELETE FROM _gizmosql_instr.nowhere;',
  'SELECT updates, last_update FROM _gizmosql_instr.sessions; SELECT 1',
  'RECREATE INDEX x ON _gizmosql_instr.sessions (username)',
  'CREATE INDEXES ON _gizmosql_instr.sessions (username)',
])('what else the engine cannot prepare is told in its words: %s', async (sql) => {
  const identity = { username: 'bob', role: 'admin', authMethod: 'Basic' } as const;
  const failure = new Failure('invalid-argument', 'Parser Error');
  expect(await guard.tell(failure, { identity, sql, connection })).toBe(failure);
});

test('without an instrumentation database there is none to guard', async () => {
  const none = createGuard(null);
  const identity = { username: 'bob', role: 'user', authMethod: 'Basic' } as const;
  const sql = 'DELETE FROM t';
  const prepared = await connection.prepare(sql);
  const { type } = prepared;
  prepared.close();
  await expect(none.check({ identity, sql, type, connection })).resolves.toBeUndefined();
  const failure = new Failure('invalid-argument', 'Parser Error');
  const several = 'SELECT 1; DELETE FROM _gizmosql_instr.sessions';
  expect(await none.tell(failure, { identity, sql: several, connection })).toBe(failure);
});

test('without one, too, the role readonly executes nothing that writes', async () => {
  const none = createGuard(null);
  expect(await verdictOf(none, connection, 'readonly', 'EXECUTE writing')).toBe(cannotWrite);
  expect(await verdictOf(none, connection, 'readonly', 'EXECUTE harmless')).toBe('allowed');
});

test('in a transaction, names tell a change of the database behind a DuckLake', async () => {
  const lake = new DuckLakeRules('_gizmosql_instr', false, 'beside');
  const files = new ProtectedFiles([file]);
  const guarded = createGuard({ catalog: instrumentationCatalog, files, lake });
  const identity = { username: 'bob', role: 'admin', authMethod: 'Basic' } as const;
  await connection.execute('CREATE TABLE beside.hidden (a INTEGER)');
  await connection.execute('BEGIN');
  try {
    for (const [sql, outcome] of [
      ['DELETE FROM "Beside".hidden', cannotModify],
      ['DELETE FROM t', 'allowed'],
    ] as const) {
      const prepared = await connection.prepare(sql);
      const { type } = prepared;
      prepared.close();
      const said = guarded.check({ identity, sql, type, connection }).then(
        () => 'allowed',
        (error: unknown) => (error as Error).message,
      );
      expect([sql, await said]).toEqual([sql, outcome]);
    }
  } finally {
    await connection.execute('ROLLBACK');
  }
});
