import { expect, test } from 'vitest';
import { Database } from './database.js';
import { engineMessage } from './engine-error.js';

test('an internal error of the engine is told without its stack', async () => {
  const database = await Database.open({ path: null, readonly: false });
  const connection = await database.connect();
  const sql = `SELECT json_deserialize_sql(replace(json_serialize_sql('SELECT CASE WHEN 1 THEN 2 END'), 'else_expr', 'x'))`;
  const error: unknown = await connection.rows(sql).catch((cause: unknown) => cause);
  expect((error as Error).message).toContain('libduckdb');
  expect(engineMessage(error)).toMatch(/^INTERNAL Error: .*unique_ptr/);
  expect(engineMessage(error)).not.toMatch(/Stack Trace|libduckdb/);
  connection.close();
  database.close();
});

test('what a client says is left as it is', () => {
  const message = 'Invalid Input Error: x\n\nStack Trace:\ny';
  expect(engineMessage(new Error(message))).toBe(message);
});
