import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonValue } from '../../steps/client/plain-value.js';
import { decodeBatch } from '../../steps/client/result-table.js';
import { openConnection, resultOf } from './engine-fixture.js';
import type { OpenConnection } from './engine-fixture.js';
import { mostMessageBytes } from './message-size.js';

let database: OpenConnection;
beforeAll(async () => {
  database = await openConnection();
});
afterAll(() => {
  database.close();
});

/** Rows and bytes of each batch of a query's result, of the first `most` of them. */
async function sizes(sql: string, most = Infinity): Promise<{ rows: number; bytes: number }[]> {
  const prepared = await database.connection.prepare(sql);
  const found: { rows: number; bytes: number }[] = [];
  for await (const { rows, message } of (await prepared.stream()).batches()) {
    found.push({ rows, bytes: message.byteLength });
    if (found.length === most) {
      break;
    }
  }
  prepared.close();
  return found;
}

const wide = (row: string, columns: number) =>
  Array.from({ length: columns }, (_, i) => `${row} AS c${i}`).join(', ');

describe('a batch', () => {
  it.each([
    ['texts of 2.5 KB', "SELECT i, repeat('x', 2500) || i s FROM range(5000) t(i)"],
    [
      'texts of 8.3 KB and NULLs',
      "SELECT CASE WHEN i % 7 > 0 THEN repeat('x', 8300) || i END s FROM range(3000) t(i)",
    ],
    ['blobs of 100 KB', "SELECT (repeat('x', 100000) || i)::BLOB b FROM range(100) t(i)"],
    [
      'texts of very different sizes',
      "SELECT i, repeat('x', CASE i % 100 WHEN 99 THEN 900000 ELSE i % 100 END) s FROM range(1000) t(i)",
    ],
    ['lists', 'SELECT range(i, i + 1000) l FROM range(3000) t(i)'],
    [
      'lists of texts',
      "SELECT list_transform(range(i % 50), x -> repeat('ab', 50) || x) l FROM range(4000) t(i)",
    ],
    ['one list shared by all rows', 'SELECT range(3000) l FROM range(3000)'],
    ['lists of shared lists', 'SELECT [range(1000), range(500)] l FROM range(3000)'],
    [
      'arrays',
      'SELECT array_value(i, i + 1, NULL)::BIGINT[3] small, list_resize([i], 500)::BIGINT[500] a FROM range(4000) t(i)',
    ],
    [
      'lists of arrays',
      'SELECT [list_resize([i], 500)::BIGINT[500], NULL] a FROM range(3000) t(i)',
    ],
    [
      'structs of texts and lists',
      "SELECT {'t': repeat('y', 2000), 'l': range(i % 300)} s FROM range(3000) t(i)",
    ],
    ['maps', "SELECT MAP {i: repeat('v', 3000), -1: ''} m FROM range(3000) t(i)"],
    [
      'UUIDs, booleans, decimals and intervals',
      `SELECT ${wide('uuid()::UUID', 30)}, ${wide('i % 3 = 0', 1).replace('c0', 'b')}, list_transform(range(100), x -> x::DECIMAL(9, 2)) d, to_days(i::INT) n FROM range(6000) t(i)`,
    ],
    ['300 columns of numbers', `SELECT ${wide('i', 300)} FROM range(5000) t(i)`],
    [
      '2000 columns of NULLs',
      `SELECT ${wide('CASE WHEN i % 2 = 0 THEN i END', 2000)} FROM range(3000) t(i)`,
    ],
  ])('of %s is under 4 MiB, and near a megabyte', async (_, sql) => {
    const found = await sizes(sql);
    const [first, ...rest] = found;
    expect(first).toBeDefined();
    for (const { bytes } of found) {
      expect(bytes).toBeLessThan((2 << 20) + 1024);
    }
    const all = found.reduce((sum, { bytes }) => sum + bytes, 0);
    // Far fewer messages than one for each row, unless they are large.
    expect(rest.length).toBeLessThan((3 * all) / (1 << 20) + 3);
    const [[count] = []] = await database.connection.rows(`SELECT count(*) FROM (${sql})`);
    expect(found.reduce((sum, { rows }) => sum + rows, 0)).toBe(Number(count));
  });

  it('holds one row, whatever it takes, where that is larger', async () => {
    const found = await sizes(
      "SELECT repeat('x', CASE WHEN i % 3 = 1 THEN 5000000 ELSE 10 END) s FROM range(10) t(i)",
    );
    for (const { rows, bytes } of found) {
      expect(bytes < mostMessageBytes || rows === 1).toBe(true);
    }
    expect(found.filter(({ bytes }) => bytes > 5_000_000)).toHaveLength(3);
    expect(found.reduce((sum, { rows }) => sum + rows, 0)).toBe(10);
  });
});

