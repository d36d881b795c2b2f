import { expect, it } from 'vitest';
import type { ResultBatch } from '../engine/result-stream.js';
import { toTheEnd } from './to-the-end.js';

async function* batches(count: number): AsyncGenerator<ResultBatch> {
  for (let i = 0; i < count; i++) {
    yield await Promise.resolve({ rows: i } as ResultBatch);
  }
}

it('what a result holds is let go of once, whoever ends it waits for that', async () => {
  const order: string[] = [];
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const result = toTheEnd(batches(3), async () => {
    order.push('begun');
    await held;
    order.push('over');
  });
  await result.next();
  const both = ['one', 'two'].map((name) => result.return(undefined).then(() => order.push(name)));
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(['begun']);
  release();
  await Promise.all(both);
  expect(order.slice(0, 2)).toEqual(['begun', 'over']);
  expect(order.slice(2).sort()).toEqual(['one', 'two']);
});

it('it is let go of after the last batch, and where nobody asks for the first', async () => {
  let times = 0;
  const counted = (count: number) => toTheEnd(batches(count), () => times++);
  let rows = 0;
  for await (const batch of counted(3)) {
    rows += batch.rows;
  }
  expect(rows).toBe(0 + 1 + 2);
  expect(times).toBe(1);
  await counted(2).return(undefined);
  expect(times).toBe(2);
});
