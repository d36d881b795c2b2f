import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useWorkshop } from './server-fixture.js';

const workshop = useWorkshop();

const attaching = (catalog: string, options: string) => [
  {
    source: '--init-sql-commands',
    sql: `ATTACH '${join(workshop.folder, catalog)}.db' AS ${catalog}${options}`,
  },
];

it('refuses every change to the database, and records all the same', async () => {
  await (await workshop.start()).stop('graceful');
  const server = await workshop.start({ readonly: true });
  const client = await workshop.connect(server);
  await expect(client.query('CREATE TABLE t (a INTEGER)')).rejects.toThrow(/read-only/);
  expect((await client.query('SELECT 42')).rows).toEqual([[42]]);
  const recorded = `SELECT sql_text FROM _gizmosql_instr.execution_details WHERE sql_text = 'SELECT 42'`;
  await expect
    .poll(async () => (await client.query(recorded)).rows, { timeout: 30_000 })
    .toEqual([['SELECT 42']]);
  // Where no name is without its catalog, and where all are.
  const instances = "SELECT readonly FROM _gizmosql_instr.main.instances WHERE status = 'running'";
  expect((await client.query(instances)).rows).toEqual([[true]]);
  await client.query('USE _gizmosql_instr.main');
  expect((await client.query('SELECT count(*)::INTEGER FROM instances')).rows).toEqual([[2]]);
  await client.query('USE main_db.main');
  expect((await client.query(instances)).rows).toEqual([[true]]);
  await server.stop('graceful');
  expect(
    await workshop.recorded('SELECT readonly, status FROM instances ORDER BY start_time'),
  ).toEqual([
    [false, 'stopped'],
    [true, 'stopped'],
  ]);
});

it('holds for what the init SQL attaches, but for READ_WRITE', async () => {
  const both = [...attaching('open', ' (READ_WRITE)'), ...attaching('closed', ' (READ_WRITE)')];
  await (await workshop.start({ initSql: both })).stop('graceful');
  const initSql = [...attaching('open', ' (READ_WRITE)'), ...attaching('closed', '')];
  const client = await workshop.connect(await workshop.start({ readonly: true, initSql }));
  await client.query('CREATE TABLE open.t (a INTEGER)');
  await expect(client.query('CREATE TABLE closed.t (a INTEGER)')).rejects.toThrow(/read-only/);
});

it('needs READ_WRITE for the catalog of the records', async () => {
  const instrumentation = { enabled: true, databasePath: null, catalog: 'audit', schema: 'main' };
  const settings = (options: string) => ({ instrumentation, initSql: attaching('audit', options) });
  await (await workshop.start(settings(''))).stop('graceful');
  await expect(workshop.start({ ...settings(''), readonly: true })).rejects.toThrow(
    "The instrumentation catalog 'audit' is attached read-only, so nothing can be recorded: add (READ_WRITE) to its ATTACH. With --readonly, databases are attached read-only without it",
  );
  const server = await workshop.start({ ...settings(' (READ_WRITE)'), readonly: true });
  await server.stop('graceful');
  expect(
    await workshop.recorded(
      'SELECT readonly FROM instances ORDER BY start_time',
      join(workshop.folder, 'audit.db'),
    ),
  ).toEqual([[false], [true]]);
});
