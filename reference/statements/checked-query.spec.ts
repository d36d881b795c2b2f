import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FlightSqlClient } from '../../steps/client/flight-sql-client.js';
import { login, openWorkshop } from '../server-fixture.js';
import type { Workshop } from '../server-fixture.js';

let workshop: Workshop;
let client: FlightSqlClient;
/** The name of the main database. */
let main: string;

beforeEach(async () => {
  workshop = await openWorkshop();
  const { port } = await workshop.start();
  client = await FlightSqlClient.connect({ host: '127.0.0.1', port }, login, { timeoutMs: 60_000 });
  main = (await client.query('SELECT current_catalog()')).rows[0]?.[0] as string;
});

afterEach(async () => {
  client.close();
  await workshop.close();
});

async function all(statements: readonly string[]): Promise<void> {
  for (const sql of statements) {
    await client.query(sql);
  }
}

describe('a prepared statement is asked about again when names may stand for something else', () => {
  it.each([
    ['by USE', () => ['USE _gizmosql_instr']],
    [
      'by USE, once the engine has to bind it anew',
      () => ['USE _gizmosql_instr', `CREATE TABLE ${main}.main.other (a INTEGER)`],
    ],
    [
      'by the search path and a dropped table',
      () => [
        `SET search_path = '${main}.main,_gizmosql_instr.main'`,
        `DROP TABLE ${main}.main.sql_executions`,
      ],
    ],
  ])('%s', async (_, changes) => {
    await client.query('CREATE TABLE sql_executions (status VARCHAR)');
    const prepared = await client.prepare("DELETE FROM sql_executions WHERE status = 'success'");
    expect(await prepared.update()).toBe(0n);
    await all(changes());
    await expect(prepared.update()).rejects.toThrow(/Cannot modify the instrumentation database/);
    await expect(prepared.query()).rejects.toThrow(/Cannot modify the instrumentation database/);
  });
});

it('a prepared CREATE MACRO may be executed more than once', async () => {
  const prepared = await client.prepare('CREATE OR REPLACE MACRO seven() AS 7');
  await prepared.update();
  await prepared.update();
  await prepared.query();
  await prepared.close();
  expect((await client.query('SELECT seven()')).rows).toEqual([[7]]);
});
