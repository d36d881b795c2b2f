import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const cannotRead = refusals.read('_gizmosql_instr').message;
const cannotWrite = refusals.write('bob').message;
const kind = refusals.kind().message;
const beyond = refusals.beyond().message;

describe('what reads the records is refused to others than admins', () => {
  test.each([
    'FROM _gizmosql_instr.sessions',
    'SELECT ? FROM _gizmosql_instr.main.sessions',
    'FROM v',
    'FROM m()',
    'SELECT scalar()',
    'SELECT (SELECT max(username) FROM v)',
    'WITH x AS (FROM v) FROM x',
    'FROM v WHERE false',
    'SUMMARIZE v',
    'EXPLAIN ANALYZE FROM v',
    'EXPLAIN ANALYZE (FROM v) UNION (FROM v)',
    '/* */ explain (format json) FROM v',
    'PREPARE x AS FROM v',
    'EXECUTE reading',
    'CREATE TEMPORARY TABLE x AS FROM v',
    'INSERT INTO t SELECT count(*) FROM v',
    'DELETE FROM t WHERE a IN (SELECT 1 FROM v)',
    'UPDATE t SET a = (SELECT count(*) FROM v)',
    'SET VARIABLE x = (SELECT count(*) FROM v)',
    'CREATE VIEW x AS FROM _gizmosql_instr.sessions',
    'CREATE MACRO x() AS TABLE FROM _gizmosql_instr.sessions',
  ])('%s', async (sql) => {
    expect([sql, await verdict('user', sql)]).toEqual([sql, cannotRead]);
  });

  test('where names are looked up among them', async () => {
    const other = await guarded.database.connect();
    await other.execute('USE _gizmosql_instr');
    expect(await verdictOf(guarded.guard, other, 'user', 'FROM sessions')).toBe(cannotRead);
    await other.execute('BEGIN');
    expect(await verdictOf(guarded.guard, other, 'user', 'FROM sessions')).toBe(cannotRead);
    await other.execute('ROLLBACK');
    other.close();
  });
});

