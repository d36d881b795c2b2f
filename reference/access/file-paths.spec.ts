import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../engine/connection.js';
import { Database } from '../engine/database.js';
import { filePaths } from './file-paths.js';

let database: Database;
let connection: Connection;

beforeAll(async () => {
  database = await Database.open({ path: null, readonly: false });
  connection = await database.connect();
  for (const sql of [
    "SET VARIABLE path = '/a'",
    "SET VARIABLE paths = ['/a', '/b']",
    "CREATE VIEW outer_view AS FROM read_text('/behind ' || 'a view')",
    'CREATE VIEW outermost_view AS FROM outer_view',
    "CREATE MACRO text_of() AS TABLE FROM read_text(concat('/behind ', 'a macro'))",
    "CREATE MACRO overloaded(a) AS '/with one', (a, b) AS '/with two'",
    'CREATE SEQUENCE counter',
    "CREATE MACRO varied() AS '/a' || random()",
    "CREATE MACRO same() AS upper(getvariable('path'))",
  ]) {
    await connection.execute(sql);
  }
});

afterAll(() => {
  database.close();
});

describe('paths are what literals say and what arguments come to', () => {
  test.each<[sql: string, paths: string[]]>([
    ['SELECT 1', []],
    ["FROM '/a'", ['/a']],
    ['FROM "/a ""b"""', ['/a "b"']],
    ["FROM '/it''s'", ["/it's"]],
    [String.raw`FROM read_text(E'/a\tb')`, ['/a\tb']],
    ['FROM read_text($$/a$$)', ['/a']],
    ["FROM read_text(getvariable('path'))", ['path', '/a']],
    ["FROM read_text(getvariable('paths'))", ['paths', '/a', '/b']],
    ["FROM read_text(['/a', '/b'])", ['/a', '/b']],
    ["FROM read_text(upper(concat('/x', lower('/Y'))), filename = true)", ['/x', '/Y', '/X/Y']],
    ["FROM read_text(['/x' || '/y', '/z'][1])", ['/x', '/y', '/z', '/x/y']],
    ["FROM read_text({'p': '/x' || '/y'}.p)", ['p', '/x', '/y', '/x/y']],
    ["FROM sniff_csv('/a' || '/b')", ['/a', '/b', '/a/b']],
    ["FROM parquet_metadata('/a' || '/b')", ['/a', '/b', '/a/b']],
    ["FROM parquet_scan('/a' || '/b')", ['/a', '/b', '/a/b']],
    ["FROM duckdb_table_sample('a' || '.b')", ['a', '.b', 'a.b']],
    ["FROM pragma_storage_info('a' || '.b')", ['a', '.b', 'a.b']],
    ["FROM query_table('a' || 'b')", ['a', 'b', 'ab']],
    ["FROM /* */ Read_Text -- \n ( '/a' || '/b' )", ['/a', '/b', '/a/b']],
    ["FROM unread_text('/a' || '/b')", ['/a', '/b']],
    ["COPY t FROM (getvariable('path'))", ['path', '/a']],
    ["copy (SELECT 1) to (getvariable('path'))", ['path', '/a']],
    ["SELECT 1 AS a FROM (SELECT getvariable('path'))", ['path']],
    ["SET log_query_path = '/a' || '/b'", ['/a', '/b', '/a/b']],
    ["set session log_query_path TO concat('/a', '/b');", ['/a', '/b', '/a/b']],
    ["PRAGMA profile_output = ('/a' || '/b')", ['/a', '/b', '/a/b']],
    ['SET threads = 4', ['4']],
    ['SET threads = -4', ['-4']],
    ["SET VARIABLE x = '/a' || '/b'", ['/a', '/b']],
    ['SET search_path = a, b', []],
    ['PRAGMA version', []],
    ['FROM outermost_view', ['/behind ', 'a view', '/behind a view']],
    ['FROM text_of()', ['/behind ', 'a macro', '/behind a macro']],
    ['SELECT overloaded(1)', ['/with one', '/with two']],
  ])('%s', async (sql, paths) => {
    const { patterns, undetermined } = await filePaths(connection, sql);
    expect([sql, patterns.toSorted(), undetermined]).toEqual([sql, paths.toSorted(), false]);
  });
});

