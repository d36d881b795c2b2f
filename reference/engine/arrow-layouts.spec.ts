import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonValue } from '../../steps/client/plain-value.js';
import { decodeBatch } from '../../steps/client/result-table.js';
import { openConnection, received } from './engine-fixture.js';
import type { OpenConnection } from './engine-fixture.js';
import { quoteLiteral } from './identifiers.js';

type Literal = null | boolean | number | string | readonly Literal[];

let folder: string;
let database: OpenConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layouts-'));
  const path = join(folder, 'tables.db');
  const written = await openConnection(path);
  await written.connection.execute(`
    CREATE TABLE words AS SELECT i AS id,
      CASE WHEN i % 11 = 0 THEN NULL WHEN i % 3 = 0 THEN 'short'
           WHEN i % 3 = 1 THEN 'one of a few longer words ' || (i % 5) ELSE '' END AS few,
      'one of many ' || (i * 7919 % 100000) || ' with a common tail' AS many
    FROM range(20000) t(i)`);
  await written.connection.execute(`
    CREATE TABLE nested AS SELECT i AS id,
      CASE WHEN i % 5 = 0 THEN NULL
           ELSE list_transform(range(i % 6), x -> 'element number ' || (x * i)) END AS l,
      CASE WHEN i % 7 = 0 THEN NULL
           ELSE {'x': i, 'y': CASE WHEN i % 2 = 0 THEN 'text ' || i END, 'z': range(i % 3)} END AS s,
      [i, i * 2]::BIGINT[2] AS a
    FROM range(5000) t(i)`);
  await written.connection.execute('CHECKPOINT');
  written.close();
  // Opened again, so that tables are read from their compressed blocks.
  database = await openConnection(path);
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

/** The rows as they arrive, and as the engine itself makes JSON of them. */
async function bothWays(sql: string): Promise<{ arrived: unknown[][]; told: unknown[][] }> {
  const { batches } = await received(database.connection, sql);
  const arrived = batches.flatMap(decodeBatch).map((row) => row.map(jsonValue));
  const json = await database.connection.rows(`SELECT to_json(COLUMNS(*))::VARCHAR FROM (${sql})`);
  const told = json.map((row) =>
    row.map((text) => (text === null ? null : (JSON.parse(String(text)) as unknown))),
  );
  return { arrived, told };
}