describe('what reaches beyond the tables is refused, and told nothing of', () => {
  test.each([
    "FROM read_csv('FOLDER/fine.csv')",
    "FROM read_csv('FOLDER/nowhere.csv')",
    "SELECT nothing FROM read_csv('FOLDER/fine.csv')",
    "SELECT nothing FROM read_csv('/proc/self/environ', encoding = 'latin-1')",
    "FROM 'FOLDER/fine.csv'",
    'FROM "FOLDER/fine"."csv"',
    "FROM E'FOLDER/fine\\x2ecsv'",
    'FROM bytes',
    `FROM "a""b"('FOLDER/fine.csv')`,
    "FROM query('FROM read_' || 'text(''FOLDER/fine.csv'')')",
    "SELECT nothing FROM query('FROM read_' || 'text(''FOLDER'' || ''/fine'')')",
    "FROM query(CASE WHEN current_setting('explain_output') = 'all' THEN 'SELECT 1' ELSE 'FROM bytes' END)",
    "FROM query(CASE WHEN random() < 0.5 THEN 'SELECT 1' ELSE 'FROM bytes' END)",
    "FROM query(coalesce(?, 'SELECT 1'))",
    "PREPARE x AS FROM query(coalesce($1, 'SELECT 1'))",
    "SELECT json_serialize_plan('SELECT nothing FROM read_csv(''FOLDER/fine.csv'')')",
    "SELECT json_serialize_plan(a) FROM (SELECT 'FROM read_' || 'text(''x'')' AS a)",
    "SELECT json_serialize_sql(repeat('+', 60000))",
    "FROM query_table('t')",
    'FROM query_table(?)',
    'FROM /* */ "Query" /* */ (\'FROM t\')',
    "SELECT E''\n'\\'' FROM query /* ' */ ('FROM t')",
    `FROM U&"\\0071uery"('FROM t')`,
    "SELECT 1/* ' */, * FROM query('FROM t') /* ' */",
    'SELECT 1/*" */, * FROM query(\'FROM t\') /*" */',
    "FROM query -- x\n('FROM t')",
    "FROM query /* /* */ */ ('FROM t')",
    "FROM query\u200b('FROM t')",
    "FROM runs('FROM t')",
    `PIVOT (FROM "a""b"('FOLDER/fine.csv')) ON content`,
    "FROM runs_too('FROM t')",
    "FROM query('FROM v')",
    'DESCRIBE FROM tsconfig . /* */ json',
    'DESCRIBE FROM tsconfig . -- x\n "json"',
    "DESCRIBE FROM read_csv('FOLDER/fine.csv')",
    "SELECT column_name FROM (DESCRIBE FROM read_csv('FOLDER/fine.csv'))",
    "INSERT INTO t FROM read_csv('FOLDER/fine.csv')",
    "CREATE TABLE x AS FROM read_text('FOLDER/fine.csv')",
    "SET VARIABLE x = (SELECT content FROM read_text('FOLDER/fine.csv'))",
    "CREATE VIEW x AS FROM read_text('FOLDER/fine.csv')",
    'CREATE MACRO x(p) AS TABLE FROM read_text(p)',
    'CREATE MACRO x(p) AS TABLE FROM query(p)',
    "EXPLAIN ANALYZE FROM read_text('FOLDER/fine.csv')",
    "PREPARE x AS FROM read_text('FOLDER/fine.csv')",
    'EXECUTE of_file',
    'EXECUTE /* */ of_file',
    "FROM glob('/*')",
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM v'))",
    "FROM pragma_storage_info('_gizmosql_instr.sessions')",
    'FROM duckdb_logs',
    'FROM duckdb_secrets()',
    'FROM duckdb_temporary_files()',
    'CALL enable_peg_parser()',
    'CALL enable_logging()',
    "CALL enable_profiling(save_location := 'x')",
    'CHECKPOINT',
    'FROM checkpoint()',
    'CALL force_checkpoint()',
  ])('%s', async (sql) => {
    expect([sql, await verdict('user', sql)]).toEqual([sql, beyond]);
    expect([sql, await verdict('readonly', sql)]).not.toEqual([sql, 'allowed']);
  });

  test('a macro that yields SQL, and the names in it, are told nothing of', async () => {
    const sql = "SELECT nothing FROM runs('FROM read_' || 'text(''FOLDER'' || ''/fine'')')";
    expect(await verdict('user', sql)).toBe(beyond);
    expect(await verdict('admin', sql)).toBe('the words of the engine');
  });

  test.each(['SELECT nothing FROM t', 'SELECT 1 +', 'FROM nowhere', 'DROP TABLE nowhere'])(
    'of anything else everybody hears what is wrong: %s',
    async (sql) => {
      expect([sql, await verdict('user', sql)]).toEqual([sql, 'the words of the engine']);
    },
  );
});

describe('what is a table now and a file once that has gone', () => {
  test.each([
    'FROM "FOLDER/fine.csv"',
    'SELECT a FROM t WHERE a IN (FROM fine . "csv.gz")',
    'FROM (DESCRIBE "FOLDER/fine.csv")',
    'SUMMARIZE "FOLDER/fine.csv"',
    'PIVOT fine.csv ON a IN (1)',
    'WITH "FOLDER/fine.csv" AS (SELECT 1 AS a) FROM "FOLDER/fine.csv"',
    'FROM "FOLDER/fine.csv?x"',
  ])('is in no view of a user: %s', async (query) => {
    const { connection, folder } = guarded;
    const tables = [`"${folder}/fine.csv"`, `"${folder}/fine.csv?x"`, 'fine.csv', 'fine."csv.gz"'];
    await connection.execute('CREATE SCHEMA fine');
    for (const table of tables) {
      await connection.execute(`CREATE TABLE ${table} (a INTEGER)`);
    }
    const said = await verdict('user', `CREATE VIEW x AS ${query}`);
    for (const table of tables) {
      await connection.execute(`DROP TABLE ${table}`);
    }
    await connection.execute('DROP SCHEMA fine');
    expect(said).toBe(beyond);
  });

  test('is not told of by what was prepared before', async () => {
    const { connection, folder } = guarded;
    await connection.execute(`CREATE TABLE "${folder}/fine.csv" (nothing INTEGER)`);
    await connection.execute(`PREPARE late AS SELECT nothing FROM "${folder}/fine.csv"`);
    await connection.execute(`DROP TABLE "${folder}/fine.csv"`);
    expect(await verdict('user', 'EXECUTE late')).toBe(beyond);
    expect(await verdict('user', 'EXECUTE nobody')).toBe('the words of the engine');
  });
});