describe('rows that are sent in several batches', () => {
  it.each([
    [
      'texts',
      "SELECT i, CASE WHEN i % 5 > 0 THEN repeat('x', i % 3000) || i END s FROM range(6000) t(i)",
    ],
    [
      'lists',
      'SELECT CASE WHEN i % 11 > 0 THEN list_transform(range(i % 400), x -> CASE WHEN x % 3 > 0 THEN x + i END) END l FROM range(4100) t(i)',
    ],
    [
      'lists of lists and arrays',
      'SELECT [range(i % 300), NULL, range(i % 3)] l, [[i, NULL]::BIGINT[2]] a FROM range(4100) t(i)',
    ],
    [
      'one list in all rows',
      "SELECT i, list_transform(range(2000), x -> 'v' || x) l FROM range(300) t(i)",
    ],
    [
      'structs and maps',
      "SELECT CASE WHEN i % 4 > 0 THEN {'t': repeat('y', i % 2000), 'b': i % 3 = 0, 'l': [{'x': i}]} END s, map_entries(MAP {i: repeat('v', 900)}) m FROM range(3000) t(i)",
    ],
    [
      'rows of very different sizes',
      "SELECT i, repeat('x', CASE i % 100 WHEN 7 THEN 1500000 ELSE i % 100 END) s, [i] l FROM range(900) t(i)",
    ],
  ])('hold the same values: %s', async (_, sql) => {
    const prepared = await database.connection.prepare(sql);
    const { batches } = await resultOf(await prepared.stream());
    prepared.close();
    const arrived = batches.flatMap(decodeBatch).map((row) => row.map(jsonValue));
    expect(batches.length).toBeGreaterThan(2);
    const json = await database.connection.rows(
      `SELECT to_json(COLUMNS(*))::VARCHAR FROM (${sql})`,
    );
    expect(arrived).toEqual(
      json.map((row) =>
        row.map((text) => (text === null ? null : (JSON.parse(String(text)) as unknown))),
      ),
    );
  });

  it('hold the same unions, UUIDs and ENUMs', async () => {
    const sql = `SELECT CASE WHEN i % 3 = 1 THEN union_value(a := i::INT)::UNION(a INT, b VARCHAR)
      WHEN i % 3 = 2 THEN union_value(b := repeat('s', 3000))::UNION(a INT, b VARCHAR) END u,
      (lpad(i::VARCHAR, 32, '0'))::UUID::VARCHAR v, (lpad(i::VARCHAR, 32, '0'))::UUID w,
      CASE WHEN i % 2 = 0 THEN 'even' END::ENUM('odd', 'even') e, i % 2 = 0 b FROM range(4100) t(i)`;
    const prepared = await database.connection.prepare(sql);
    const { batches } = await resultOf(await prepared.stream());
    prepared.close();
    expect(batches.length).toBeGreaterThan(2);
    batches.flatMap(decodeBatch).forEach(([u, v, w, e, b], i) => {
      expect(u).toEqual([null, i, 's'.repeat(3000)][i % 3]);
      expect([w, e, b]).toEqual([v, i % 2 === 0 ? 'even' : null, i % 2 === 0]);
    });
  });
});

describe('an ENUM of more values than a message holds', () => {
  it('is text, in every place of a result, and the ENUMs beside it are not', async () => {
    await database.connection.execute(
      "CREATE TYPE huge AS ENUM (SELECT repeat('v', 400) || i FROM range(11000) t(i))",
    );
    const value = (i: number) => `${'v'.repeat(400)}${i}`;
    const sql = `SELECT '${value(10_999)}'::huge a, ['${value(0)}'::huge, NULL, '${value(7)}'] l,
      {'s': NULL::huge, 'm': 'x'::ENUM('y', 'x')} s, 'q'::ENUM('p', 'q') e`;
    const prepared = await database.connection.prepare(sql);
    const announced = await prepared.schema();
    const result = await prepared.stream();
    for (const message of result.preamble()) {
      expect(message.length).toBeLessThan(mostMessageBytes);
    }
    const { schema, batches } = await resultOf(result);
    prepared.close();
    expect(schema.fields.map(({ type }) => String(type))).toEqual([
      'Utf8',
      'List<Utf8>',
      'Struct<{s:Utf8, m:Dictionary<Uint8, Utf8>}>',
      'Dictionary<Uint8, Utf8>',
    ]);
    expect(String(announced)).toBe(String(schema));
    expect(batches.flatMap(decodeBatch)).toEqual([
      [value(10_999), [value(0), null, value(7)], { s: null, m: 'x' }, 'q'],
    ]);
  });

  it('is a dictionary up to that, in one message', async () => {
    await database.connection.execute(
      "CREATE TYPE large AS ENUM (SELECT repeat('v', 400) || i FROM range(10000) t(i))",
    );
    const prepared = await database.connection.prepare('SELECT NULL::large');
    const { fields } = (await prepared.schema()) ?? {};
    expect(String(fields?.[0]?.type)).toBe('Dictionary<Uint16, Utf8>');
    const [, dictionary] = (await prepared.stream()).preamble();
    expect(dictionary?.length).toBeGreaterThan(4_000_000);
    expect(dictionary?.length).toBeLessThan(mostMessageBytes);
    prepared.close();
  });

  it('is cut into batches like other texts', async () => {
    const sql = "SELECT i::INT i, (repeat('v', 400) || i)::huge e FROM range(11000) t(i)";
    const found = await sizes(sql);
    expect(found.length).toBeGreaterThan(2);
    for (const { bytes } of found) {
      expect(bytes).toBeLessThan((2 << 20) + 1024);
    }
    const prepared = await database.connection.prepare(sql);
    const { batches } = await resultOf(await prepared.stream());
    prepared.close();
    expect(batches.flatMap(decodeBatch)).toEqual(
      Array.from({ length: 11_000 }, (_, i) => [i, `${'v'.repeat(400)}${i}`]),
    );
  });
});
