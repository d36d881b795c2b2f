import { StatementType } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sessionOn } from '../session-fixture.js';
import { notingContext } from './execution-fixture.js';
import type { Told } from './execution-fixture.js';
import { Execution } from './execution.js';
import type { Executable, Statement } from './statement.js';

let told: Told;
let run: Execution;

beforeEach(async () => {
  vi.useFakeTimers();
  const { told: noted, context } = notingContext({ hasTimeline: true });
  told = noted;
  told.queryTimeoutSeconds = 5;
  const executable = { type: StatementType.SELECT } as Executable;
  const session = sessionOn({ interrupt: () => undefined });
  run = new Execution(context, { id: 'statement', session, executable } as Statement);
  await run.begin();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const start = 1_000_000n;
const at = (millis: number) => {
  told.now = start + BigInt(millis * 1000);
};

/** Two batches, of which the last is taken after 9.5 ms; the engine has finished after 3.2 ms. */
function read(): void {
  at(1.1);
  run.handingOver();
  run.handedOver(2);
  at(3.2);
  run.engineFinished();
  at(4);
  run.engineFinished();
  run.handingOver();
  at(9.5);
  run.handedOver(3);
  at(12);
  run.succeed();
}

it('tells the time of the engine from that of delivery', () => {
  read();
  run.dispose();
  expect(told.computed).toEqual([{ id: run.id, endTime: start + 3000n, durationMs: 3n }]);
  expect(told.finished).toMatchObject([
    {
      ...{ endTime: start + 3000n, durationMs: 3n, rowsFetched: 5 },
      ...{ fetchStartTime: start + 1000n, fetchEndTime: start + 9000n, totalDurationMs: 9n },
      cursorCloseTime: start + 12_000n,
    },
  ]);
  expect(told.lines.at(-1)?.[1]).toMatchObject({ duration_ms: 3, total_duration_ms: 9 });
});

it('has no fetch of what gives no rows, and ends when the engine has', () => {
  at(3.2);
  run.engineFinished();
  at(5);
  run.succeed();
  run.dispose();
  expect(told.finished).toMatchObject([
    { fetchStartTime: null, fetchEndTime: start + 3000n, totalDurationMs: 3n, durationMs: 3n },
  ]);
});

it('of an error ends when it is known', () => {
  at(4);
  run.fail(new Error('x'));
  run.dispose();
  expect(told.computed).toEqual([]);
  expect(told.finished).toMatchObject([
    { endTime: start + 4000n, durationMs: 4n, fetchStartTime: null, totalDurationMs: 4n },
  ]);
});

it('has a cursor that its client holds as long as it likes', () => {
  run.holdCursor();
  read();
  run.dispose();
  expect(told.finished).toMatchObject([{ cursorCloseTime: null }]);
  at(50);
  run.closeCursor();
  run.closeCursor();
  expect(told.closed).toEqual([[run.id, start + 50_000n]]);
});

it('has no cursor that is closed before all is delivered', () => {
  run.holdCursor();
  at(1);
  run.closeCursor();
  read();
  run.dispose();
  expect(told.closed).toEqual([]);
  expect(told.finished).toMatchObject([{ cursorCloseTime: start + 12_000n }]);
});

it('is not interrupted by the query timeout once the engine has finished', async () => {
  run.engineFinished();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(run.cancelled).toBe(false);
  run.succeed();
  run.dispose();
});
