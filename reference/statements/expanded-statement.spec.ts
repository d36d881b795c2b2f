import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../engine/connection.js';
import { Database } from '../engine/database.js';
import { ExpandedStatement } from './expanded-statement.js';

let database: Database;
let connection: Connection;

beforeAll(async () => {
  database = await Database.open({ path: null, readonly: false });
  connection = await database.connect();
  await connection.execute('CREATE TABLE t AS SELECT 1 AS a');
  // In this parser block comments do not nest, in the tokenizer they do.
  await connection.execute('CALL enable_peg_parser()');
});

afterAll(() => {
  connection.close();
  database.close();
});

function expanded(sql: string): Promise<ExpandedStatement> {
  return ExpandedStatement.of(connection, sql, { ask: () => Promise.resolve() });
}

describe('what the engine makes several statements of', () => {
  it.each([
    'SELECT 1 /* /* */; CREATE TABLE y (a INTEGER); -- */',
    'SELECT 1 /* /* */; SET GLOBAL pivot_limit = 7; -- */',
  ])('is not a text that holds another one where it seems to be over: %s', async (sql) => {
    await expect(expanded(sql)).rejects.toThrow('cannot be told apart');
  });

  it.each(['PIVOT t ON a', 'CREATE TABLE x AS PIVOT t ON a'])('is a PIVOT: %s', async (sql) => {
    await expect(expanded(sql)).resolves.toBeInstanceOf(ExpandedStatement);
  });
});