describe('what opens something as it is bound is refused before it is', () => {
  test.each([
    "FROM read_csv('/proc/self/fd/0')",
    "SELECT * FROM t, LATERAL (FROM Read_Json /* */ ('x.json'))",
    'FROM "parquet_scan"(\'x.parquet\')',
    "FROM 'https://10.0.0.1/x.csv'",
    'FROM t JOIN -- x\n "http://10.0.0.1/x.json" ON true',
  ])('%s', async (sql) => {
    const { guard, connection } = guarded;
    for (const role of ['user', 'readonly'] as const) {
      const identity = { username: 'bob', role, authMethod: 'Basic' } as const;
      await expect(guard.admit?.({ identity, sql, connection })).rejects.toThrow(beyond);
    }
  });

  test.each([
    "SELECT histogram(a), max('http://x/a.csv') FROM t",
    "INSERT INTO t VALUES ('see https://x/a.csv')",
    "SELECT 'x' GLOB ('*') FROM t",
    "INSERT INTO t VALUES ('FROM read_csv(''x.csv'')')",
    "SELECT 1 -- FROM read_csv('x.csv')",
    'SELECT summary FROM t, range(3), unnest([1])',
  ])('not: %s', async (sql) => {
    const { guard, connection } = guarded;
    const identity = { username: 'bob', role: 'user', authMethod: 'Basic' } as const;
    await expect(guard.admit?.({ identity, sql, connection })).resolves.toBeUndefined();
  });
});

describe('kinds of statements that only admins may run', () => {
  test.each([
    "COPY t TO 'FOLDER/out.csv'",
    "COPY t FROM 'FOLDER/fine.csv'",
    "ATTACH ':memory:' AS x",
    'DETACH beside',
    "EXPORT DATABASE beside TO 'FOLDER/out'",
    'LOAD json',
    'PRAGMA enable_profiling',
    "PRAGMA enable_profiling = 'json'",
    'PRAGMA disable_checkpoint_on_shutdown',
    "PREPARE x AS COPY t TO 'FOLDER/out.csv'",
    "EXPLAIN ANALYZE COPY t TO 'FOLDER/out.csv'",
  ])('%s', async (sql) => {
    const said = await verdict('user', sql);
    expect([
      sql,
      said === kind || said === beyond || said.startsWith('Only admin users can set'),
    ]).toEqual([sql, true]);
  });
});

