import { beforeEach, describe, expect, it } from 'vitest';
import type { FlightSqlClient } from '../../steps/client/flight-sql-client.js';
import type { RunningServer } from '../server.js';
import { login, useWorkshop } from '../server-fixture.js';
import { typedRows } from '../../steps/scenario/parameters-table.js';

const workshop = useWorkshop();
let server: RunningServer;
let client: FlightSqlClient;
let id: string;

beforeEach(async () => {
  server = await workshop.start();
  client = await workshop.connect(server);
  id = (await client.query('SELECT GIZMOSQL_CURRENT_SESSION()')).rows[0]?.[0] as string;
  await within(async () => {
    const { rows } = await client.query(`FROM _gizmosql_instr.sessions WHERE session_id = '${id}'`);
    expect(rows).toHaveLength(1);
  });
});

/** Tries until it holds: records are written a moment later. */
async function within(check: () => Promise<void>): Promise<void> {
  await expect.poll(() => check().then(() => 'holds', String), { timeout: 20_000 }).toBe('holds');
}

async function all(...statements: string[]): Promise<void> {
  for (const sql of statements) {
    await client.query(sql);
  }
}

const mine = () => `session_id = '${id}'`;
const own = () => [[login.username]];

async function rowsOf(sql: string): Promise<unknown[][]> {
  return [
    ...(await client.query(sql.replaceAll('MINE', mine()).replaceAll("'ID'", `'${id}'`))).rows,
  ].map((row) => [...row]);
}

describe('an admin reads records', () => {
  it.each([
    ['by a query of them alone', [], 'SELECT username FROM _gizmosql_instr.sessions WHERE MINE'],
    ['by a view of theirs', [], 'SELECT username FROM _gizmosql_instr.active_sessions WHERE MINE'],
    ['after USE', ['USE _gizmosql_instr'], 'SELECT username FROM sessions WHERE MINE'],
    [
      'by a search path of several',
      ["SET search_path = 'main,_gizmosql_instr.main'"],
      'SELECT username FROM sessions WHERE MINE',
    ],
    [
      'joined with a table',
      ['CREATE TABLE t AS SELECT 1 AS a'],
      'SELECT username FROM _gizmosql_instr.sessions, t WHERE MINE AND a = 1',
    ],
    [
      'joined with an uncommitted table',
      ['BEGIN', 'CREATE TEMP TABLE t AS SELECT 1 AS a', 'INSERT INTO t VALUES (2)'],
      'SELECT username FROM _gizmosql_instr.sessions, t WHERE MINE AND a = 2',
    ],
    [
      'by a view',
      ['CREATE VIEW v AS SELECT username, session_id FROM _gizmosql_instr.sessions'],
      'SELECT username FROM v WHERE MINE',
    ],
    [
      'by a macro',
      ['CREATE MACRO m(x) AS TABLE FROM _gizmosql_instr.sessions WHERE session_id = x::UUID'],
      "SELECT username FROM m('ID')",
    ],
    [
      'with a variable',
      ["SET VARIABLE status = 'active'"],
      "SELECT username FROM _gizmosql_instr.sessions WHERE MINE AND status = getvariable('status')",
    ],
    [
      'by PREPARE and EXECUTE',
      ['PREPARE p AS SELECT username FROM _gizmosql_instr.sessions WHERE session_id = $1::UUID'],
      "EXECUTE p('ID')",
    ],
    [
      'by query_table',
      [],
      "SELECT username FROM query_table('_gizmosql_instr.sessions') WHERE MINE",
    ],
    [
      'as JSON',
      [],
      "SELECT username FROM json_execute_serialized_sql(json_serialize_sql('FROM _gizmosql_instr.sessions')) WHERE MINE",
    ],
    [
      'by a collation of the session',
      ['SET default_collation = nocase'],
      "SELECT DISTINCT username FROM _gizmosql_instr.sessions WHERE username = 'ALICE'",
    ],
    [
      'by a view that puts the name together',
      ["CREATE VIEW v AS FROM query('FROM _gizmo' || 'sql_instr.sessions')"],
      'SELECT username FROM v WHERE MINE',
    ],
    [
      "with a macro of a function's name",
      ['CREATE MACRO upper(x) AS lower(x)'],
      'SELECT upper(username) FROM _gizmosql_instr.sessions WHERE MINE',
    ],
    [
      'by text that varies',
      [],
      "SELECT username FROM query(CASE WHEN random() < 2 THEN 'FROM _gizmosql_instr.sessions' END) WHERE MINE",
    ],
    [
      'in a transaction of its own',
      ['BEGIN', 'CREATE TABLE t AS SELECT 1 AS a'],
      'SELECT username FROM _gizmosql_instr.sessions WHERE MINE',
    ],
    [
      'copied to a table',
      ['CREATE TABLE t AS FROM _gizmosql_instr.sessions'],
      'SELECT username FROM t WHERE MINE',
    ],
    [
      'inserted into a table',
      [
        'CREATE TABLE t (username VARCHAR)',
        'BEGIN',
        'INSERT INTO t SELECT s.username FROM _gizmosql_instr.main.sessions s WHERE s.MINE',
        'COMMIT',
      ],
      'FROM t',
    ],
    [
      'put into a variable',
      ['SET VARIABLE x = (SELECT username FROM _gizmosql_instr.sessions WHERE MINE)'],
      "SELECT getvariable('x')",
    ],
    [
      'updated from',
      [
        'CREATE TABLE t (username VARCHAR)',
        "INSERT INTO t VALUES ('nobody')",
        'UPDATE t SET username = (SELECT username FROM _gizmosql_instr.sessions WHERE MINE)',
      ],
      'FROM t',
    ],
  ])('%s', async (_, before, sql) => {
    await all(...before.map((each) => each.replaceAll('MINE', mine())));
    expect(await rowsOf(sql)).toEqual(own());
  });

  it('in its time zone', async () => {
    await client.query("SET TimeZone = 'Pacific/Auckland'");
    const { rows } = await client.query(
      "SELECT strftime(min(start_time)::TIMESTAMPTZ, '%Z') FROM _gizmosql_instr.sessions",
    );
    expect(rows).toEqual([['Pacific/Auckland']]);
  });

  it('with parameters, each time as they are then', async () => {
    const prepared = await client.prepare(
      'SELECT username FROM _gizmosql_instr.sessions WHERE session_id = ?::UUID',
    );
    for (const [value, rows] of [
      [id, own()],
      [crypto.randomUUID(), []],
    ] as const) {
      prepared.bind(typedRows([['VARCHAR'], [`'${value}'`]]));
      expect((await prepared.query()).rows).toEqual(rows);
    }
    await prepared.close();
  });

  it('by a PIVOT whose columns are what is found', async () => {
    const { columns } = await client.query(
      'PIVOT _gizmosql_instr.sql_executions ON status USING count(*)',
    );
    expect(columns).toContain('success');
  });

  it('and copied to a file', async () => {
    const file = `${workshop.folder}/out.csv`;
    await client.query(
      `COPY (SELECT username FROM _gizmosql_instr.sessions WHERE ${mine()}) TO '${file}'`,
    );
    expect((await client.query(`SELECT username FROM '${file}'`)).rows).toEqual(own());
  });

  it('and leaves no copies behind', async () => {
    await all(
      'CREATE TABLE t AS FROM _gizmosql_instr.sessions',
      'SELECT count(*) FROM _gizmosql_instr.sessions, t',
    );
    const { rows } = await client.query(
      "SELECT table_name FROM duckdb_tables() WHERE database_name = 'temp'",
    );
    expect(rows).toEqual([]);
    expect(
      (await client.query('SELECT count(*) FROM duckdb_databases() WHERE NOT internal')).rows,
    ).toEqual([[2n]]);
  });
});

