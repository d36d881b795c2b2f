import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from './connection.js';
import { Database } from './database.js';

const folder = mkdtempSync(join(tmpdir(), 'name-changes-'));
let database: Database;
let connection: Connection;

beforeAll(async () => {
  database = await Database.open({ path: null, readonly: false });
  connection = await database.connect();
  await connection.execute('CREATE TABLE t (a INTEGER)');
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** How many changes a statement counts as: by its rows, and run to its end. */
async function counted(sql: string): Promise<number[]> {
  const another = await database.connect();
  const { names } = another;
  const before = names.count;
  const streamed = await connection.prepare(sql);
  let rows = 0;
  for await (const batch of (await streamed.stream()).batches()) {
    rows += batch.rows;
  }
  expect(rows).toBeLessThan(1000);
  streamed.close();
  const between = names.count;
  const run = await connection.prepare(sql);
  await run.update();
  run.close();
  another.close();
  return [between - before, names.count - between];
}

// By its rows it counts at their end, too.
test.each([
  'CREATE OR REPLACE VIEW v AS FROM t',
  'CREATE OR REPLACE TEMP MACRO m() AS 1',
  'USE memory',
  'SET VARIABLE x = 1',
  "SET search_path = 'main'",
  'EXPLAIN ANALYZE CREATE OR REPLACE VIEW v AS SELECT 2',
  'CALL pragma_version()',
])('counts before and after, for all connections: %s', async (sql) => {
  expect(await counted(sql)).toEqual([3, 2]);
});

test.each([
  'FROM t',
  'INSERT INTO t VALUES (1)',
  'UPDATE t SET a = 2',
  'DELETE FROM t',
  'MERGE INTO t USING (SELECT 1 AS a) s USING (a) WHEN MATCHED THEN DELETE',
  "COPY t TO 'FOLDER/t.csv'",
])('does not count: %s', async (sql) => {
  expect(await counted(sql.replace('FOLDER', folder))).toEqual([0, 0]);
});

test('counts a statement that failed', async () => {
  const { names } = connection;
  const prepared = await connection.prepare("SET VARIABLE x = error('wrong')");
  const before = names.count;
  await expect(prepared.update()).rejects.toThrow('wrong');
  expect(names.count - before).toBe(2);
});
