import { Binary, Field, Schema, Utf8 } from 'apache-arrow';
import { expect, it } from 'vitest';
import { mostMessageBytes } from '../engine/message-size.js';
import { resultOf } from '../engine/engine-fixture.js';
import type { QueryResult } from '../engine/prepared-query.js';
import { tableOf } from './metadata/table-of.js';
import { tableResult } from './table-result.js';

const schema = new Schema([
  new Field('name', new Utf8(), false),
  new Field('bytes', new Binary(), true),
]);

type Row = readonly [string, Uint8Array | null];

function resultFor(rows: readonly Row[]): QueryResult {
  return tableResult(tableOf(schema, [rows.map(([name]) => name), rows.map(([, bytes]) => bytes)]));
}

/** The messages of a table's rows. */
async function messagesOf(rows: readonly Row[]) {
  const found: { rows: number; bytes: number }[] = [];
  for await (const { rows: count, message } of resultFor(rows).batches()) {
    found.push({ rows: count, bytes: message.byteLength });
  }
  return found;
}

it('is cut into messages that every client takes, with all rows in their order', async () => {
  const rows = Array.from({ length: 3000 }, (_, i): Row => [
    `table ${i}`,
    i % 5 === 0 ? null : new Uint8Array(4000).fill(i),
  ]);
  const found = await messagesOf(rows);
  for (const { bytes } of found) {
    expect(bytes).toBeLessThan(mostMessageBytes);
  }
  expect(found.length).toBeLessThan(30);
  const { batches } = await resultOf(resultFor(rows));
  const arrived = batches.flatMap((batch) =>
    batch.toArray().map((row): unknown[] => Object.values(row as object)),
  );
  expect(arrived).toEqual(rows);
});

it('is one message while it is small enough, and without rows', async () => {
  expect(
    await messagesOf(Array.from({ length: 1000 }, (_, i): Row => [`table ${i}`, null])),
  ).toEqual([{ rows: 1000, bytes: expect.any(Number) as number }]);
  expect(await messagesOf([])).toEqual([{ rows: 0, bytes: expect.any(Number) as number }]);
});

it('has a row alone that is larger than a message should be', async () => {
  const found = await messagesOf([
    ['a', null],
    ['large', new Uint8Array(mostMessageBytes)],
    ['b', null],
  ]);
  expect(found.map(({ rows }) => rows)).toEqual([1, 1, 1]);
});
