import { describe, expect, it } from 'vitest';
import { judgeTimeline } from './judge-timeline.js';
import type { Aspect, TimelineFault } from './judge-timeline.js';
import type { ObservedExecution } from './observed-execution.js';
import type { RecordedTimeline } from './recorded-timeline.js';

/** A prepared statement that was read in 100 ms and kept for 500 ms more. */
const observed: ObservedExecution = {
  session: 'ann',
  text: 'SELECT 1',
  sent: 1_000,
  ended: 1_100,
  fetch: 'some rows',
  delayedMs: 0,
  idledMs: 500,
  closing: { sent: 1_600, answered: 1_610 },
  restedMs: 0,
};

const start = 1_700_000_000_000;
const record: RecordedTimeline = {
  session: 'id of ann',
  text: 'SELECT 1',
  status: 'success',
  enqueue_time: null,
  execution_start_time: start,
  execution_end_time: start + 20,
  fetch_start_time: start + 10,
  fetch_end_time: start + 60,
  cursor_close_time: start + 570,
  duration_ms: 20,
  total_duration_ms: 60,
};

function faults(
  changed: Partial<RecordedTimeline>,
  seen: Partial<ObservedExecution> = {},
): readonly TimelineFault[] {
  return judgeTimeline({ ...observed, ...seen }, { ...record, ...changed });
}

function aspectsOf(found: readonly TimelineFault[]): Aspect[] {
  return [...new Set(found.flatMap(({ aspects }) => aspects))].sort();
}

it('finds nothing wrong with a true timeline', () => {
  expect(faults({})).toEqual([]);
  expect(faults({ enqueue_time: start - 3_000, fetch_start_time: start + 40 })).toEqual([]);
});

describe('a time that runs backwards', () => {
  it.each([
    ['enqueue_time', start + 1],
    ['fetch_start_time', start - 1],
    ['fetch_start_time', start + 61],
  ] as const)('is a fault of the order: %s', (column, time) => {
    expect(aspectsOf(faults({ [column]: time }))).toEqual(['order']);
  });

  it('is one of the cursor, too, that was closed before the end of the delivery', () => {
    expect(aspectsOf(faults({ cursor_close_time: start + 59 }))).toEqual(['idle cursor', 'order']);
  });
});

describe('times and durations', () => {
  it('may be rounded in either direction', () => {
    expect(
      faults({ duration_ms: 21, execution_end_time: start + 20.001, total_duration_ms: 59 }),
    ).toEqual([]);
  });

  it('must agree otherwise', () => {
    expect(aspectsOf(faults({ duration_ms: 22 }))).toEqual(['engine']);
    expect(aspectsOf(faults({ total_duration_ms: 58 }))).toEqual(['delivery']);
    expect(aspectsOf(faults({ duration_ms: null }))).toEqual(['delivery', 'engine']);
  });
});

describe('fetch_start_time', () => {
  it.each([
    ['some rows', null, ['first batch']],
    ['some rows', start + 10, []],
    ['no row', null, []],
    ['no row', start + 10, []],
    ['no result', start + 10, ['first batch']],
    ['no result', null, []],
  ] as const)('of %s is judged: %s', (fetch, fetchStart, aspects) => {
    expect(aspectsOf(faults({ fetch_start_time: fetchStart }, { fetch }))).toEqual(aspects);
  });
});

/** A record whose delivery, or whose engine, took so long. */
function taking(totalMs: number, engineMs = 20): Partial<RecordedTimeline> {
  return {
    execution_end_time: start + engineMs,
    fetch_end_time: start + totalMs,
    cursor_close_time: start + totalMs + 510,
    duration_ms: engineMs,
    total_duration_ms: totalMs,
  };
}

describe('the time of the client', () => {
  it('is an upper bound for both durations', () => {
    expect(faults(taking(139))).toEqual([]);
    expect(aspectsOf(faults(taking(600)))).toEqual(['delivery', 'idle cursor']);
    expect(aspectsOf(faults(taking(600), { idledMs: 0 }))).toEqual(['delivery']);
    expect(aspectsOf(faults(taking(600, 600), { idledMs: 0 }))).toEqual(['delivery', 'engine']);
  });

  it('is none for a result that it let go', () => {
    expect(faults(taking(600), { ended: null, closing: null })).toEqual([]);
  });
});

describe('a slow reader', () => {
  const slow = { ended: 2_000, closing: null, delayedMs: 700 };

  it('lengthens the delivery', () => {
    expect(faults(taking(750), slow)).toEqual([]);
    expect(aspectsOf(faults(taking(600), slow))).toEqual(['delivery', 'slow reader']);
  });

  it('does not lengthen the engine, as far as the load of the machine allows a judgement', () => {
    expect(faults(taking(750, 400), slow)).toEqual([]);
    const found = faults(taking(750, 750), slow);
    expect(aspectsOf(found)).toEqual(['engine', 'slow reader']);
    expect(found.map(({ isCertain }) => isCertain)).toEqual([false]);
  });

  it('is not judged by a short delay', () => {
    expect(faults(taking(90, 90), { ...slow, delayedMs: 99 })).toEqual([]);
  });
});

describe('an idle cursor', () => {
  it('is closed when the client lets go of it, and not before', () => {
    expect(aspectsOf(faults({ cursor_close_time: start + 60 }))).toEqual(['idle cursor']);
    expect(aspectsOf(faults({ cursor_close_time: null }))).toEqual(['idle cursor']);
  });

  it('is not open as long as its session rests', () => {
    const rested = { closing: null, restedMs: 1_000 };
    expect(faults({ cursor_close_time: start + 600 }, rested)).toEqual([]);
    const found = faults({ cursor_close_time: start + 1_100 }, rested);
    expect(found.map(({ aspects, isCertain }) => [aspects, isCertain])).toEqual([
      [['idle cursor'], false],
    ]);
  });
});

describe('the execution after another', () => {
  const before = { observed, record };

  it('begins when the client had all of the last one', () => {
    const later = taking(60);
    const at = (ms: number): RecordedTimeline => ({
      ...record,
      ...later,
      execution_start_time: start + ms,
      execution_end_time: start + ms + 20,
      fetch_start_time: start + ms,
      fetch_end_time: start + ms + 60,
      cursor_close_time: start + ms + 570,
    });
    expect(judgeTimeline(observed, at(60), before)).toEqual([]);
    expect(aspectsOf(judgeTimeline(observed, at(19), before))).toEqual(['delivery']);
    const found = judgeTimeline(observed, at(-21), before);
    expect(aspectsOf(found)).toEqual(['delivery', 'engine']);
    expect(found.map(({ isCertain }) => isCertain)).toEqual([false, false]);
    const letGo = { observed: { ...observed, ended: null }, record };
    expect(judgeTimeline(observed, at(-21), letGo)).toEqual([]);
  });
});
