import { describe, expect, it } from 'vitest';
import { judgeQueue } from './judge-queue.js';
import type { QueueFault } from './judge-queue.js';
import type { QueueEntry } from './queue-model.js';
import type { RecordedTimeline } from './recorded-timeline.js';

const start = 1_700_000_000_000;

/** A statement that waited for 1000 ms, of which 900 are known, and then took 20 ms, of which 50 were seen. */
function waiting(
  at: number,
  changed: Partial<RecordedTimeline> = {},
  entry: Partial<QueueEntry> = {},
) {
  const record: RecordedTimeline = {
    session: `id ${at}`,
    text: `SELECT ${at}`,
    status: 'success',
    enqueue_time: start + at,
    execution_start_time: start + 1_000 + at,
    execution_end_time: start + 1_020 + at,
    fetch_start_time: start + 1_010 + at,
    fetch_end_time: start + 1_020 + at,
    cursor_close_time: start + 1_020 + at,
    duration_ms: 20,
    total_duration_ms: 20,
    ...changed,
  };
  return {
    entry: { at, work: 'short', state: 'success', waited: true, ...entry },
    text: `SELECT ${at}`,
    sent: 0,
    seenWaiting: 100,
    released: 1_000,
    seenOver: 1_050,
    record,
  } as const;
}

function told(faults: readonly QueueFault[]): [string, boolean][] {
  return faults.map(({ aspect, isCertain }) => [aspect, isCertain]);
}

it('finds nothing wrong with waits that are recorded as they were', () => {
  expect(judgeQueue([waiting(0), waiting(1), waiting(2)])).toEqual([]);
});

describe('enqueue_time', () => {
  it('is there where a statement waited, for as long as it did', () => {
    expect(told(judgeQueue([waiting(0, { enqueue_time: null })]))).toEqual([['places', true]]);
    expect(told(judgeQueue([waiting(0, { enqueue_time: start + 141 })]))).toEqual([
      ['places', true],
    ]);
    expect(told(judgeQueue([waiting(0, { enqueue_time: start - 91 })]))).toEqual([
      ['places', true],
    ]);
  });

  it('is not there where a slot was free, which a slow server may find out late', () => {
    expect(judgeQueue([waiting(0, { enqueue_time: null }, { waited: false })])).toEqual([]);
    expect(told(judgeQueue([waiting(0, {}, { waited: false })]))).toEqual([['places', false]]);
  });
});

describe('first in, first out', () => {
  it('is judged by the starts and by the beginnings of the waits', () => {
    const early = { execution_start_time: start + 999, fetch_start_time: start + 1_010 };
    expect(told(judgeQueue([waiting(0), waiting(1, early)]))).toEqual([['places', true]]);
    expect(told(judgeQueue([waiting(5), waiting(1)]))).toEqual([['places', true]]);
  });

  it('is not judged by what never had a slot', () => {
    const killed = waiting(9, { duration_ms: 0, total_duration_ms: 0 }, { state: 'cancelled' });
    expect(judgeQueue([killed, waiting(1)])).toEqual([]);
  });
});

describe('the durations', () => {
  it('do not include the wait', () => {
    expect(told(judgeQueue([waiting(0, { duration_ms: 1_020 })]))).toEqual([['wait', true]]);
    expect(told(judgeQueue([waiting(0, { total_duration_ms: 1_020 })]))).toEqual([['wait', true]]);
    const killed = { duration_ms: 1_000, total_duration_ms: null };
    expect(told(judgeQueue([waiting(0, killed, { state: 'cancelled' })]))).toEqual([
      ['wait', true],
    ]);
  });
});

it('judges the order of all times', () => {
  expect(told(judgeQueue([waiting(0, { cursor_close_time: start + 1_019 })]))).toEqual([
    ['order', true],
  ]);
});
