import { beforeEach, describe, expect, it } from 'vitest';
import type { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import type { Config } from './config.js';
import { parseRelease } from './release.js';
import { useWorkshop } from './server-fixture.js';
import type { RunningServer } from './server.js';

const workshop = useWorkshop();
let server: RunningServer;
let admin: FlightSqlClient;

const limits: Config['statements'] = {
  captureQueryProfile: 'off',
  maxConcurrentStatements: 1,
  maxQueuedStatements: -1,
  maxQueueWaitSeconds: -1,
  bypassQueue: true,
};

async function serve(changes: Partial<Config['statements']> = {}): Promise<void> {
  server = await workshop.start({ statements: { ...limits, ...changes } });
  admin = await workshop.connect(server);
}

beforeEach(() => serve());

/** A session whose statements wait in the queue. */
async function session(): Promise<FlightSqlClient> {
  const client = await workshop.connect(server);
  await client.update('SET gizmosql.bypass_queue = false');
  return client;
}

const endless = 'SELECT count(*) AS endless FROM range(1000000000000) t(i) WHERE i % 3 = 5';

/** A statement that executes until its session is killed. */
async function occupied(): Promise<FlightSqlClient> {
  const client = await session();
  void start(client, endless);
  await seen('%endless%', ['executing']);
  return client;
}

/** Starts a query; its outcome is its rows or its error. */
function start(client: FlightSqlClient, sql: string): Promise<unknown> {
  return settledOf(client.query(sql).then(({ rows }) => rows));
}

function settledOf(outcome: Promise<unknown>): Promise<unknown> {
  return outcome.catch((error: unknown) => error);
}

const details = async (columns: string, like: string) =>
  (
    await admin.query(
      `SELECT ${columns} FROM _gizmosql_instr.execution_details
       WHERE sql_text LIKE '${like}' AND sql_text NOT LIKE '%execution_details%'
       ORDER BY coalesce(enqueue_time, execution_start_time)`,
    )
  ).rows;

const states = async (like: string) => (await details('status', like)).flat();

/** Waits until the statements have these states. */
async function seen(like: string, expected: readonly string[]): Promise<void> {
  await expect.poll(() => states(like), { timeout: 20_000 }).toEqual(expected);
}

async function killOf(like: string): Promise<void> {
  const [[id] = []] = await details('session_id', like);
  await admin.query(`KILL SESSION '${id as string}'`);
}

describe('a statement that finds no free slot', () => {
  it('waits, is seen to, and is executed when one is free', async () => {
    await occupied();
    const client = await session();
    const outcome = start(client, 'SELECT 1 AS later');
    await seen('%AS later', ['queued']);
    const facts = 'execution_start_time IS NULL, enqueue_time IS NULL, queue_wait_ms >= 0';
    expect(await details(facts, '%AS later')).toEqual([[true, false, true]]);
    await killOf('%endless%');
    expect(await outcome).toEqual([[1]]);
    await seen('%AS later', ['success']);
    const times =
      'enqueue_time <= execution_start_time, queue_wait_ms = epoch_ms(execution_start_time) - epoch_ms(enqueue_time), duration_ms < queue_wait_ms';
    expect(await details(times, '%AS later')).toEqual([[true, true, true]]);
    expect(await details('enqueue_time, queue_wait_ms', '%endless%')).toEqual([[null, null]]);
  });

  it('is executed in its turn, by whatever door it came', async () => {
    await occupied();
    const [one, two, three, four] = [
      ...[await session(), await session(), await session(), await session()],
    ] as const;
    const prepared = await three.prepare('SELECT 3 AS turn');
    const doors = [
      () => one.query('SELECT 1 AS turn'),
      () => two.update('CREATE TABLE turn AS SELECT 2 AS turn'),
      () => prepared.query(),
      () => four.query('CREATE TEMP TABLE four(i INT); SELECT 4 AS turn'),
    ];
    const outcomes: Promise<unknown>[] = [];
    for (const [i, door] of doors.entries()) {
      outcomes.push(settledOf(door()));
      await seen('%AS turn', Array<string>(i + 1).fill('queued'));
    }
    await killOf('%endless%');
    await Promise.all(outcomes);
    await seen('%AS turn', Array<string>(4).fill('success'));
    const starts = (await details('epoch_us(execution_start_time)::BIGINT', '%AS turn')).flat();
    expect(starts).toEqual([...starts].sort((a, b) => Number(a) - Number(b)));
  });

  it.each(['killed', 'cancelled', 'left'])('is %s: ends at once, as cancelled', async (how) => {
    await occupied();
    const client = await session();
    const running = await client.startQuery('SELECT 1 AS waits');
    const outcome = settledOf(running.readToEnd());
    await seen('%AS waits', ['queued']);
    if (how === 'killed') {
      await killOf('%AS waits');
      expect(String(await outcome)).toContain('Your session has been killed');
    } else if (how === 'cancelled') {
      expect(await client.cancelQuery(running.info)).toBe('CANCELLED');
      expect(String(await outcome)).toContain('Query was cancelled');
    } else {
      running.cancel();
    }
    await seen('%AS waits', ['cancelled']);
    const facts = 'execution_end_time = execution_start_time, duration_ms, rows_fetched';
    expect(await details(facts, '%AS waits')).toEqual([[true, 0n, 0n]]);
    expect(await states('%endless%')).toEqual(['executing']);
    await killOf('%endless%');
    expect((await (await session()).query('SELECT 5')).rows).toEqual([[5]]);
  });

  it('leaves its session free for metadata and settings', async () => {
    await occupied();
    const client = await session();
    const outcome = start(client, 'SELECT 1 AS waits');
    await seen('%AS waits', ['queued']);
    const tables = await client.metadata('tables', {});
    expect(tables.columns).toContain('table_name');
    await client.update('SET gizmosql.query_timeout = 5');
    expect(await states('%AS waits')).toEqual(['queued']);
    await killOf('%endless%');
    await outcome;
  });
});

it('is not executed for a client that has given up, although it would have an effect', async () => {
  await admin.update('SET gizmosql.bypass_queue = true');
  await admin.update('SET GLOBAL gizmosql.max_concurrent_statements = 1');
  await occupied();
  const hasty = await workshop.connect(server, { timeoutMs: 3_000 });
  await hasty.update('SET gizmosql.bypass_queue = false');
  const outcome = start(hasty, 'CREATE TABLE made AS SELECT 1 AS waits');
  await seen('%AS waits', ['queued']);
  expect(await outcome).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  await seen('%AS waits', ['cancelled']);
  await killOf('%endless%');
  await expect(admin.query('FROM made')).rejects.toThrow('made does not exist');
});

it('refuses a statement when too many wait, or for too long', async () => {
  await admin.update('SET GLOBAL gizmosql.max_queued_statements = 1');
  await occupied();
  const [waits, late] = [await session(), await session()];
  await waits.update('SET gizmosql.max_queue_wait = 2');
  const outcome = start(waits, 'SELECT 1 AS waits');
  await seen('%AS waits', ['queued']);
  await expect(late.query('SELECT 1 AS late')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('The statement queue is full: 1 statements wait') as unknown,
  });
  expect(await outcome).toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('has waited for 2 seconds') as unknown,
  });
  await seen('%AS waits', ['error']);
  expect(await details('status, enqueue_time', '%AS late')).toEqual([['error', null]]);
  await killOf('%endless%');
});