it('what cannot be had is refused, never answered as if there were no records', async () => {
  await client.query('CREATE VIEW v AS FROM _gizmosql_instr.sessions');
  await all(
    'CREATE TABLE kept (username VARCHAR)',
    'PREPARE into_table AS INSERT INTO kept SELECT username FROM _gizmosql_instr.sessions',
  );
  await all('PREPARE of_any AS FROM query_table($1)');
  for (const sql of [
    'CREATE TABLE t AS FROM v',
    'EXECUTE into_table',
    "EXECUTE of_any('_gizmosql_instr.sessions')",
    'EXPLAIN ANALYZE INSERT INTO kept SELECT username FROM _gizmosql_instr.sessions',
  ]) {
    await expect(client.query(sql)).rejects.toThrow('cannot be read by such');
  }
  expect((await client.query('FROM kept')).rows).toEqual([]);
  const prepared = await client.prepare('FROM query_table(?)');
  prepared.bind(typedRows([['VARCHAR'], ["'_gizmosql_instr.sessions'"]]));
  await expect(prepared.query()).rejects.toThrow('cannot be read by such');
  prepared.bind(typedRows([['VARCHAR'], ["'kept'"]]));
  expect((await prepared.query()).rows).toEqual([]);
  const plan = await client.query(
    'EXPLAIN INSERT INTO kept SELECT username FROM _gizmosql_instr.sessions',
  );
  expect(plan.rows.length).toBeGreaterThan(0);
  await expect(
    client.query(`EXPORT DATABASE _gizmosql_instr TO '${workshop.folder}/out'`),
  ).rejects.toThrow('cannot be copied as a whole');
});