describe('names may be paths, too', () => {
  test.each<[sql: string, names: string[]]>([
    ['FROM t', []],
    ['FROM "/a"."b"', ['/a.b']],
    ['FROM "/a" . /* */ B', ['/a.B']],
    ['SELECT a.b, "c""d".e.f FROM t', ['a.b', 'c"d.e.f']],
    ["SELECT 'a'.b", []],
    ['SET TimeZone = UTC', ['UTC']],
    ['SET log_query_path TO "/a"."b"', ['/a.b']],
    ['SET VARIABLE x = y', []],
    ['COPY t TO abc', ['abc']],
    ['copy t to "/a"."b" (FORMAT csv)', ['/a.b']],
    ['COPY t FROM Abc.Def', ['Abc.Def']],
    ['COPY (SELECT a FROM t) TO "/a"', ['t', '/a']],
    ['COPY (SELECT t.a FROM t) TO $1', ['t.a', 't']],
  ])('%s', async (sql, expected) => {
    const { names } = await filePaths(connection, sql);
    expect(names.toSorted()).toEqual(expected.toSorted());
  });
});

describe('SQL in a text is looked into where it is executed', () => {
  test.each([
    "FROM query('FROM read_text(''/a'' || ''/b'')')",
    `FROM "Query"('FROM query(''FROM read_text(''''/a'''' || ''''/b'''')'')')`,
    "FROM query('FROM read_' || 'text(''/a'' || ''/b'')')",
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''/a'' || ''/b'')'))",
    "FROM query('FROM outermost_view')",
  ])('%s', async (sql) => {
    const { patterns, undetermined } = await filePaths(connection, sql);
    const path = sql.includes('outermost') ? '/behind a view' : '/a/b';
    expect([patterns.includes(path), undetermined]).toEqual([true, false]);
  });

  test('but not where it is only a text', async () => {
    const { patterns } = await filePaths(connection, "SELECT 'FROM read_text(''/a'' || ''/b'')'");
    expect(patterns).toEqual(["FROM read_text('/a' || '/b')"]);
  });
});

describe('what only the execution knows is undetermined', () => {
  test.each([
    'FROM read_text(?)',
    "FROM read_text(['/a', $1])",
    'COPY t FROM $1',
    'COPY t TO ($1)',
    'COPY t TO ?',
    'COPY t FROM ?1 (FORMAT csv)',
    'COPY t TO $path',
    "ATTACH 'a' AS b (TYPE ?)",
    'SET log_query_path = ?',
    'PRAGMA profile_output = $1',
    "ATTACH 'a' AS b (READ_ONLY $1)",
    'FROM read_text(path)',
    'FROM json_execute_serialized_sql(?)',
    "FROM json_execute_serialized_sql('no JSON')",
    `FROM query('SELECT 1') WHERE 'a' IN (${Array.from({ length: 100 }, (_, i) => `'${i}'`).join()})`,
  ])('%s', async (sql) => {
    expect(await filePaths(connection, sql)).toMatchObject({ undetermined: true });
  });

  test.each(['SELECT ?', 'SELECT read_text', "SELECT 'a' FROM t WHERE b = $1"])(
    'a parameter elsewhere is no path: %s',
    async (sql) => {
      expect(await filePaths(connection, sql)).toMatchObject({ undetermined: false });
    },
  );
});

describe('a path that may be another one the next time is not known', () => {
  test.each([
    "FROM read_text('/a' || random())",
    'FROM read_text("Random"()::VARCHAR)',
    "FROM read_text('/a' || nextval('counter'))",
    "FROM read_text('/a' || current_timestamp)",
    "FROM read_text('/a' || ago(INTERVAL 1 DAY))",
    'FROM read_text(varied())',
    'COPY (SELECT 1) TO (varied())',
    "SET log_query_path = '/a' || uuid()",
  ])('%s', async (sql) => {
    expect([sql, (await filePaths(connection, sql)).undetermined]).toEqual([sql, true]);
  });

  test.each(["FROM read_text('random')", 'FROM read_text(same())', 'SELECT random()'])(
    'but is here: %s',
    async (sql) => {
      expect([sql, (await filePaths(connection, sql)).undetermined]).toEqual([sql, false]);
    },
  );
});
