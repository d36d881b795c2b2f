import { mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import type { Config } from './config.js';
import { openRolesServer } from './roles-fixture.js';
import { useWorkshop } from './server-fixture.js';
import type { RunningServer } from './server.js';

const workshop = useWorkshop();
let server: RunningServer;
let client: FlightSqlClient;

const statements: Config['statements'] = {
  captureQueryProfile: 'off',
  maxConcurrentStatements: 0,
  maxQueuedStatements: -1,
  maxQueueWaitSeconds: -1,
  bypassQueue: true,
};

async function serve(
  captureQueryProfile: Config['statements']['captureQueryProfile'] = 'off',
  changes: Partial<Config> = {},
): Promise<void> {
  server = await workshop.start({ statements: { ...statements, captureQueryProfile }, ...changes });
  client = await workshop.connect(server);
}

interface Profile {
  readonly query_name: string;
  readonly latency: number;
  readonly children: readonly { readonly operator_name: string }[];
}

/** The profiles of the finished executions of statements, in order; null where there is none. */
async function profiles(like: string, count = 1): Promise<(Profile | null)[]> {
  const reader = await workshop.connect(server);
  await reader.update("SET gizmosql.capture_query_profile = 'off'");
  const rows = async () =>
    (
      await reader.query(
        `SELECT query_profile::VARCHAR FROM _gizmosql_instr.execution_details
         WHERE sql_text LIKE '${like}' AND sql_text NOT LIKE '%query_profile%' AND status <> 'executing'
         ORDER BY execution_start_time`,
      )
    ).rows.flat();
  await expect.poll(async () => (await rows()).length, { timeout: 20_000 }).toBe(count);
  return (await rows()).map((text) =>
    text === null ? null : (JSON.parse(text as string) as Profile),
  );
}

const capture = (mode: string, of = client) =>
  of.update(`SET gizmosql.capture_query_profile = '${mode}'`);

/** The folders of profiles that this process has made, and their files. */
function files(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith('gizmosql-reference-profiles-'))
    .flatMap((name) => readdirSync(join(tmpdir(), name)));
}

