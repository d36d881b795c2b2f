import { expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { findExtensions, loadExtensions } from '../fixtures/surroundings/extensions.js';
import { parseRelease } from './release.js';
import { revisions } from './instrumentation/revisions/all.js';
import { useWorkshop } from './server-fixture.js';

// What releases and --readonly mean for records in a DuckLake.

const extensions = findExtensions(['ducklake']);
const workshop = useWorkshop();

const release = (version: string) =>
  parseRelease(version) ?? expect.fail(`${version} is no release`);

const instrumentation = { enabled: true, databasePath: null, catalog: 'lake', schema: 'audit' };

/** The settings of a server whose records are in a DuckLake; skips the test where there is none. */
function inLake(context: TestContext, options = ', READ_WRITE', more = '') {
  if (!extensions.available) {
    expect(process.env['CI'], `not to be left out in CI: ${extensions.reason}`).toBeUndefined();
    return context.skip(extensions.reason);
  }
  const path = `${workshop.folder}/lake`;
  const sql = `${loadExtensions(extensions.folder, ['ducklake'])} ${more}
    ATTACH 'ducklake:${path}.db' AS lake (DATA_PATH '${path}/'${options})`;
  return { instrumentation, initSql: [{ source: '--init-sql-commands', sql }] };
}

it('are brought up to date by each release, and lose nothing', async (context) => {
  const settings = inLake(context, '', "SET TimeZone = 'America/New_York';");
  const ids: string[] = [];
  const before = BigInt(Date.now()) * 1000n;
  for (const { since } of revisions) {
    const server = await workshop.start({ ...settings, release: release(since) });
    const client = await workshop.connect(server);
    await client.query(`SELECT '${since}'`);
    await server.stop('graceful');
    ids.push(server.instanceId);
  }
  const server = await workshop.start(settings);
  const client = await workshop.connect(server);
  await client.query("SET TimeZone = 'Asia/Kolkata'");
  const { rows } = await client.query(`
    SELECT instance_id::VARCHAR, any_value(gizmosql_version), count(DISTINCT session_id), count(execution_id),
           bool_and(epoch_us(i.start_time) BETWEEN ${before} AND epoch_us(now())
             AND i.start_time <= s.start_time AND s.start_time <= created_time
             AND created_time <= execution_end_time AND execution_end_time <= s.stop_time
             AND s.stop_time <= i.stop_time AND i.stop_time <= now())
    FROM lake.audit.instances i JOIN lake.audit.sessions s USING (instance_id)
    JOIN lake.audit.sql_statements st USING (session_id)
    LEFT JOIN lake.audit.sql_executions USING (statement_id)
    WHERE i.status = 'stopped' AND sql_text LIKE 'SELECT ''%' GROUP BY ALL ORDER BY min(i.start_time)`);
  expect(rows).toEqual(
    revisions.map(({ since }, i) => [ids[i], release(since).name, 1n, 1n, true]),
  );
  const [[constraints, indexes] = []] = (
    await client.query(`SELECT (SELECT count(*)::INTEGER FROM duckdb_constraints() WHERE database_name = 'lake'
        AND constraint_type <> 'NOT NULL'),
      (SELECT count(*)::INTEGER FROM duckdb_indexes() WHERE database_name = 'lake')`)
  ).rows;
  expect([constraints, indexes]).toEqual([0, 0]);
  await server.stop('graceful');
  await expect(workshop.start({ ...settings, release: release('1.28') })).rejects.toThrow(
    "The instrumentation catalog 'lake' has in schema 'audit' the tables of a newer release: those of GizmoSQL 1.34 and later, and this server keeps those of 1.28.",
  );
}, 60_000);

it('are deprecated from 1.28 on, as the log says at the start', async (context) => {
  const settings = inLake(context);
  const told = () => workshop.lines.filter(({ msg }) => msg.includes('deprecated'));
  await (await workshop.start({ ...settings, release: release('1.27') })).stop('graceful');
  expect(told()).toEqual([]);
  await (await workshop.start({ ...settings, release: release('1.28') })).stop('graceful');
  expect(told()).toEqual([
    {
      msg: 'records in a catalog of type ducklake are deprecated: keep them in a file',
      catalog: 'lake',
    },
  ]);
});

it('need READ_WRITE in the ATTACH with --readonly', async (context) => {
  await (await workshop.start(inLake(context))).stop('graceful');
  await expect(workshop.start({ ...inLake(context, ''), readonly: true })).rejects.toMatchObject({
    kind: 'invalid-argument',
    message:
      "The instrumentation catalog 'lake' is attached read-only, so nothing can be recorded: add (READ_WRITE) to its ATTACH. With --readonly, databases are attached read-only without it",
  });
  const server = await workshop.start({ ...inLake(context), readonly: true });
  const client = await workshop.connect(server);
  await expect(client.query('CREATE TABLE t (a INTEGER)')).rejects.toThrow(/read-only/);
  const count =
    "SELECT count(*)::INTEGER FROM lake.audit.sql_statements WHERE sql_text LIKE 'CREATE TABLE t%'";
  await expect
    .poll(async () => (await client.query(count)).rows, { timeout: 30_000 })
    .toEqual([[1]]);
});
