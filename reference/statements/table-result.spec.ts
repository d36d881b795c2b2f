import { Utf8, Field, Int32, Schema } from 'apache-arrow';
import { expect, it } from 'vitest';
import { resultOf } from '../engine/engine-fixture.js';
import { tableOf } from './metadata/table-of.js';
import { tableResult } from './table-result.js';

const schema = new Schema([new Field('i', new Int32(), false), new Field('s', new Utf8(), true)]);

it.each([
  [0, 10],
  [1, 10],
  [5_000, 10],
  [5_000, 2_500],
  [3, 3_000_000],
])('sends %i rows of %i bytes in messages that clients take, in order', async (count, bytes) => {
  const rows = Array.from({ length: count }, (_, i) =>
    i % 7 === 3 ? null : `${i} `.padEnd(bytes, 'x'),
  );
  const result = tableResult(tableOf(schema, [[...rows.keys()], rows]));
  const sizes: number[] = [];
  let told = 0;
  for await (const { rows: sent, message } of result.batches()) {
    told += sent;
    if (sent > 1) {
      sizes.push((message as Buffer).length);
    }
  }
  expect(told).toBe(count);
  expect(Math.max(0, ...sizes)).toBeLessThan(4 * 1024 * 1024);
  const { batches } = await resultOf(result);
  const read = batches.flatMap((batch) =>
    batch.toArray().map((row: object) => Object.values(row) as unknown[]),
  );
  expect(read).toEqual(rows.map((text, i) => [i, text]));
  expect(batches.length > 1).toBe(count * bytes > 2 * 1024 * 1024);
});