it.each([
  ['of them alone', []],
  ['joined with a table', ['CREATE TABLE t AS SELECT 1 AS a']],
])('a query of records, %s, is cancelled like any other', async (_, before) => {
  await all(...before);
  const more = before.length > 0 ? ', t' : '';
  const slow = `SELECT count(*) FROM _gizmosql_instr.sessions, range(100000000) b (x), range(1000) c (y)${more} WHERE hash(x, y) = 7`;
  const query = await client.startQuery(slow);
  const ended = query.nextBatch().then(
    () => 'a batch',
    () => 'ended',
  );
  await expect.poll(() => client.cancelQuery(query.info)).toBe('CANCELLED');
  expect(await ended).toBe('ended');
  expect((await client.query('SELECT 1')).rows).toEqual([[1]]);
});

describe("the clients' engine", () => {
  it('has the tables and views, of the right types, and no rows', async () => {
    const { rows } = await client.query(
      "SELECT table_name, table_type FROM information_schema.tables WHERE table_catalog = '_gizmosql_instr' ORDER BY 1",
    );
    expect(rows).toEqual([
      ['active_sessions', 'VIEW'],
      ['execution_details', 'VIEW'],
      ['instances', 'BASE TABLE'],
      ['session_activity', 'VIEW'],
      ['session_stats', 'VIEW'],
      ['sessions', 'BASE TABLE'],
      ['sql_executions', 'BASE TABLE'],
      ['sql_statements', 'BASE TABLE'],
    ]);
    const [[path, readonly] = []] = (
      await client.query(
        "SELECT path, readonly FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'",
      )
    ).rows;
    expect(readonly).toBe(true);
    const { rows: files } = await client.query(`FROM read_blob('${path as string}')`);
    expect(files).toEqual([]);
  });

  it('cannot attach the file of the records, in whatever spelling', async () => {
    const { folder } = workshop;
    for (const path of [
      `${folder}/gizmosql_instrumentation.db`,
      `${folder}/./gizmosql_instrumentation.db`,
    ]) {
      await expect(client.query(`ATTACH '${path}' AS again`)).rejects.toThrow();
    }
  });
});

it('SQL that is run past the plan reads records, however it is put together', async () => {
  const text = `FROM _gizmosql_instr.sessions WHERE ${mine()}`.replaceAll("'", "''");
  const count = 'SELECT count(*)::INTEGER FROM';
  await all(
    `SET VARIABLE j = json_serialize_sql('${text}')`,
    'CREATE MACRO run_json(a) AS TABLE FROM json_execute_serialized_sql(a)',
    `PREPARE by_name AS ${count} query_table($1)`,
    'CREATE TABLE mine_too AS SELECT 1 AS a',
  );
  for (const sql of [
    `${count} json_execute_serialized_sql(json_serialize_sql('${text.replace('gizmo', "giz' || 'mo")}'))`,
    `${count} json_execute_serialized_sql(getvariable('j'))`,
    `${count} run_json(getvariable('j'))`,
    "EXECUTE by_name('mine_too')",
  ]) {
    expect([sql, (await client.query(sql)).rows.map(([n]) => Number(n))]).toEqual([sql, [1]]);
  }
  await expect(client.query("EXECUTE by_name('_giz' || 'mosql_instr.sessions')")).rejects.toThrow(
    'cannot be read by such',
  );
});

describe('a view of the records that another session makes is known when it is there', () => {
  const view = 'CREATE VIEW theirs AS SELECT username FROM _gizmosql_instr.sessions WHERE MINE';
  const make = (sql: string) => sql.replace('MINE', mine());

  it.each([
    ['after its transaction', ['BEGIN', view], ['/* of a tool */ COMMIT']],
    ['after a transaction in one text', [], [`BEGIN; ${view}; COMMIT`]],
    [
      'when it is a macro',
      ['BEGIN', view.replace('VIEW theirs', 'MACRO theirs() ').replace('AS', 'AS TABLE')],
      ['COMMIT'],
    ],
  ])('%s', async (name, first, then) => {
    const other = await workshop.connect(server);
    await all(...first.map(make));
    // What it finds out now must not be held to hold later.
    await other.query('FROM range(1)');
    await all(...then.map(make));
    const sql = `FROM theirs${name.endsWith('macro') ? '()' : ''}`;
    expect((await other.query(sql)).rows).toEqual(own());
    other.close();
  });

  it('when it was prepared long before', async () => {
    const other = await workshop.connect(server);
    const prepared = await client.prepare(make(view));
    await other.query('FROM range(1)');
    await prepared.update();
    expect((await other.query('FROM theirs')).rows).toEqual(own());
    other.close();
  });

  it('when the engine does not keep its text, which is then said', async () => {
    const other = await workshop.connect(server);
    await other.query('FROM range(1)');
    await all(make(`EXPLAIN ANALYZE ${view}`));
    await expect(other.query('FROM theirs')).rejects.toThrow('theirs does not exist');
    other.close();
  });
});
