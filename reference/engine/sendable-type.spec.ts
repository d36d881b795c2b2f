import { LIST, STRUCT, VARCHAR } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConnection } from './engine-fixture.js';
import type { OpenConnection } from './engine-fixture.js';

let database: OpenConnection;
beforeAll(async () => {
  database = await openConnection();
});
afterAll(() => {
  database.close();
});

/** Types, the Arrow types announced for parameters of them, and a value as the client sends it. */
const samples: readonly (readonly [string, string, string | object, DuckDBType, string])[] = [
  ["ENUM('sad', 'happy')", 'Utf8', 'happy', VARCHAR, 'happy'],
  ["ENUM('sad', 'happy')[]", 'List<Utf8>', ['sad', 'happy'], LIST(VARCHAR), '[sad, happy]'],
  ["STRUCT(e ENUM('a', 'b'))", 'Struct<{e:Utf8}>', { e: 'b' }, STRUCT({ e: VARCHAR }), "{'e': b}"],
  [
    'UUID',
    'Utf8',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    VARCHAR,
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ],
  ['INTERVAL', 'Utf8', '14 months -3 days', VARCHAR, '1 year 2 months -3 days'],
  ['TIME WITH TIME ZONE', 'Utf8', '10:00:00+02', VARCHAR, '10:00:00+02'],
  ['BIT', 'Utf8', '10101', VARCHAR, '10101'],
  ['BIGNUM', 'Utf8', '9'.repeat(50), VARCHAR, '9'.repeat(50)],
  ['GEOMETRY', 'Utf8', 'POINT Z (1 2 3)', VARCHAR, 'POINT Z (1 2 3)'],
  ['VARIANT', 'Utf8', 'text', VARCHAR, 'text'],
  ['JSON', 'Utf8', '{"a": 1}', VARCHAR, '{"a": 1}'],
  ['UNION(n INTEGER, s VARCHAR)', 'Utf8', 'text', VARCHAR, 'text'],
];

describe.each(samples)('a parameter of type %s', (type, arrow, value, sent, stored) => {
  it(`is announced as ${arrow}, and takes it`, async () => {
    const { connection } = database;
    await connection.execute(`CREATE OR REPLACE TABLE target (c ${type})`);
    const insert = await connection.prepare('INSERT INTO target VALUES (?)');
    expect(String(insert.parameterSchema().fields[0]?.type)).toBe(arrow);
    const bound = await valueOf(value);
    expect(await insert.update({ values: [bound], types: [sent] })).toBe(1);
    expect(await connection.rows('SELECT c::VARCHAR FROM target')).toEqual([[stored]]);
    insert.close();
    const select = await connection.prepare('SELECT count(*) FROM target WHERE c = ?');
    expect(String(select.parameterSchema().fields[0]?.type)).toBe(arrow);
    select.close();
  });
});

async function valueOf(value: string | object) {
  const { listValue, structValue } = await import('@duckdb/node-api');
  if (typeof value === 'string') {
    return value;
  }
  return Array.isArray(value)
    ? listValue(value as string[])
    : structValue(value as Record<string, string>);
}

it('a union without text stays one, for the engine casts no text to it', async () => {
  const { connection } = database;
  await connection.execute('CREATE OR REPLACE TABLE target (c UNION(n INTEGER, d DATE))');
  const insert = await connection.prepare('INSERT INTO target VALUES (?)');
  expect(String(insert.parameterSchema().fields[0]?.type)).toContain('Union<Int32 | Date32');
  insert.close();
});

it('an ENUM refuses a text that is none of its values, and says so', async () => {
  const { connection } = database;
  await connection.execute("CREATE OR REPLACE TABLE target (c ENUM('sad', 'happy'))");
  const insert = await connection.prepare('INSERT INTO target VALUES (?)');
  await expect(insert.update({ values: ['glad'], types: [VARCHAR] })).rejects.toThrow('glad');
  insert.close();
});
