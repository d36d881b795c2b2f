import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from './connection.js';
import { wasInterrupted } from './engine-error.js';
import { openTwoEngines } from './records-fixture.js';
import type { TwoEngines } from './records-fixture.js';
import { openWorkbench } from './workbench.js';

let engines: TwoEngines;
beforeEach(async () => {
  engines = await openTwoEngines();
});
afterEach(async () => {
  await engines.close();
});

/** The rows of a statement in a workbench, as texts; of several, the last one's. */
async function answer(sql: string, values?: readonly (string | number)[]): Promise<unknown[][]> {
  const workbench = await openWorkbench({ ...engines, sql });
  try {
    return await rowsOf(workbench.connection, sql, values);
  } finally {
    workbench.close();
  }
}

async function rowsOf(
  connection: Connection,
  sql: string,
  values: readonly (string | number)[] = [],
) {
  const extracted = await connection.extract(sql);
  let rows: unknown[][] = [];
  for (let i = 0; i < extracted.count; i++) {
    const query = await extracted.prepare(i);
    query.bindNulls();
    rows = values.length > 0 ? await connection.rows(sql, [...values]) : await query.rows();
    query.close();
  }
  return rows.map((row) => row.map(String));
}

const sessions = '_gizmosql_instr.main.sessions';

const joins: readonly (readonly [
  what: string,
  setUp: readonly string[],
  sql: string,
  rows: unknown[][],
])[] = [
  ['records alone', [], `SELECT username FROM ${sessions} ORDER BY 1`, [['ann'], ['bob'], ['eve']]],
  ['a view of the records', [], 'SELECT count(*) FROM _gizmosql_instr.active_sessions', [['2']]],
  [
    'a table',
    ['CREATE TABLE t (i INTEGER PRIMARY KEY, n VARCHAR)', "INSERT INTO t VALUES (1, 'x')"],
    `SELECT username, n FROM ${sessions} JOIN t ON i = session_id`,
    [['ann', 'x']],
  ],
  [
    'a temporary table',
    ['CREATE TEMP TABLE tt AS SELECT 3 AS i'],
    `SELECT username FROM ${sessions} JOIN tt ON i = session_id`,
    [['eve']],
  ],
  [
    'a table of another database and schema',
    [
      `ATTACH ':memory:' AS "o.ther"`,
      'CREATE SCHEMA "o.ther"."s ""1"',
      'CREATE TABLE "o.ther"."s ""1"."T" AS SELECT 2 AS "I j"',
    ],
    `SELECT username FROM ${sessions} JOIN "O.THER"."S ""1".t x ON x."I J" = session_id`,
    [['bob']],
  ],
  [
    'views over views, made in any order',
    [
      'CREATE TABLE t AS SELECT 1 AS i',
      'CREATE VIEW a AS SELECT i FROM t',
      `CREATE VIEW b AS SELECT a.i, username FROM a JOIN ${sessions} ON i = session_id`,
      'CREATE OR REPLACE VIEW a AS SELECT i + 1 AS i FROM t',
    ],
    'SELECT * FROM b',
    [['2', 'bob']],
  ],
  [
    'a temporary view',
    ['CREATE TEMP TABLE tt AS SELECT 3 AS i', 'CREATE TEMP VIEW tv AS SELECT i FROM tt'],
    `SELECT username FROM ${sessions} JOIN tv ON i = session_id`,
    [['eve']],
  ],
  [
    'a macro with overloads, types and defaults',
    [
      `CREATE MACRO f(a, b := 'x, y', c := {'k': [1, 2]}) AS a || b || c.k[2], (a, b, c, d) AS a || d`,
      'CREATE MACRO "Od ""d"(v INTEGER, w VARCHAR := \'!\') AS v || w',
    ],
    `SELECT f(username), f(username, b := '-'), f(username, 1, 2, 3), "Od ""d"(session_id) FROM ${sessions} WHERE session_id = 1`,
    [['annx, y2', 'ann-2', 'ann3', '1!']],
  ],
  [
    'a table macro',
    [
      'CREATE TABLE t AS SELECT unnest([1, 2, 3]) AS i',
      `CREATE MACRO m(n, s := 'active') AS TABLE SELECT username FROM ${sessions} JOIN t ON i = session_id WHERE i >= n AND status = s`,
    ],
    'SELECT * FROM m(2)',
    [['eve']],
  ],
  [
    'a temporary macro',
    ['CREATE TEMP MACRO tm(x := 1) AS x + 1'],
    `SELECT username FROM ${sessions} WHERE session_id = tm()`,
    [['bob']],
  ],
  [
    'named types',
    [
      "CREATE TYPE mood AS ENUM ('so', 'so what')",
      'CREATE SCHEMA s',
      'CREATE TYPE s.pair AS STRUCT(m mood, n INTEGER)',
      "CREATE TABLE t AS SELECT {'m': 'so what', 'n': 3}::s.pair AS p",
    ],
    `SELECT username, p.m = 'so what'::mood, {'m': 'so', 'n': 1}::s.pair FROM ${sessions} JOIN t ON p.n = session_id`,
    [['eve', 'true', "{'m': 'so', 'n': 1}"]],
  ],
  [
    'values of every kind',
    ['CREATE TABLE t AS SELECT 1 AS one, * FROM test_all_types()'],
    `SELECT count(DISTINCT t::VARCHAR) FROM t, ${sessions}`,
    [['3']],
  ],
  [
    'variables',
    ['SET VARIABLE ids = [1::TINYINT, 3]', "SET VARIABLE name = 'sessions'"],
    `SELECT username, typeof(getvariable('ids')) FROM query_table('_gizmosql_instr.' || getvariable('name')) WHERE list_contains(getvariable('ids'), session_id) ORDER BY 1`,
    [
      ['ann', 'TINYINT[]'],
      ['eve', 'TINYINT[]'],
    ],
  ],
  [
    'a prepared statement',
    [
      'CREATE TABLE t AS SELECT 2 AS i',
      `PREPARE "p q" AS SELECT username FROM ${sessions} JOIN t ON i = session_id WHERE username = $1`,
    ],
    `EXECUTE "p q"('bob')`,
    [['bob']],
  ],
  [
    'the search path',
    [
      'CREATE SCHEMA s',
      'CREATE TABLE s.t AS SELECT 2 AS i',
      'CREATE TABLE t AS SELECT 1 AS i',
      "SET search_path = 's,_gizmosql_instr.main,memory.main'",
    ],
    'SELECT username FROM sessions JOIN t ON i = session_id',
    [['bob']],
  ],
  [
    'the current schema',
    ['CREATE TABLE t AS SELECT 1 AS i', 'USE _gizmosql_instr.main'],
    'SELECT username, current_database() FROM sessions JOIN memory.t ON i = session_id',
    [['ann', '_gizmosql_instr']],
  ],
  [
    'settings that change results',
    [
      "SET TimeZone = 'Asia/Tokyo'",
      'SET integer_division = true',
      "SET default_order = 'DESC'",
      "SET default_null_order = 'NULLS FIRST'",
    ],
    `SELECT username, 3 / 2, current_setting('TimeZone'), (TIMESTAMPTZ '2020-01-01 00:00:00+00')::VARCHAR FROM ${sessions} ORDER BY 1 LIMIT 1`,
    [['eve', '1', 'Asia/Tokyo', '2020-01-01 09:00:00+09']],
  ],
  [
    'collations',
    [
      `CREATE TABLE t (a VARCHAR COLLATE NOCASE DEFAULT ('x,y'), "b,c" VARCHAR)`,
      "INSERT INTO t VALUES ('ANN', 'ann')",
    ],
    `SELECT count(*) FILTER (a = 'ann'), count(*) FILTER ("b,c" = 'ANN') FROM t, ${sessions} WHERE session_id = 1`,
    [['1', '0']],
  ],
  [
    'generated columns',
    ['CREATE TABLE t (i INTEGER, g INTEGER AS (i + 1))', 'INSERT INTO t VALUES (1)'],
    `SELECT username FROM t JOIN ${sessions} ON g = session_id`,
    [['bob']],
  ],
  [
    'columns with dots and members of structs',
    [
      `CREATE TABLE t AS SELECT {'n': 2, 'm': 'x'} AS p, 1 AS "p.n"`,
      `CREATE TABLE u AS SELECT {'n': 2, 'm': 'x'} AS p, {'q.r': {'s': 2}} AS "x y", 5 AS z`,
    ],
    `SELECT username FROM ${sessions}, t, u WHERE t.p.n = session_id AND u.p.n = session_id AND "x y"."q.r".s = session_id`,
    [['bob']],
  ],
  [
    'what they look like',
    ['CREATE TABLE t (i INTEGER)'],
    'SELECT column_name FROM (DESCRIBE t)',
    [['i']],
  ],
  [
    'SUMMARIZE',
    [],
    `SELECT column_name, count FROM (SUMMARIZE ${sessions}) LIMIT 1`,
    [['session_id', '3']],
  ],
  [
    'PIVOT, whose columns come of the rows',
    ['CREATE TABLE t AS SELECT unnest([1, 2, 3]) AS i'],
    `PIVOT (SELECT username, i FROM ${sessions} JOIN t ON i = session_id) ON username USING sum(i)`,
    [['1', '2', '3']],
  ],
  [
    'a plan that does not tell what it scans',
    ['CREATE TABLE t AS SELECT 1 AS i'],
    `FROM json_execute_serialized_sql(json_serialize_sql('SELECT username FROM ${sessions} JOIN t ON i = session_id'))`,
    [['ann']],
  ],
  [
    'a table named by a variable in another statement of the text',
    ["SET VARIABLE other = 't'", 'CREATE TABLE t AS SELECT 2 AS i'],
    `SELECT 1; SELECT username FROM ${sessions} JOIN query_table(getvariable('other')) ON i = session_id`,
    [['bob']],
  ],
  [
    'a view whose name is put together',
    ['CREATE TABLE t AS SELECT 2 AS i', 'CREATE VIEW my_view AS SELECT i FROM t'],
    `SELECT username FROM ${sessions} JOIN query_table('my_' || 'view') ON i = session_id`,
    [['bob']],
  ],
  [
    'the catalog',
    ['CREATE TABLE t (i INTEGER)', 'CREATE VIEW v AS SELECT i FROM t'],
    `SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM duckdb_columns() JOIN ${sessions} ON session_id = column_index WHERE database_name = 'memory'`,
    [['t v']],
  ],
  [
    'subqueries, CTEs and windows over both',
    ['CREATE TABLE t AS SELECT unnest([1, 1, 3]) AS i'],
    `WITH c AS MATERIALIZED (SELECT *, (SELECT count(*) FROM t WHERE i = s.session_id) AS n FROM ${sessions} s WHERE status <> '')
     SELECT username FROM c WHERE n > 0 AND EXISTS (FROM t WHERE t.i = n + 2 OR t.i = 1) ORDER BY n DESC, row_number() OVER (ORDER BY session_id)`,
    [['ann'], ['eve']],
  ],
];

describe('a workbench', () => {
  it.each(joins)('answers with records and %s', async (_, setUp, sql, rows) => {
    for (const statement of setUp) {
      await engines.client.execute(statement);
    }
    expect(await answer(sql)).toStrictEqual(rows);
    expect(await engines.client.inTransaction()).toBe(false);
  });

  it.each(joins)('answers in a transaction with uncommitted %s', async (_, setUp, sql, rows) => {
    await engines.client.begin();
    for (const statement of setUp) {
      if (!statement.startsWith('ATTACH')) {
        await engines.client.execute(statement);
      } else {
        await engines.client.execute('COMMIT');
        await engines.client.execute(statement);
        await engines.client.begin();
      }
    }
    expect(await answer(sql)).toStrictEqual(rows);
    expect(await engines.client.isAborted()).toBe(false);
    expect(await engines.client.inTransaction()).toBe(true);
    await engines.client.commit();
  });
});