describe('what arrives is what the engine says', () => {
  it.each([
    [
      'flat NULLs in a later vector',
      'SELECT CASE WHEN i < 2100 THEN i END n, CASE WHEN i > 2100 THEN i % 2 = 0 END b FROM range(5000) t(i)',
    ],
    [
      'strings short, long, empty and NULL',
      "SELECT CASE i % 5 WHEN 0 THEN '' WHEN 1 THEN 's' WHEN 2 THEN NULL WHEN 3 THEN 'exactly12byt' ELSE 'thirteenbytes' || i END s FROM range(5000) t(i)",
    ],
    ['a dictionary in a table file', 'SELECT few FROM words'],
    ['filtered rows of it', 'SELECT few, many FROM words WHERE id % 3 = 1'],
    ['sorted rows of it', 'SELECT few, many FROM words ORDER BY many DESC, id LIMIT 5000'],
    [
      'joined rows of it',
      'SELECT a.few, b.many FROM words a JOIN words b ON a.id = b.id + 1 ORDER BY a.id',
    ],
    ['what is made of it', "SELECT upper(few) u, [few, many] l, {'f': few} s FROM words"],
    [
      'constants in every row',
      "SELECT [1, 2] l, 'a constant longer than a slot' s, {'a': 1, 'b': [NULL, 'x']} t, NULL n, [[], ['y']] d FROM range(4100)",
    ],
    ['reversed lists', 'SELECT list_reverse(range(i % 7)) l FROM range(5000) t(i)'],
    [
      'sorted lists',
      "SELECT list_sort(list_transform(range(i % 5), x -> 'word ' || (x * 7919 % 11) || ' padded'), 'DESC') l FROM range(5000) t(i)",
    ],
    [
      'filtered lists',
      "SELECT list_filter(list_transform(range(i % 9), x -> 'value number ' || x), x -> x LIKE '%3' OR x LIKE '%5') l FROM range(5000) t(i)",
    ],
    [
      'slices of lists',
      "SELECT list_transform(range(10), x -> 'value number ' || x)[(i % 5) + 1:(i % 9)] l FROM range(5000) t(i)",
    ],
    [
      'lists of constants',
      "SELECT list_transform(range(i % 5), x -> 'constant') a, list_transform(range(i % 5), x -> NULL) b, list_transform(range(i % 5), x -> {'a': 1, 'b': x}) c, list_transform(range(i % 5), x -> [7]) d FROM range(5000) t(i)",
    ],
    [
      'grouped lists',
      "SELECT list(i) l, list('a string number ' || i) s, list({'i': i, 's': 'text ' || i}) t FROM range(5000) t(i) GROUP BY i % 100 ORDER BY 1",
    ],
    [
      'combined lists',
      "SELECT list_concat(range(i % 3), range(i % 4)) a, list_resize(range(i % 3), 5) b, list_select(range(9), [1, 3, 2]) c, list_zip(range(i % 3), ['a', 'b', 'c']) d, flatten([[i], [i + 1, NULL]]) e FROM range(3000) t(i)",
    ],
    [
      'unnested lists',
      "SELECT unnest(list_transform(range(i % 5), x -> 'item ' || x || ' of number ' || i)) u, i FROM range(3000) t(i)",
    ],
    [
      'lists from other rows',
      "SELECT lag(['a long enough string ' || i]) OVER (ORDER BY i) l, first_value({'a': i}) OVER (ORDER BY i) f FROM range(5000) t(i)",
    ],
    [
      'NULL structs that hold lists and strings',
      "SELECT CASE WHEN i % 2 = 1 THEN {'l': CASE WHEN i % 3 = 0 THEN NULL ELSE range(i % 4) END, 's': CASE WHEN i % 5 = 0 THEN NULL ELSE 'a long string ' || i END} END s FROM range(5000) t(i)",
    ],
    [
      'arrays, NULL or of NULLs',
      "SELECT x.a, x.b FROM range(5000) t(i) LEFT JOIN (SELECT j, [j, NULL, j + 1]::BIGINT[3] a, [{'x': 'number ' || j}]::STRUCT(x VARCHAR)[1] b FROM range(0, 5000, 3) u(j)) x ON x.j = t.i ORDER BY i",
    ],
    [
      'lists of arrays',
      'SELECT list(a) l, list(a) FILTER (id % 2 = 0) f FROM nested GROUP BY id % 50 ORDER BY min(id)',
    ],
    ['nested columns of a table file', 'SELECT * FROM nested'],
    ['nested columns, filtered', 'SELECT l, s, a FROM nested WHERE id % 3 = 1'],
    ['nested columns, sorted', 'SELECT list_reverse(l) r, s, a FROM nested ORDER BY hash(id)'],
    [
      'nested columns, joined',
      'SELECT n.l, m.s, m.a FROM nested n LEFT JOIN nested m ON n.id = m.id * 2 ORDER BY n.id',
    ],
    [
      'maps',
      "SELECT map_entries(MAP {'k' || i: [i, NULL]}) m, map_keys(MAP {i: 'x'}) k, map_values(MAP {i: 'a value of some length ' || i}) v FROM range(3000) t(i)",
    ],
  ])('%s', async (_, sql) => {
    const { arrived, told } = await bothWays(sql);
    expect(arrived.length).toBeGreaterThan(0);
    expect(arrived).toEqual(told);
  });

  it('unions, NULL and of every member, over several vectors', async () => {
    const sql = `SELECT CASE WHEN i % 3 = 1 THEN union_value(a := i::INT)::UNION(a INT, b VARCHAR)
      WHEN i % 3 = 2 THEN union_value(b := 'a string of some length ' || i)::UNION(a INT, b VARCHAR) END u
      FROM range(5000) t(i)`;
    const { batches } = await received(database.connection, sql);
    expect(batches.flatMap(decodeBatch)).toEqual(
      Array.from({ length: 5000 }, (_, i) => [
        [null, i, `a string of some length ${i}`][i % 3] ?? null,
      ]),
    );
  });
});

