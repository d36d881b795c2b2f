import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import { parseRelease } from './release.js';
import { useWorkshop } from './server-fixture.js';

const workshop = useWorkshop();
let client: FlightSqlClient;
let reader: FlightSqlClient;

beforeEach(async () => {
  const server = await workshop.start();
  client = await workshop.connect(server);
  reader = await workshop.connect(server);
});

/** Values of the executions of a statement, in order; once `until` holds for them. */
async function recorded(
  like: string,
  columns: string,
  until = 'status <> $$executing$$',
): Promise<readonly (readonly unknown[])[]> {
  const where = `sql_text LIKE '${like}' AND sql_text NOT LIKE '%execution_details%'`;
  const sql = (list: string) =>
    `SELECT ${list} FROM _gizmosql_instr.execution_details WHERE ${where} ORDER BY execution_start_time`;
  const done = async () => (await reader.query(sql(`coalesce(${until}, false)`))).rows.flat();
  await expect
    .poll(async () => ((await done()).length > 0 ? (await done()).every(Boolean) : false), {
      timeout: 20_000,
    })
    .toBe(true);
  return (await reader.query(sql(columns))).rows;
}

/** What holds for every finished execution. */
const consistent = `(
  execution_end_time = execution_start_time + to_milliseconds(duration_ms)
  AND fetch_end_time = execution_start_time + to_milliseconds(total_duration_ms)
  AND execution_end_time <= fetch_end_time
  AND coalesce(fetch_start_time BETWEEN execution_start_time AND fetch_end_time, true)
  AND coalesce(cursor_close_time >= fetch_end_time, true))`;

const wide = "SELECT i, repeat('x', 1000) AS wide FROM range(100000) t(i)";

describe('the timeline of an execution', () => {
  it('of a direct query ends with its stream', async () => {
    await client.query('SELECT 1 AS direct');
    const columns = `${consistent}, fetch_start_time IS NULL, cursor_close_time IS NULL`;
    expect(await recorded('%AS direct', columns)).toEqual([[true, false, false]]);
  });

  it.each([
    ['an update', 'CREATE TEMP TABLE nothing(i INT)', true],
    ['a query without rows', 'SELECT 1 AS nothing LIMIT 0', true],
    ['an error', "SELECT error('x') AS nothing", true],
    ['a query with rows', 'SELECT 1 AS nothing', false],
  ])('of %s has a fetch only if rows are sent', async (_, sql, isNull) => {
    await client.query(sql).catch(() => undefined);
    const columns = `${consistent}, fetch_start_time IS NULL, cursor_close_time IS NULL`;
    expect(await recorded('%nothing%', columns)).toEqual([[true, isNull, false]]);
  });

  it('shows a slow reader in total_duration_ms only, and the end of the engine while it reads', async () => {
    const running = await client.startQuery(wide);
    await running.nextBatch();
    const reading = 'execution_end_time IS NOT NULL';
    const columns = 'status, duration_ms, fetch_end_time, total_duration_ms, cursor_close_time';
    const [row = []] = await recorded('%AS wide%', columns, reading);
    expect([row[0], ...row.slice(2)]).toEqual(['executing', null, null, null]);
    const [[before] = []] = await recorded('%AS wide%', 'execution_end_time', reading);
    await setTimeout(500);
    await running.readToEnd();
    const after = await recorded(
      '%AS wide%',
      `status, duration_ms = ${String(row[1])}, total_duration_ms > duration_ms + 400, execution_end_time, ${consistent}`,
    );
    expect(after).toEqual([['success', true, true, before, true]]);
  });

  it('shows a slow reader of a result of some 22 MB, which Node.js would buffer', async () => {
    const running = await client.startQuery(
      "SELECT range, repeat('x', 100) AS fewer FROM range(200000)",
    );
    await running.nextBatch();
    await setTimeout(1_000);
    await running.readToEnd();
    expect(
      await recorded(
        '%AS fewer%',
        'status, total_duration_ms >= 1000, duration_ms < total_duration_ms',
      ),
    ).toEqual([['success', true, true]]);
  });

  it('has a cursor that a prepared statement holds, until it is executed again or closed', async () => {
    const prepared = await client.prepare('SELECT 1 AS held');
    await prepared.query();
    const columns = `cursor_close_time IS NULL, ${consistent}`;
    expect(await recorded('%AS held', columns)).toEqual([[true, true]]);
    await prepared.query();
    const two =
      'status = $$success$$ AND (SELECT count(*) FROM _gizmosql_instr.sql_executions) > 1';
    await expect
      .poll(() => recorded('%AS held', columns, two), { timeout: 20_000 })
      .toEqual([
        [false, true],
        [true, true],
      ]);
    await setTimeout(300);
    await prepared.close();
    const late = `cursor_close_time - fetch_end_time >= INTERVAL '300 ms', duration_ms < 300, total_duration_ms < 300, ${consistent}`;
    const rows = await recorded('%AS held', late, 'cursor_close_time IS NOT NULL');
    expect(rows[1]).toEqual([true, true, true, true]);
  });

  it.each(['closed', 'killed'])('has a cursor that ends with its session: %s', async (how) => {
    const prepared = await client.prepare('SELECT 1 AS held');
    await prepared.query();
    await recorded('%AS held', '1');
    if (how === 'closed') {
      await client.closeSession();
    } else {
      const [[id] = []] = await recorded('%AS held', 'session_id');
      await reader.query(`KILL SESSION '${String(id)}'`);
    }
    const columns = `${consistent}, cursor_close_time <= (SELECT stop_time FROM _gizmosql_instr.sessions s WHERE s.session_id = execution_details.session_id)`;
    expect(await recorded('%AS held', columns, 'cursor_close_time IS NOT NULL')).toEqual([
      [true, true],
    ]);
  });

  it('is one for each row of parameters', async () => {
    const prepared = await client.prepare('SELECT ?::INT AS many');
    prepared.bind({ columns: [{ name: '1', type: 'INTEGER' }], rows: [[1], [2], [3]] });
    await prepared.query();
    await prepared.close();
    const rows = await recorded('%AS many', consistent, 'cursor_close_time IS NOT NULL');
    expect(rows).toEqual([[true], [true], [true]]);
  });

  it('ends a query that is closed early with the last batch that its client took', async () => {
    const running = await client.startQuery(wide);
    await running.nextBatch();
    running.cancel();
    const columns = `status, fetch_start_time IS NULL, cursor_close_time IS NULL, ${consistent}`;
    expect(await recorded('%AS wide%', columns)).toEqual([['cancelled', false, false, true]]);
  });
});

it('of a release before 1.34 lasts until the last row is delivered', async () => {
  const release = parseRelease('1.33') ?? expect.fail('no release');
  const older = await workshop.start({
    release,
    databaseFilename: null,
    instrumentation: { ...instrumentation, databasePath: `${workshop.folder}/older.db` },
  });
  [client, reader] = [await workshop.connect(older), await workshop.connect(older)];
  const running = await client.startQuery(wide);
  await running.nextBatch();
  await setTimeout(500);
  await running.readToEnd();
  const columns =
    'duration_ms >= 400, abs(epoch_us(execution_end_time) - epoch_us(execution_start_time) - 1000 * duration_ms) < 1000';
  expect(await recorded('%AS wide%', columns)).toEqual([[true, true]]);
});

const instrumentation = { enabled: true, catalog: null, schema: 'main' };
