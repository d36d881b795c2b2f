import { afterEach, beforeEach, expect, it } from 'vitest';
import { FlightSqlClient } from '../../steps/client/flight-sql-client.js';
import { typedRows } from '../../steps/scenario/parameters-table.js';
import type { Role } from '../access/identity.js';
import { openRolesServer } from '../roles-fixture.js';
import type { RolesServer } from '../roles-fixture.js';

let server: RolesServer<FlightSqlClient>;
let admin: FlightSqlClient;
let readonly: FlightSqlClient;
const as = (role: Role) => server.as(role);

beforeEach(async () => {
  server = await openRolesServer((port, credentials) =>
    FlightSqlClient.connect({ host: '127.0.0.1', port }, credentials, { timeoutMs: 60_000 }),
  );
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
])('the role readonly advances no sequence by %s', async (_, statements) => {
  for (const sql of statements) {
    await readonly.query(sql).catch(() => undefined);
  }
  expect(await untouched()).toBe(true);
  await readonly.query('ROLLBACK').catch(() => undefined);
  expect((await readonly.query('SELECT count(*) FROM t')).rows.map(String)).toEqual(['100000']);
});

it('nor by a parameter', async () => {
  const prepared = await readonly.prepare('SELECT nextval(?)');
  prepared.bind(typedRows([['VARCHAR'], ["'s'"]]));
  await expect(prepared.query()).rejects.toThrow('readonly role');
  await expect(prepared.update()).rejects.toThrow('readonly role');
  expect(await untouched()).toBe(true);
});

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
