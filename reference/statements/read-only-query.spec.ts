import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FlightSqlClient } from '../../steps/client/flight-sql-client.js';
import type { Role } from '../access/identity.js';
import { openRolesServer } from '../roles-fixture.js';
import type { RolesServer } from '../roles-fixture.js';

let server: RolesServer;
let admin: FlightSqlClient;
let readonly: FlightSqlClient;
const as = (role: Role) => server.as(role);

beforeEach(async () => {
  server = await openRolesServer();
  admin = await as('admin');
  readonly = await as('readonly');
  await admin.query('CREATE SEQUENCE s');
  await admin.query('CREATE TABLE t AS FROM range(100000)');
});
afterEach(() => server.close());

/** Whether nobody has asked the sequence for a value. */
async function untouched(): Promise<boolean> {
  const { rows } = await admin.query(
    "SELECT last_value FROM duckdb_sequences() WHERE sequence_name = 's'",
  );
  return rows[0]?.[0] === null;
}

it.each([
  ['a query', ["SELECT nextval('s')"]],
  ['a name that is put together', ["SELECT nextval(lower('S'))"]],
  ['PREPARE and EXECUTE', ['PREPARE p AS SELECT nextval($1)', "EXECUTE p('s')"]],
  ['a transaction', ['BEGIN', "SELECT nextval('s')", 'ROLLBACK']],
  ['a transaction after many empty statements', [`${';'.repeat(40)}BEGIN`, "SELECT nextval('s')"]],
  ['EXPLAIN ANALYZE', ["EXPLAIN ANALYZE SELECT nextval('s')"]],
  ['a PIVOT', ["PIVOT (SELECT nextval('s') AS a, range AS b FROM range(3)) ON b USING sum(a)"]],
  ['several statements', ["SELECT 1; SELECT nextval('s')"]],
  ["a table function's argument", ["FROM range(nextval('s'))"]],
  ['the same of what EXECUTE executes', ['PREPARE p AS SELECT $1', "EXECUTE p(nextval('s'))"]],
  ['a setting', ["SET integer_division = nextval('s')"]],
  ['a text that is planned', ["SELECT json_serialize_plan('FROM range(next' || 'val(''s''))')"]],
])('the role readonly advances no sequence by %s', async (_, statements) => {
  for (const sql of statements) {
    await readonly.query(sql).catch(() => undefined);
  }
  expect(await untouched()).toBe(true);
  await readonly.query('ROLLBACK').catch(() => undefined);
  expect((await readonly.query('SELECT count(*) FROM t')).rows.map(String)).toEqual(['100000']);
});

it('nor by a parameter', async () => {
  await expect(readonly.prepare('SELECT nextval(?)')).rejects.toThrow('readonly role');
  expect(await untouched()).toBe(true);
});

it.each(['user', 'admin'] as const)(
  'a transaction of the role %s that has failed can be ended, whatever was defined meanwhile',
  async (role) => {
    const session = await as(role);
    await session.query('CREATE TEMP TABLE once (a INTEGER PRIMARY KEY)');
    await session.query('BEGIN');
    await session.query('INSERT INTO once VALUES (1)');
    await expect(session.query('INSERT INTO once VALUES (1)')).rejects.toThrow();
    await expect(session.query('SELECT 1')).rejects.toThrow('aborted');
    await admin.query('CREATE OR REPLACE MACRO other(x) AS x');
    await session.query('/* of a tool */ ROLLBACK');
    expect((await session.query('SELECT 1')).rows).toEqual([[1]]);
  },
);

it('what it reads to the end, gives up or gets wrong leaves no transaction behind', async () => {
  expect((await readonly.query('FROM t')).rows).toHaveLength(100_000);
  const query = await readonly.startQuery('FROM t');
  await query.nextBatch();
  query.cancel();
  await expect(readonly.query("SELECT 'x'::INTEGER FROM t")).rejects.toThrow('Conversion Error');
  await readonly.query('BEGIN');
  await readonly.query('FROM t LIMIT 1');
  await readonly.query('COMMIT');
  const transaction = await readonly.beginTransaction();
  await readonly.query('FROM t LIMIT 1', { transaction });
  await readonly.endTransaction(transaction, 'commit');
  await admin.query('INSERT INTO t VALUES (-1)');
  expect((await readonly.query('SELECT min(range) FROM t')).rows.map(String)).toEqual(['-1']);
});