describe('the profile of an execution', () => {
  beforeEach(() => serve());

  it('is only captured while the session wants it', async () => {
    await client.query('SELECT 1 AS marked');
    await capture('standard');
    await client.query('SELECT 2 AS marked');
    await capture('off');
    await client.query('SELECT 3 AS marked');
    const [first, second, third] = await profiles('%AS marked', 3);
    expect([first, third]).toEqual([null, null]);
    expect(second?.query_name).toBe('SELECT 2 AS marked');
    expect(second?.latency).toBeGreaterThan(0);
    expect(second?.children[0]?.operator_name).toBe('PROJECTION');
    expect(files()).toEqual([]);
  });

  it('also has the times of planning if it is detailed', async () => {
    await capture('standard');
    await client.query('SELECT 1 AS marked');
    await capture('detailed');
    await client.query('SELECT 2 AS marked');
    const [standard, detailed] = await profiles('%AS marked', 2);
    expect(Object.keys(standard ?? {})).not.toContain('planner');
    expect(Object.keys(detailed ?? {})).toContain('planner');
  });

  it('is that of its own query, whatever its kind and its door', async () => {
    await capture('standard');
    await client.update('CREATE TABLE marked AS SELECT 1 AS i');
    await client.update('INSERT INTO marked VALUES (2)');
    await client.query('UPDATE marked SET i = i + 1 RETURNING i');
    const prepared = await client.prepare('SELECT ?::INT AS x, * FROM marked');
    prepared.bind({ columns: [{ name: '1', type: 'INTEGER' }], rows: [[1], [2]] });
    await prepared.query();
    await client.query("SELECT repeat('x', 100), i FROM range(100000), marked");
    await client.query('SELECT 1; SELECT 9 FROM marked');
    const found = await profiles('%marked%', 7);
    expect(found.map((profile) => profile?.query_name)).toEqual([
      'CREATE TABLE marked AS SELECT 1 AS i',
      'INSERT INTO marked VALUES (2)',
      'UPDATE marked SET i = i + 1 RETURNING i',
      'SELECT ?::INT AS x, * FROM marked',
      'SELECT ?::INT AS x, * FROM marked',
      "SELECT repeat('x', 100), i FROM range(100000), marked",
      expect.stringMatching(/^ ?SELECT 9 FROM marked$/) as unknown,
    ]);
    expect(files()).toEqual([]);
  });

  it('is missing for what fails, is closed early, or has no plan', async () => {
    await capture('standard');
    await expect(client.query("SELECT error('no') AS marked")).rejects.toThrow('no');
    const running = await client.startQuery('SELECT i AS marked FROM range(100000000) t(i)');
    await running.letGoAfter(1);
    await client.query("SET VARIABLE marked = 'x'");
    await client.query('EXPLAIN ANALYZE SELECT 4 AS marked');
    expect(await profiles('%marked%', 4)).toEqual([null, null, null, null]);
    expect((await client.query('SELECT 5 AS after')).rows).toEqual([[5n]].map(() => [5]));
    expect((await profiles('%AS after'))[0]?.query_name).toBe('SELECT 5 AS after');
    expect(files()).toEqual([]);
  });

  it('does not disturb a transaction, nor is disturbed by one that fails', async () => {
    await capture('standard');
    await client.query('BEGIN');
    await client.query('CREATE TABLE t AS SELECT 1 AS marked');
    await expect(client.query("SELECT error('no')")).rejects.toThrow('no');
    await client.query('ROLLBACK');
    await client.query('SELECT 2 AS marked');
    const names = (await profiles('%AS marked', 2)).map((profile) => profile?.query_name);
    expect(names).toEqual(['CREATE TABLE t AS SELECT 1 AS marked', 'SELECT 2 AS marked']);
    expect(
      (await client.query("SELECT current_setting('enable_profiling')")).rows.flat(),
    ).not.toContain('query_tree');
  });

  it("leaves the client's own settings of profiles as they are", async () => {
    const own = join(workshop.folder, 'own.txt');
    await client.update(`SET profiling_output = '${own}'`);
    await client.update("SET enable_profiling = 'query_tree'");
    await client.update(`SET custom_profiling_settings = '{"CPU_TIME": "true"}'`);
    const settings = async () =>
      (
        await client.query(
          "SELECT name, value FROM duckdb_settings() WHERE name LIKE '%profil%' ORDER BY name",
        )
      ).rows;
    const before = await settings();
    await capture('detailed');
    await client.query('SELECT 1 AS marked');
    await capture('off');
    expect(await settings()).toEqual(before);
    expect((await profiles('%AS marked'))[0]?.latency).toBeGreaterThan(0);
  });

  it('of an admin who executes EXPLAIN ANALYZE keeps its form', async () => {
    const plain = (await client.query('EXPLAIN ANALYZE SELECT 1')).rows;
    await capture('standard');
    const profiled = (await client.query('EXPLAIN ANALYZE SELECT 1')).rows;
    const begin = (rows: typeof plain) => (rows[0]?.[1] as string).slice(0, 3);
    expect(begin(profiled)).toBe(begin(plain));
  });

  it.each([
    ['reads records', 'SELECT count(*) AS marked FROM _gizmosql_instr.sessions', 'sessions'],
    [
      'reads records after USE',
      'SELECT count(*) AS marked FROM _gizmosql_instr.session_stats WHERE ?::BOOLEAN',
      'sessions',
    ],
    [
      'joins records with a table',
      'SELECT count(*) AS marked FROM own, _gizmosql_instr.sessions',
      'own',
    ],
  ])('is there of a query that %s', async (_, sql, scanned) => {
    await client.update('CREATE TABLE own AS SELECT 1 AS i');
    await capture('standard');
    const prepared = await client.prepare(sql);
    if (sql.includes('?')) {
      prepared.bind({ columns: [{ name: '1', type: 'BOOLEAN' }], rows: [[true]] });
    }
    await prepared.query();
    await capture('off');
    await prepared.query();
    const [first, second] = await profiles('SELECT count(*) AS marked%', 2);
    expect(first?.query_name).toBe(sql);
    expect(JSON.stringify(first)).toContain(scanned);
    expect(second).toBeNull();
    expect(files()).toEqual([]);
  });

  it('is kept apart from those of other sessions', async () => {
    const others = await Promise.all(Array.from({ length: 3 }, () => workshop.connect(server)));
    await Promise.all(others.map((other) => capture('standard', other)));
    await Promise.all(
      others.flatMap((other, i) =>
        [0, 1, 2, 3, 4].map((j) => other.query(`SELECT ${10 * i + j} AS marked`)),
      ),
    );
    const names = (await profiles('%AS marked', 15)).map((profile) => profile?.query_name);
    expect(new Set(names).size).toBe(15);
    expect(names).not.toContain(undefined);
  });
});

it('has a default that an admin changes for all, and a session for itself', async () => {
  await serve('standard');
  const other = await workshop.connect(server);
  await client.query('SELECT 1 AS marked');
  await capture('off');
  await client.query('SELECT 2 AS marked');
  await other.update("SET GLOBAL gizmosql.capture_query_profile = 'off'");
  await other.query('SELECT 3 AS marked');
  await capture('detailed');
  await client.query('SELECT 4 AS marked');
  await expect(capture('loud')).rejects.toThrow('it must be off, standard, detailed');
  await client.query('SELECT 5 AS marked');
  const found = (await profiles('%AS marked', 5)).map((profile) => profile?.query_name ?? null);
  expect(found).toEqual([
    'SELECT 1 AS marked',
    null,
    null,
    'SELECT 4 AS marked',
    'SELECT 5 AS marked',
  ]);
});

it('is captured where SQL may use certain directories only', async () => {
  const allowed = join(workshop.folder, 'allowed');
  mkdirSync(allowed);
  await serve('standard', { allowedDirectories: [allowed] });
  await client.query('SELECT 1 AS marked');
  expect((await profiles('%AS marked'))[0]?.query_name).toBe('SELECT 1 AS marked');
  await client.query('SELECT count(*) AS number FROM _gizmosql_instr.instances');
  expect((await profiles('%AS number%'))[0]?.query_name).toContain('instances');
});

it.each(['user', 'readonly'] as const)('is captured for a %s', async (role) => {
  const roles = await openRolesServer();
  try {
    const [some, admin] = [await roles.as(role), await roles.as('admin')];
    await capture('standard', some);
    await some.query('SELECT 1 AS marked');
    const names = async () =>
      (
        await admin.query(
          "SELECT query_profile ->> 'query_name' FROM _gizmosql_instr.execution_details WHERE sql_text LIKE '%1 AS marked'",
        )
      ).rows;
    await expect.poll(names, { timeout: 20_000 }).toEqual([['SELECT 1 AS marked']]);
  } finally {
    await roles.close();
  }
});