describe('the number of rows', () => {
  it.each([0, 1, 2047, 2048, 2049, 4096, 100_000])('%d arrives', async (count) => {
    const sql = `SELECT i, CASE WHEN i % 2 = 0 THEN 'even' END s, [i] l FROM range(${count}) t(i)`;
    const { batches, schema } = await received(database.connection, sql);
    const rows = batches.flatMap(decodeBatch);
    expect(schema.fields).toHaveLength(3);
    expect(rows).toHaveLength(count);
    expect(rows.at(-1)).toEqual(
      count === 0
        ? undefined
        : [BigInt(count - 1), count % 2 === 1 ? 'even' : null, [BigInt(count - 1)]],
    );
  });

  it('may be none for every kind of column', async () => {
    const sql = `SELECT [1] l, {'a': ['x']} s, MAP {1: 2} m, 'x'::ENUM('x') e, union_value(a := 1) u,
      [1, 2]::INT[2] a, 1::DECIMAL(3, 1) d, uuid() i, true b WHERE false`;
    const { batches, schema } = await received(database.connection, sql);
    expect(schema.fields).toHaveLength(9);
    expect(batches.flatMap(decodeBatch)).toEqual([]);
  });
});

describe('a result', () => {
  it('may have a thousand columns', async () => {
    const columns = Array.from({ length: 1000 }, (_, i) => `i + ${i} AS c${i}`).join(', ');
    const { batches } = await received(
      database.connection,
      `SELECT ${columns} FROM range(3000) t(i)`,
    );
    const last = batches.flatMap(decodeBatch).at(-1);
    expect(last).toEqual(Array.from({ length: 1000 }, (_, i) => BigInt(2999 + i)));
  });

  it('may have strings of megabytes', async () => {
    const sql =
      "SELECT i, repeat('ab', 1500000) || i s, repeat('x', 1200000)::BLOB b FROM range(4) t(i)";
    const { batches } = await received(database.connection, sql);
    const rows = batches.flatMap(decodeBatch);
    expect(rows).toHaveLength(4);
    for (const [i, [, s, b]] of rows.entries()) {
      expect(s).toBe('ab'.repeat(1_500_000) + i.toString());
      expect(Buffer.compare(b as Uint8Array, Buffer.alloc(1_200_000, 'x'))).toBe(0);
    }
  });
});

describe('any rows', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom('', 'x'.repeat(12), 'y'.repeat(13)),
  );
  const row = fc.record({
    n: fc.option(fc.integer()),
    s: fc.option(text),
    l: fc.option(fc.array(fc.option(text), { maxLength: 5 })),
    t: fc.option(
      fc.record({
        a: fc.option(fc.boolean()),
        b: fc.option(fc.array(fc.integer(), { maxLength: 3 })),
      }),
    ),
  });
  const literal = (value: Literal): string => {
    if (value === null) {
      return 'NULL';
    }
    if (typeof value === 'string') {
      return quoteLiteral(value);
    }
    return typeof value === 'object' ? `[${value.map(literal).join(', ')}]` : String(value);
  };

  it('arrive as they were written, however often repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(1, 200),
        async (rows, repeat) => {
          const values = rows.map(
            ({ n, s, l, t }, i) =>
              `(${i}, (${literal(n)})::INTEGER, ${literal(s)}::VARCHAR, ${literal(l)}::VARCHAR[], ${
                t ? `{'a': ${literal(t.a)}, 'b': ${literal(t.b)}}` : 'NULL'
              }::STRUCT(a BOOLEAN, b INTEGER[]))`,
          );
          const sql = `SELECT n, s, l, t FROM (VALUES ${values.join(', ')}) v(i, n, s, l, t),
            range(${repeat}) r(r) ORDER BY r, i`;
          const { batches } = await received(database.connection, sql);
          expect(batches.flatMap(decodeBatch)).toEqual(
            Array.from({ length: repeat }, () => rows.map(({ n, s, l, t }) => [n, s, l, t])).flat(),
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});