describe('settings', () => {
  test.each([
    "SET memory_limit = '10MB'",
    "SET GLOBAL TimeZone = 'UTC'",
    "SET GLOBAL TIME ZONE 'UTC'",
    'SET max_expression_depth = 1000',
    'SET debug_checkpoint_sleep_ms = 10000',
    "SET wal_autocheckpoint = '1TB'",
    'SET lock_configuration = true',
    'SET errors_as_json = true',
    "SET temp_directory = '/tmp'",
    "SET home_directory = '/tmp'",
    "SET file_search_path = '/tmp'",
    "SET log_query_path = '/tmp/x'",
    "SET profiling_output = '/tmp/x'",
    "SET SESSION profile_output = '/tmp/x'",
    "PRAGMA profile_output = '/tmp/x'",
    'SET threads = 2',
    'RESET threads',
    // The engine draws its bar on the server's standard output.
    'SET enable_progress_bar = true',
    'SET progress_bar_time = 1',
    'RESET GLOBAL TimeZone',
    "SET /* /* */ memory_limit -- */ TimeZone\n = 'UTC'",
    "SET search_path = (SELECT 'main')",
  ])("are the admin's: %s", async (sql) => {
    for (const role of ['user', 'readonly'] as const) {
      expect([sql, await verdict(role, sql)]).not.toEqual([sql, 'allowed']);
    }
  });

  test.each([
    'SET TimeZone = UTC',
    "SET SESSION TimeZone = 'Europe/Berlin'",
    'RESET TimeZone',
    "SET TIME ZONE 'UTC'",
    "SET SESSION TIME ZONE 'UTC'",
    '/* tool */ set "search_path" = \'main\'',
    "SET schema = 'main'",
    'SET integer_division = true',
    'USE beside',
    'SET VARIABLE x = 1',
    'SET VARIABLE x = ?',
    'RESET VARIABLE x',
  ])("are the session's own: %s", async (sql) => {
    for (const role of ['user', 'readonly'] as const) {
      expect([sql, await verdict(role, sql)]).toEqual([sql, 'allowed']);
    }
  });
});

test.each([
  'SELECT 1',
  "SELECT 'read_csv', '_gizmosql_instr' AS \"_gizmosql_instr\"",
  'FROM t',
  'WITH RECURSIVE r AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM r WHERE x < 3) FROM r',
  'WITH m AS MATERIALIZED (FROM t) FROM m, m AS n',
  'SELECT * FROM t, LATERAL (SELECT t.a + 1)',
  'SELECT a, sum(a) OVER (ORDER BY a) FROM t QUALIFY row_number() OVER () < 3',
  'SELECT a FROM t GROUP BY ROLLUP (a) ORDER BY 1 LIMIT 3',
  'SELECT a FROM t WHERE a IN (SELECT 1) OR EXISTS (SELECT 2 EXCEPT SELECT a)',
  'FROM t ASOF JOIN t u ON t.a >= u.a POSITIONAL JOIN t w',
  'FROM t USING SAMPLE 10%',
  'PIVOT t ON a IN (1, 2)',
  'UNPIVOT t ON a',
  'VALUES (1), (2)',
  'FROM range(3), unnest([1, 2]), generate_series(1, 2)',
  "FROM json_each('{}')",
  'FROM duckdb_tables()',
  'FROM information_schema.columns',
  'FROM pg_catalog.pg_class',
  'FROM sqlite_master',
  'SHOW ALL TABLES',
  'SHOW TABLES',
  'DESCRIBE t',
  'SUMMARIZE t',
  'SELECT query FROM (SELECT 1 AS query) WHERE query IN (1)',
  'SELECT query -- the text\nFROM (SELECT 1 AS query)',
  "/* tool */ SELECT 1 AS query_id, '\\d' /* app */",
  'FROM unnest(?)',
  "PRAGMA table_info('t')",
  'PRAGMA version',
  'CALL pragma_version()',
  'EXPLAIN FROM t',
  'EXPLAIN ANALYZE (FROM t) UNION (FROM t)',
  'PREPARE x AS FROM t WHERE a = $1',
  'EXECUTE harmless',
  'DEALLOCATE harmless',
  'INSERT INTO t VALUES (1) RETURNING a',
  'INSERT INTO t SELECT ?',
  'UPDATE t SET a = 2',
  'DELETE FROM t',
  'MERGE INTO t USING t u ON false WHEN NOT MATCHED THEN INSERT VALUES (1)',
  'CREATE TABLE x AS SELECT 1 AS a',
  'CREATE TEMP TABLE x (a INTEGER)',
  'CREATE VIEW x AS FROM t',
  'CREATE VIEW x ("as") AS SELECT a FROM t',
  ';CREATE VIEW x AS FROM t',
  "create /* */ or replace temp view \"X y\" (\"B c\") as /* */ select regexp_replace('http://a.csv', '\\d', '') AS copy FROM t",
  'CREATE VIEW x AS SELECT added.a FROM t added WHERE plus(added.a) > 1',
  'CREATE MACRO x(a) AS a + 1',
  'CREATE SCHEMA x',
  'CREATE SEQUENCE x',
  "CREATE TYPE x AS ENUM ('a')",
  'CREATE INDEX x ON t (a)',
  'ALTER TABLE t ADD COLUMN b INTEGER',
  "COMMENT ON TABLE t IS 'x'",
  'DROP TABLE t',
  "SELECT nextval('s')",
  'ANALYZE',
  'BEGIN',
])('the role user may: %s', async (sql) => {
  expect(['allowed', 'later']).toContain(await verdict('user', sql));
});

