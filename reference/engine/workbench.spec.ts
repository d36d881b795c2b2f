import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findExtensions, loadExtensions } from '../../fixtures/surroundings/extensions.js';
import type { Connection } from './connection.js';
import { Database } from './database.js';
import { BrokenOff, isInterrupted, wasInterrupted } from './engine-error.js';
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
    rows = values.length > 0 ? await connection.rows(sql, [...values]) : await query.rowsWith();
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
    'an explanation',
    ['CREATE TABLE t AS SELECT 2 AS i'],
    `SELECT 1; EXPLAIN ANALYZE SELECT username FROM ${sessions} JOIN t ON i = session_id; SELECT 2`,
    [['2']],
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

  it('copies a database in a file and an attached catalog of another kind', async () => {
    const extensions = findExtensions();
    if (!extensions.available) {
      throw new Error(extensions.reason);
    }
    const folder = await mkdtemp(join(tmpdir(), 'workbench-'));
    const main = await Database.open({ path: join(folder, 'main db.db'), readonly: false });
    const client = await main.connect();
    try {
      for (const statement of [
        loadExtensions(extensions.folder, ['ducklake']),
        `ATTACH 'ducklake:${folder}/catalog' AS "my lake" (DATA_PATH '${folder}/data')`,
        'CREATE SCHEMA "my lake".s',
        'CREATE TABLE "my lake".s.t AS SELECT 2 AS i',
        'CREATE TABLE "my lake".main.t AS SELECT 3 AS i',
        'CREATE VIEW "my lake".s.v AS SELECT i FROM "my lake".s.t',
        'CREATE TABLE kept AS SELECT 1 AS j',
        `ATTACH '${folder}/shell.db' AS _gizmosql_instr`,
        'CREATE TABLE _gizmosql_instr.sessions (session_id INTEGER, username VARCHAR, status VARCHAR)',
      ]) {
        await client.execute(statement);
      }
      const sql = `SELECT username, current_database(), (SELECT count(*) FROM "my lake".t) FROM ${sessions} JOIN "my lake".s.v ON i = session_id JOIN kept ON j < i`;
      for (const begin of [false, true]) {
        if (begin) {
          await client.begin();
        }
        const workbench = await openWorkbench({ ...engines, client, sql });
        expect(await rowsOf(workbench.connection, sql)).toStrictEqual([['bob', 'main db', '1']]);
        expect(
          await rowsOf(
            workbench.connection,
            "SELECT loaded FROM duckdb_extensions() WHERE extension_name = 'ducklake'",
          ),
        ).toStrictEqual([['true']]);
        workbench.close();
      }
    } finally {
      client.close();
      main.close();
      await rm(folder, { recursive: true });
    }
  });

  it('binds parameters', async () => {
    await engines.client.execute('CREATE TABLE t AS SELECT unnest([1, 2]) AS i');
    const sql = `SELECT username FROM ${sessions} JOIN t ON i = session_id WHERE username = $1`;
    expect(await answer(sql, ['bob'])).toStrictEqual([['bob']]);
  });

  it('opens files as the client may, and no others', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'workbench-'));
    try {
      await writeFile(join(folder, 'in.csv'), 'i\n2\n');
      await engines.client.execute(`CREATE VIEW inside AS FROM '${folder}/in.csv'`);
      await engines.client.execute("CREATE VIEW outside AS FROM read_text('/etc/hostname')");
      const sql = (view: string) => `SELECT count(*) FROM ${sessions}, ${view}`;
      expect(await answer(sql('outside'))).toStrictEqual([['3']]);
      await engines.client.execute(`SET allowed_directories = ['${folder}']`);
      await engines.client.execute('SET enable_external_access = false');
      await engines.client.execute("SET allowed_configs = ['explain_output']");
      await engines.client.execute('SET lock_configuration = true');
      await expect(answer(sql('outside'))).rejects.toThrow('outside does not exist');
      await engines.client.begin();
      expect(await answer(sql('inside'))).toStrictEqual([['3']]);
      const workbench = await openWorkbench({ ...engines, sql: sql('inside') });
      for (const [statement, message] of [
        ["FROM read_text('/etc/hostname')", 'Permission Error'],
        ['SET threads = 2', 'locked'],
      ] as const) {
        await expect(workbench.connection.execute(statement)).rejects.toThrow(message);
      }
      workbench.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does without plans where settings are locked', async () => {
    await engines.client.execute('CREATE TABLE t AS SELECT 2 AS i');
    await engines.client.execute('SET lock_configuration = true');
    await engines.client.begin();
    const sql = `SELECT username FROM ${sessions} JOIN t ON i = session_id`;
    expect(await answer(sql)).toStrictEqual([['bob']]);
    expect(await engines.client.isAborted()).toBe(false);
  });

  it('spills into a folder of its own', async () => {
    const of = async (connection: Connection) =>
      (await connection.rows("SELECT current_setting('temp_directory')"))[0]?.[0];
    const workbench = await openWorkbench({ ...engines, sql: `FROM ${sessions}` });
    expect(await of(workbench.connection)).not.toBe(await of(engines.client));
    expect(await of(workbench.connection)).toContain(await of(engines.client));
    workbench.close();
  });

  it.each([
    ["SELECT nextval('n'), username", 'n does not exist'],
    ['SELECT t.rowid, username', 'rowid'],
    ['SELECT nothing, username', 'nothing'],
  ])('has an error for %s', async (columns, message) => {
    await engines.client.execute('CREATE SEQUENCE n');
    await engines.client.execute('CREATE TABLE t AS SELECT 1 AS i');
    await expect(answer(`${columns} FROM t, ${sessions}`)).rejects.toThrow(message);
    expect(await engines.client.rows("SELECT nextval('n')")).toStrictEqual([[1n]]);
  });

  it('has no table empty that the plan does not tell of and that is not mentioned', async () => {
    await engines.client.execute(
      "CREATE TABLE hidden_one AS SELECT 1 AS i; SET VARIABLE v = 'hidden'",
    );
    await expect(
      answer(`SELECT 1; SELECT * FROM ${sessions}, query_table(getvariable('v') || '_one')`),
    ).rejects.toThrow('hidden_one does not exist');
  });

  it('leaves out what cannot be made again', async () => {
    await engines.client.execute(
      'CREATE TABLE gone (i INTEGER); CREATE VIEW v AS FROM gone; DROP TABLE gone',
    );
    await expect(answer(`FROM ${sessions}, v`)).rejects.toThrow('v does not exist');
    expect(await answer(`SELECT count(*) AS v FROM ${sessions}`)).toStrictEqual([['3']]);
  });

  it.each([
    ['another table', 'CREATE TABLE memory.main.v AS SELECT 1 AS i'],
    ['fewer tables', `CREATE VIEW memory.main.v AS SELECT session_id AS i FROM ${sessions}`],
  ])('refuses to read %s in the place of what was left out', async (_, stranger) => {
    for (const statement of [
      'CREATE SEQUENCE n',
      'CREATE SCHEMA s',
      'CREATE TABLE t AS SELECT 1 AS i',
      "CREATE VIEW s.v AS SELECT i, nextval('n') FROM t",
      stranger,
      "SET search_path = 's,memory.main'",
    ]) {
      await engines.client.execute(statement);
    }
    await expect(answer(`SELECT v.i FROM ${sessions}, v`)).rejects.toThrow(
      'it would read other tables',
    );
  });

  it('says that the transaction of the client is broken', async () => {
    await engines.client.begin();
    await engines.client.rows("SELECT 'x'::INTEGER").catch(() => undefined);
    await expect(answer(`FROM ${sessions}`)).rejects.toThrow('Current transaction is aborted');
  });

  it('sees the client as it is at one moment', async () => {
    const { client } = engines;
    await client.execute('CREATE TABLE t AS SELECT 1 AS i; CREATE TABLE u AS SELECT 1 AS i');
    const other = await engines.another();
    const stream = client.raw.stream.bind(client.raw);
    vi.spyOn(client.raw, 'stream').mockImplementation(async (...given) => {
      await other.execute('INSERT INTO t VALUES (2); INSERT INTO u VALUES (2)');
      return stream(...given);
    });
    const sql = `SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM u) FROM ${sessions} LIMIT 1`;
    expect(await answer(sql)).toStrictEqual([['1', '1']]);
  });

  it('copies a million records', async () => {
    const { client, records } = engines;
    await records.execute(
      'INSERT INTO _gizmosql_instr.sql_statements SELECT i, i % 3 + 1, repeat(i::VARCHAR, 5) FROM range(100, 1000100) t(i)',
    );
    await client.execute('CREATE TABLE t AS SELECT 2 AS i');
    expect(
      await answer(
        'SELECT count(*), count(DISTINCT sql_text) FROM _gizmosql_instr.sql_statements JOIN t ON i = session_id',
      ),
    ).toStrictEqual([['333335', '333335']]);
  });

  it.each(['records', 'client'] as const)('is given up while it copies the %s', async (which) => {
    const { client, records } = engines;
    await client.execute('CREATE TABLE t AS SELECT i FROM range(1000000) t(i)');
    await records.execute(
      "INSERT INTO _gizmosql_instr.sql_statements SELECT i, 1, 'x' FROM range(100, 1000100) t(i)",
    );
    await client.begin();
    const { raw } = engines[which];
    const controller = new AbortController();
    const stream = raw.stream.bind(raw);
    let fetched = 0;
    vi.spyOn(raw, 'stream').mockImplementation(async (...given) => {
      const result = await stream(...given);
      const fetch = result.fetchChunk.bind(result);
      vi.spyOn(result, 'fetchChunk').mockImplementation(() => {
        if (++fetched === 3) {
          controller.abort();
        }
        return fetch();
      });
      return result;
    });
    const opening = openWorkbench({
      ...engines,
      sql: 'SELECT count(sql_text) FROM _gizmosql_instr.sql_statements, t WHERE i = 1',
      signal: controller.signal,
    });
    await expect(opening.catch((error: unknown) => wasInterrupted(error))).resolves.toBe(true);
    expect(fetched).toBeLessThan(10);
    vi.restoreAllMocks();
    expect(await records.rows('SELECT 1')).toStrictEqual([[1]]);
    expect(await records.inTransaction()).toBe(false);
  });

  it('says so when a result breaks off', async () => {
    await engines.client.execute(
      'CREATE VIEW v AS SELECT i FROM range(100) t(i); CREATE TABLE t AS SELECT i FROM range(3000000) t(i)',
    );
    const { raw } = engines.client;
    const stream = raw.stream.bind(raw);
    vi.spyOn(raw, 'stream').mockImplementation(async (sql) => {
      const result = await stream(
        sql.replace('"i"', "CASE WHEN i = 2900000 THEN error('broken') ELSE i END"),
      );
      return result;
    });
    await expect(answer(`SELECT max(i) FROM t, ${sessions}`)).rejects.toThrow(BrokenOff);
  });

  it('can be interrupted when it is open', async () => {
    await engines.client.execute('CREATE TABLE t AS SELECT i FROM range(1000000) t(i)');
    const sql = `SELECT count(*) FROM t a, t b, ${sessions} WHERE a.i + b.i = session_id % 2 + 7`;
    const workbench = await openWorkbench({ ...engines, sql });
    const { connection } = workbench;
    const running = connection.rows(sql).catch((error: unknown) => wasInterrupted(error));
    const timer = setInterval(() => {
      connection.interrupt();
    }, 20);
    await expect(running).resolves.toBe(true);
    clearInterval(timer);
    workbench.close();
  });

  it('is given up when the client’s connection is interrupted', async () => {
    const { client } = engines;
    await client.execute('CREATE TABLE t AS SELECT i FROM range(3000000) t(i)');
    const stream = client.raw.stream.bind(client.raw);
    const timers: NodeJS.Timeout[] = [];
    vi.spyOn(client.raw, 'stream').mockImplementation((...given) => {
      timers.push(
        setInterval(() => {
          client.interrupt();
        }, 1),
      );
      return stream(...given);
    });
    const opening = openWorkbench({ ...engines, sql: `SELECT max(i) FROM t, ${sessions}` });
    await expect(opening.catch((error: unknown) => isInterrupted(error))).resolves.toBe(true);
    timers.forEach(clearInterval);
  });
});
