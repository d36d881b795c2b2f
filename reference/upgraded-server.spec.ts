import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Database } from './engine/database.js';
import { revisions } from './instrumentation/revisions/all.js';
import { parseRelease } from './release.js';
import { useWorkshop } from './server-fixture.js';

// One file of records, used by servers of all revisions one after the other.

const workshop = useWorkshop();

const release = (version: string) =>
  parseRelease(version) ?? expect.fail(`${version} is no release`);

/** The engines of the server have another time zone, which must not matter. */
const initSql = [{ source: '--init-sql-commands', sql: "SET TimeZone = 'America/New_York'" }];

/** Leaves rows as a server does that crashes. */
async function crash(minutes: number): Promise<void> {
  const path = join(workshop.folder, 'gizmosql_instrumentation.db');
  const database = await Database.open({ path, readonly: false });
  const connection = await database.connect();
  const ago = `make_timestamptz(epoch_us(now()) - ${minutes} * 60000000)`;
  const [[type] = []] = await connection.rows(
    "SELECT data_type FROM duckdb_columns() WHERE table_name = 'sessions' AND column_name = 'start_time'",
  );
  const then = type === 'TIMESTAMP' ? `timezone('UTC', ${ago})` : ago;
  await connection.execute(`
    INSERT INTO instances (instance_id, start_time, status) VALUES (uuid(), ${then}, 'running');
    INSERT INTO sessions (session_id, start_time, status) VALUES (uuid(), ${then}, 'active');
    INSERT INTO sql_executions (execution_id, execution_start_time, status, rows_fetched)
      VALUES (uuid(), ${then}, 'executing', 0)`);
  connection.close();
  database.close();
}

it('keeps all records and their times, and recovers what a crash left open', async () => {
  const before = BigInt(Date.now()) * 1000n;
  for (const { since } of revisions) {
    const server = await workshop.start({ initSql, release: release(since) });
    const client = await workshop.connect(server);
    await client.query(`SELECT '${since}'`);
    await server.stop('graceful');
    await crash(5);
  }
  const server = await workshop.start({ initSql });
  const client = await workshop.connect(server);
  await client.query("SET TimeZone = 'Asia/Kolkata'");
  const { rows } = await client.query(`
    SELECT any_value(gizmosql_version), count(DISTINCT session_id)::INTEGER, count(execution_id)::INTEGER,
           bool_and(epoch_us(i.start_time) BETWEEN ${before} AND epoch_us(now())
             AND i.start_time <= s.start_time AND s.start_time <= created_time
             AND created_time <= execution_end_time AND execution_end_time <= s.stop_time
             AND s.stop_time <= i.stop_time AND i.stop_time <= now())
    FROM _gizmosql_instr.instances i JOIN _gizmosql_instr.sessions s USING (instance_id)
    JOIN _gizmosql_instr.sql_statements USING (session_id)
    JOIN _gizmosql_instr.sql_executions e USING (statement_id)
    WHERE sql_text LIKE 'SELECT ''%' AND e.status = 'success' GROUP BY instance_id ORDER BY min(i.start_time)`);
  expect(rows).toEqual(revisions.map(({ since }) => [release(since).name, 1, 1, true]));
  const minutes = (end: string, start: string) =>
    `bool_and(epoch(${end}) - epoch(${start}) BETWEEN 300 AND 900)`;
  const recovered = await client.query(`
    SELECT count(*)::INTEGER, ${minutes('stop_time', 'start_time')}, any_value(status), any_value(stop_reason)
    FROM _gizmosql_instr.sessions WHERE instance_id IS NULL
    UNION ALL SELECT count(*)::INTEGER, ${minutes('stop_time', 'start_time')}, any_value(status), any_value(stop_reason)
    FROM _gizmosql_instr.instances WHERE hostname IS NULL
    UNION ALL SELECT count(*)::INTEGER, ${minutes('execution_end_time', 'execution_start_time')},
      any_value(status), any_value(error_message)
    FROM _gizmosql_instr.sql_executions WHERE statement_id IS NULL AND duration_ms BETWEEN 300000 AND 900000`);
  expect(recovered.rows).toEqual([
    [8, true, 'closed', 'unclean_shutdown'],
    [8, true, 'stopped', 'unclean_shutdown'],
    [8, true, 'error', 'Server shutdown unexpectedly'],
  ]);
}, 60_000);

it('shows a session as old as it is, whatever the time zone of its reader', async () => {
  const client = await workshop.connect(await workshop.start({ initSql }));
  const age = `SELECT session_duration_seconds BETWEEN 0 AND 600, typeof(start_time),
    start_time > now() - INTERVAL 10 MINUTE AND start_time <= now() FROM _gizmosql_instr.active_sessions`;
  for (const zone of ['UTC', 'Pacific/Auckland', 'America/Los_Angeles']) {
    await client.query(`SET TimeZone = '${zone}'`);
    await expect
      .poll(async () => (await client.query(age)).rows, { timeout: 30_000 })
      .toEqual([[true, 'TIMESTAMP WITH TIME ZONE', true]]);
  }
});