describe("a macro or a type that has the name of one of the engine's", () => {
  test.each([
    "CREATE MACRO lower(x) AS 'nothing'",
    "CREATE OR REPLACE FUNCTION memory.main.lower (x) AS 'nothing'",
    'create macro if not exists "~~"(a, b) AS false',
    '/* */ CREATE /* TEMP */ MACRO Contains /* */ (a, b) AS false',
    'CREATE MACRO range(x) AS TABLE SELECT x',
    "CREATE MACRO lower(view) AS (SELECT 'nothing')",
    "; CREATE MACRO lower(x) AS 'nothing'",
    `/* ${'x'.repeat(10_000)} */ CREATE MACRO lower(x) AS 'nothing'`,
    `CREATE MACRO -- ${'x'.repeat(10_000)}\n lower(x) AS 'nothing'`,
    `${'/**/ '.repeat(200)} CREATE MACRO lower(x) AS 'nothing'`,
    `CREATE MACRO ${'/**/ '.repeat(200)} lower(x) AS 'nothing'`,
    "CREATE TYPE json AS ENUM ('a')",
    'create or replace type memory.main."Json" as integer',
  ])('is made for all by admins only: %s', async (sql) => {
    expect([sql, await verdict('user', sql)]).toEqual([sql, refusals.shadow().message]);
    expect([sql, await verdict('admin', sql)]).toEqual([sql, 'allowed']);
  });

  test.each([
    "CREATE TEMP MACRO lower(x) AS 'nothing'",
    'CREATE MACRO mine(lower) AS upper(lower)',
    `CREATE MACRO mine(a) AS ${'a + '.repeat(500)} 1`,
    `CREATE TABLE x AS SELECT ${'1 AS macro, '.repeat(200)} 1 AS b`,
    "CREATE TEMP TYPE json AS ENUM ('a')",
    "CREATE TYPE of_type AS ENUM ('json', 'as')",
  ])('is made by anybody for himself: %s', async (sql) => {
    expect([sql, await verdict('user', sql)]).toEqual([sql, 'allowed']);
  });
});

