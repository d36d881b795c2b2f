import { expect, it } from 'vitest';
import type { RunningQuery } from '../client/running-query.js';
import { readTimed } from './timed-reading.js';

/** A result with batches of two rows each. */
function resultOf(batches: number): RunningQuery {
  const sizes = async function* (): AsyncGenerator<number> {
    for (let at = 0; at < batches; at++) {
      yield await Promise.resolve(2);
    }
  };
  const letGoAfter = (rows: number) => Promise.resolve(Math.min(2 * batches, rows + (rows % 2)));
  return { batchSizes: sizes, letGoAfter } as unknown as RunningQuery;
}

const pauseMs = 30;
const slowly = { how: 'slowly', pauses: 2 } as const;

it('knows that a delivery was delayed while more was unread than fits on the way', async () => {
  const { delayedMs, ...read } = await readTimed(resultOf(60), slowly, pauseMs);
  expect(read).toEqual({ rows: 120, sawEnd: true });
  expect(delayedMs).toBeGreaterThanOrEqual(2 * pauseMs - 5);
});

it('counts no pause after which the rest may have been on the way', async () => {
  const some = await readTimed(resultOf(37), slowly, pauseMs);
  expect(some.delayedMs).toBeGreaterThanOrEqual(pauseMs - 5);
  expect(await readTimed(resultOf(36), slowly, pauseMs)).toMatchObject({ delayedMs: 0 });
});

it('knows of no delay where a result is read at once', async () => {
  expect(await readTimed(resultOf(60), { how: 'at once' }, pauseMs)).toEqual({
    ...{ rows: 120, sawEnd: true, delayedMs: 0 },
  });
});

it.each([
  [3, false],
  [9, true],
])('sees the end of a result of 8 rows, let go after %i: %s', async (rows, sawEnd) => {
  const read = await readTimed(resultOf(4), { how: 'let go', rows }, pauseMs);
  expect(read).toMatchObject({ sawEnd, delayedMs: 0 });
});