it('lets statements wait no longer when an admin allows more', async () => {
  await occupied();
  const outcome = start(await session(), 'SELECT 1 AS waits');
  await seen('%AS waits', ['queued']);
  await expect(
    (await session()).query('SET gizmosql.max_concurrent_statements = 2'),
  ).rejects.toThrow('write SET GLOBAL');
  await admin.update('SET GLOBAL gizmosql.max_concurrent_statements = 2');
  expect(await outcome).toEqual([[1]]);
  await killOf('%endless%');
});

it('lets nobody pass if its admins do not by default', async () => {
  await server.stop('for other settings');
  await serve({ bypassQueue: false });
  await admin.update('SET gizmosql.bypass_queue = true');
  await occupied();
  const client = await workshop.connect(server);
  const outcome = start(client, 'SELECT 1 AS waits');
  await seen('%AS waits', ['queued']);
  await killOf('%endless%');
  expect(await outcome).toEqual([[1]]);
});

it('is not held by a client that reads slowly, or never', async () => {
  const slow = await session();
  const running = await slow.startQuery('SELECT i, repeat(i::VARCHAR, 50) FROM range(100000) t(i)');
  await running.nextBatch();
  expect((await (await session()).query('SELECT 5')).rows).toEqual([[5]]);
  expect((await slow.query('SELECT 6')).rows).toEqual([[6]]);
  await running.readToEnd();
});

it('of a session that ends is given to the next one', async () => {
  const first = await occupied();
  const outcome = start(await session(), 'SELECT 1 AS waits');
  await seen('%AS waits', ['queued']);
  await first.closeSession();
  expect(await outcome).toEqual([[1]]);
});

it('is no part of a release before 1.27', async () => {
  const release = parseRelease('1.26.3') ?? expect.fail('no release');
  const older = await workshop.connect(
    await workshop.start({ release, databaseFilename: null, instrumentation: off }),
  );
  await expect(older.query('SET gizmosql.bypass_queue = false')).rejects.toThrow(
    'There is no setting gizmosql.bypass_queue',
  );
});

const off = { enabled: false, databasePath: null, catalog: null, schema: 'main' };
