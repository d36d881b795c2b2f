import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { findExtensions, loadExtensions } from '../fixtures/surroundings/extensions.js';
import { createDatabase, findPostgres } from '../fixtures/surroundings/postgres-server.js';
import type { PostgresServer } from '../fixtures/surroundings/postgres-server.js';
import { useWorkshop } from './server-fixture.js';

// A catalog that cannot be written to, from the start or for a while.

const names = ['ducklake', 'postgres_scanner'] as const;
const extensions = findExtensions(names);
const postgres = findPostgres();
const lacking = [extensions, postgres].flatMap((part) => (part.available ? [] : [part.reason]));
const instrumentation = { enabled: true, databasePath: null, catalog: 'instr', schema: 'main' };

const workshop = useWorkshop(beforeAll, afterAll);
let server: PostgresServer | undefined;

beforeAll(async () => {
  server = postgres.available && lacking.length === 0 ? await postgres.start() : undefined;
}, 60_000);

afterAll(async () => {
  await server?.stop();
}, 60_000);

/** PostgreSQL, and init SQL that attaches a new DuckLake in it; skips the test where that cannot be. */
async function newLake(context: TestContext) {
  if (server === undefined || !extensions.available) {
    const reason = lacking.join('; ');
    expect(process.env['CI'], `not to be left out in CI: ${reason}`).toBeUndefined();
    return context.skip(reason);
  }
  const { host, port, user, password } = server;
  const database = `lake_${crypto.randomUUID().slice(0, 8)}`;
  await createDatabase(server, database);
  const folder = join(workshop.folder, database);
  const sql = `${loadExtensions(extensions.folder, names)}
    CREATE OR REPLACE SECRET meta (TYPE postgres, HOST '${host}', PORT ${port},
      DATABASE '${database}', USER '${user}', PASSWORD '${password}');
    CREATE OR REPLACE SECRET lake (TYPE ducklake, METADATA_PATH '', DATA_PATH '${folder}/',
      METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'meta'});
    ATTACH 'ducklake:lake' AS instr`;
  return { postgres: server, attach: { source: 'the spec', sql }, sql };
}

async function until(found: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!found()) {
    expect(performance.now()).toBeLessThan(deadline);
    await sleep(20);
  }
}

it('costs no client a query while it is unreachable, and gets all records afterwards', async (context) => {
  const { postgres: catalog, attach } = await newLake(context);
  const started = await workshop.start({ initSql: [attach], instrumentation });
  const told = (message: string) => workshop.lines.filter(({ msg }) => msg === message).length;
  const complaint = 'cannot write instrumentation records';
  const clients = await Promise.all([1, 2, 3].map(() => workshop.connect(started)));
  const answered: string[] = [];
  let going = true;
  const work = clients.map(async (client, i) => {
    for (let n = 0; going; n++) {
      const sql = `SELECT ${n} AS of_session_${i}`;
      expect((await client.query(sql)).rows).toEqual([[n]]);
      answered.push(sql);
      await sleep(5);
    }
  });
  await until(() => answered.length > 50);
  await catalog.halt();
  await until(() => told(complaint) > 0);
  const during = answered.length;
  // Tables of one's own, transactions and new sessions have nothing to do with the catalog either.
  const late = await workshop.connect(started);
  await late.update('CREATE TABLE own AS SELECT 1 AS n');
  const transaction = await late.beginTransaction();
  await late.update('INSERT INTO own VALUES (2)', { transaction });
  await late.endTransaction(transaction, 'commit');
  expect((await late.query('SELECT sum(n) FROM own')).rows[0]?.map(Number)).toEqual([3]);
  await expect(late.query('SELECT count(*) FROM instr.sessions')).rejects.toThrow(/connect/i);
  await late.closeSession();
  late.close();
  await until(() => answered.length > during + 50);
  await catalog.resume();
  await until(() => told('instrumentation records are written again') > 0);
  going = false;
  await Promise.all(work);
  for (const client of clients) {
    client.close();
  }
  await started.stop('graceful');
  expect(told(complaint)).toBe(1);
  expect(told('instrumentation records are written again')).toBe(1);
  expect(workshop.lines.filter(({ msg }) => msg.includes('lost'))).toEqual([]);

  const reader = await workshop.start({ initSql: [attach], instrumentation });
  const client = await workshop.connect(reader);
  const { rows } = await client.query(
    `SELECT sql_text FROM instr.sql_executions e JOIN instr.sql_statements USING (statement_id)
     WHERE e.status = 'success' AND rows_fetched = 1 AND sql_text LIKE 'SELECT % AS of_session_%'`,
  );
  expect(rows.flat().toSorted()).toEqual(answered.toSorted());
  const sessions = await client.query(
    'SELECT status, count(*)::INTEGER FROM instr.sessions WHERE stop_time IS NOT NULL GROUP BY status',
  );
  expect(sessions.rows).toEqual([['closed', 4]]);
  client.close();
  await reader.stop('graceful');
}, 120_000);

it('keeps the server from starting when it is attached read-only, and says so', async (context) => {
  const { attach, sql } = await newLake(context);
  const first = await workshop.start({ initSql: [attach], instrumentation });
  await first.stop('graceful');
  const initSql = [{ source: 'the spec', sql: `${sql} (READ_ONLY)` }];
  await expect(workshop.start({ initSql, instrumentation })).rejects.toThrow(
    "The instrumentation catalog 'instr' is attached read-only, so nothing can be recorded: add (READ_WRITE) to its ATTACH",
  );
}, 60_000);