describe('the role readonly', () => {
  test.each([
    'INSERT INTO t VALUES (1)',
    'CREATE TEMPORARY TABLE x (a INTEGER)',
    'DROP TABLE t',
    "COPY t TO 'FOLDER/out.csv'",
    "ATTACH ':memory:' AS x",
    'PREPARE x AS INSERT INTO t VALUES (1)',
    'EXPLAIN ANALYZE INSERT INTO t VALUES (1)',
    'CHECKPOINT',
    'ANALYZE',
    "SELECT nextval('s')",
    "SELECT a, (SELECT nextval('s')) FROM t",
    "FROM range(nextval('s'))",
    "FROM unnest([NextVal /* */ ('s')])",
    'FROM repeat("nextval"(\'s\'), 2)',
    "FROM json_each('[' || nextval('s') || ']')",
    "EXECUTE adding(nextval('s'))",
    "SET integer_division = nextval('s')",
    'FROM advancing',
    'FROM range(next_of_s())',
    'EXECUTE advancing_p',
    "SET VARIABLE x = nextval('s')",
    'CALL pragma_version()',
  ])('may not: %s', async (sql) => {
    expect([sql, await verdict('readonly', sql)]).toEqual([sql, cannotWrite]);
  });

  test.each([
    'FROM t',
    'EXPLAIN FROM t',
    'PREPARE x AS FROM t',
    'EXECUTE harmless',
    'DEALLOCATE harmless',
    'BEGIN',
    'SET VARIABLE x = 1',
    'USE beside',
    'PRAGMA version',
    'FROM duckdb_columns()',
  ])('may: %s', async (sql) => {
    expect([sql, await verdict('readonly', sql)]).toEqual([sql, 'allowed']);
  });
});

test('no sequence is advanced by what is refused to the role readonly', async () => {
  const current = async () =>
    String((await guarded.connection.rows("SELECT currval('s')"))[0]?.[0]);
  await guarded.connection.rows("SELECT nextval('s')");
  const before = await current();
  for (const sql of [
    "FROM range(nextval('s'))",
    'FROM advancing',
    'FROM range(next_of_s())',
    "EXECUTE adding(nextval('s'))",
  ]) {
    await verdict('readonly', sql);
  }
  expect(await current()).toBe(before);
});

test('what a prepared statement stands for is asked when it is executed', async () => {
  const { database, guard } = guarded;
  const other = await database.connect();
  await other.execute('CREATE OR REPLACE VIEW changing AS FROM t');
  await other.execute('PREPARE of_view AS FROM changing');
  expect(await verdictOf(guard, other, 'user', 'EXECUTE of_view')).toBe('allowed');
  await other.execute('CREATE OR REPLACE VIEW changing AS FROM _gizmosql_instr.sessions');
  expect(await verdictOf(guard, other, 'user', '; execute "of_view"')).toBe(cannotRead);
  other.close();
});

test('what is made of macros is known once their transaction has ended', async () => {
  const { database, guard } = guarded;
  const [other, asking] = [await database.connect(), await database.connect()];
  await other.execute('BEGIN');
  await other.execute('CREATE MACRO late(x) AS TABLE FROM runs(x)');
  expect(await verdictOf(guard, asking, 'user', 'FROM t')).toBe('allowed');
  await other.execute('COMMIT');
  expect(await verdictOf(guard, asking, 'user', "FROM late('FROM t')")).toBe(beyond);
  other.close();
  asking.close();
});

describe("clients' macros of the names that the guard uses change nothing", () => {
  test.each([
    "current_setting(a) AS 'x'",
    "current_database() AS 'x'",
    'txid_current() AS random()',
    "lower(a) AS 'x'",
    'duckdb_views() AS TABLE SELECT NULL AS view_name, NULL AS sql, true AS internal',
    'duckdb_functions() AS TABLE SELECT NULL AS function_name',
    'duckdb_prepared_statements() AS TABLE SELECT NULL AS name, NULL AS statement',
    '"||"(a, b) AS \'x\'',
  ])('CREATE TEMP MACRO %s', async (macro) => {
    const { database, guard, folder } = guarded;
    const other = await database.connect();
    await other.execute(`CREATE TEMP MACRO ${macro}`);
    await other.execute('PREPARE reading AS FROM _gizmosql_instr.sessions');
    for (const [sql, said] of [
      ['FROM v', cannotRead],
      ['EXECUTE reading', cannotRead],
      [`FROM read_text('${folder}/fine.csv')`, beyond],
    ] as const) {
      expect([sql, await verdictOf(guard, other, 'user', sql)]).toEqual([sql, said]);
    }
    other.close();
  });
});
