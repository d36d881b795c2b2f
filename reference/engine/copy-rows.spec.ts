import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { copyRows } from './copy-rows.js';
import { openConnection } from './engine-fixture.js';
import type { OpenConnection } from './engine-fixture.js';
import { isInterrupted } from './engine-error.js';

let from: OpenConnection;
let to: OpenConnection;
const table = { catalog: 'memory', schema: 'main', name: 't' };
beforeEach(async () => {
  from = await openConnection();
  to = await openConnection();
  await to.connection.execute('CREATE TABLE t (i BIGINT)');
});
afterEach(() => {
  vi.restoreAllMocks();
  from.close();
  to.close();
});

const copy = (query: string, signal?: AbortSignal) =>
  copyRows({ from: from.connection, query, to: to.connection, table, signal });

const count = async () => (await to.connection.rows('SELECT count(*) FROM t'))[0]?.[0];

it('interrupts a query that has no rows yet, even when it has not begun', async () => {
  const controller = new AbortController();
  const stream = from.raw.stream.bind(from.raw);
  vi.spyOn(from.raw, 'stream').mockImplementation((...given) => {
    controller.abort();
    return stream(...given);
  });
  const interrupt = vi.spyOn(from.raw, 'interrupt');
  const long = 'SELECT count(*) FROM range(1000000) a, range(3000) b';
  const copying = copy(long, controller.signal);
  await expect(copying.catch((error: unknown) => isInterrupted(error))).resolves.toBe(true);
  expect(interrupt.mock.calls.length).toBeGreaterThan(1);
  expect(await from.connection.rows('SELECT 1')).toStrictEqual([[1]]);
  expect(await count()).toBe(0n);
});

it('leaves no rows of a query that fails, and the transaction as it was', async () => {
  const failing =
    "SELECT CASE WHEN i = 900000 THEN error('broken') ELSE i END FROM range(1000000) t(i)";
  await expect(copy(failing)).rejects.toThrow();
  expect(await count()).toBe(0n);
  expect(await to.connection.inTransaction()).toBe(false);
  await to.connection.begin();
  await copy('FROM range(100000)');
  expect(await to.connection.inTransaction()).toBe(true);
  expect(await count()).toBe(100_000n);
  await to.connection.rollback();
  expect(await count()).toBe(0n);
});
