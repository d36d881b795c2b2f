import type { ObservedExecution } from './observed-execution.js';
import { showTimeline } from './recorded-timeline.js';
import type { RecordedTimeline } from './recorded-timeline.js';

/** What a timeline is judged by; each is about other requirements. */
export type Aspect =
  'order' | 'engine' | 'delivery' | 'first batch' | 'slow reader' | 'idle cursor';

/** What is wrong with a record. */
export interface TimelineFault {
  readonly aspects: readonly Aspect[];
  /** What was promised, and how the record differs. */
  readonly text: string;
  /**
   * False: a machine under load may be the reason. Then it is wrong only if it is still so with pauses that are
   * many times as long.
   */
  readonly isCertain: boolean;
}

/** By how much the lengths of the two clocks may differ, and how late a server may notice something, in ms. */
export const toleranceMs = 40;
/** The times are finer than the durations, which are rounded in either direction. */
const roundingMs = 1.0005;
/** The shortest delay of a reader by which the engine's time is judged, in ms. */
const leastDelayMs = 100;

type Check = Omit<TimelineFault, 'isCertain'> & {
  readonly isCertain?: boolean;
  readonly holds: boolean;
};

/** All that is wrong with the record of an execution; `before` is that of the session's last one. */
export function judgeTimeline(
  observed: ObservedExecution,
  record: RecordedTimeline,
  before?: Pair,
): TimelineFault[] {
  const checks = [
    ...inOrder(record),
    ...addsUp(record),
    ...firstBatch(observed, record),
    ...within(observed, record),
    ...slowReader(observed, record),
    ...cursor(observed, record),
    ...(before === undefined ? [] : after(before, record)),
  ];
  return checks
    .filter(({ holds }) => !holds)
    .map(({ aspects, text, isCertain = true }) => ({
      aspects,
      isCertain,
      text: `${observed.text}: ${text}; recorded: ${showTimeline(record)}`,
    }));
}

/** An execution and its record. */
export interface Pair {
  readonly observed: ObservedExecution;
  readonly record: RecordedTimeline;
}

/** The times that are there never run backwards. */
export function inOrder(record: RecordedTimeline): Check[] {
  const { fetch_start_time: fetchStart } = record;
  const sequence = [
    'enqueue_time',
    'execution_start_time',
    'execution_end_time',
    'fetch_end_time',
    'cursor_close_time',
  ] as const;
  const times = sequence.map((name) => record[name]).filter((time) => time !== null);
  return [
    {
      aspects: ['order'],
      text: `promised that these never run backwards: ${sequence.join(', ')}`,
      holds: times.every((time, at) => at === 0 || time >= (times[at - 1] ?? time)),
    },
    {
      aspects: ['order'],
      text: 'promised a fetch_start_time between execution_start_time and fetch_end_time',
      holds:
        fetchStart === null ||
        (fetchStart >= (record.execution_start_time ?? fetchStart) &&
          fetchStart <= (record.fetch_end_time ?? fetchStart)),
    },
  ];
}

function addsUp(record: RecordedTimeline): Check[] {
  const { execution_start_time: start, execution_end_time: end, fetch_end_time: fetched } = record;
  const { duration_ms: duration, total_duration_ms: total } = record;
  return [
    {
      aspects: ['engine'],
      text: 'promised an execution_end_time that is execution_start_time and duration_ms together',
      holds: isSum(end, start, duration),
    },
    {
      aspects: ['delivery'],
      text: 'promised a fetch_end_time that is execution_start_time and total_duration_ms together',
      holds: isSum(fetched, start, total),
    },
    {
      aspects: ['delivery'],
      text: 'promised that total_duration_ms includes duration_ms',
      holds: total !== null && duration !== null && total >= duration,
    },
  ];
}

function isSum(end: number | null, start: number | null, length: number | null): boolean {
  return (
    end !== null &&
    start !== null &&
    length !== null &&
    Math.abs(end - start - length) <= roundingMs
  );
}

function firstBatch({ fetch }: ObservedExecution, record: RecordedTimeline): Check[] {
  const isThere = record.fetch_start_time !== null;
  return [
    {
      aspects: ['first batch'],
      text: `promised ${fetch === 'some rows' ? 'a' : 'no'} fetch_start_time, since the client got ${fetch}`,
      // A result without rows may have been sent as a batch or not.
      holds: fetch === 'no row' || isThere === (fetch === 'some rows'),
    },
  ];
}

/**
 * Nothing that is over for the client has taken the server longer than the client. A server under load may notice an
 * end late.
 */
function within({ sent, ended, idledMs }: ObservedExecution, record: RecordedTimeline): Check[] {
  if (ended === null) {
    return [];
  }
  const mostMs = ended - sent + toleranceMs;
  const idle = idledMs > toleranceMs ? (['idle cursor'] as const) : [];
  const promised = (name: string) =>
    `promised a ${name} of at most ${mostMs.toFixed(0)}, the client's own time from its call to its end and ${toleranceMs} ms more`;
  return [
    {
      aspects: ['engine', ...idle],
      text: promised('duration_ms'),
      holds: (record.duration_ms ?? 0) <= mostMs,
      isCertain: false,
    },
    {
      aspects: ['delivery', ...idle],
      text: promised('total_duration_ms'),
      holds: (record.total_duration_ms ?? 0) <= mostMs,
      isCertain: false,
    },
  ];
}

function slowReader({ delayedMs }: ObservedExecution, record: RecordedTimeline): Check[] {
  const { duration_ms: duration, total_duration_ms: total } = record;
  if (delayedMs < leastDelayMs || duration === null || total === null) {
    return [];
  }
  const delayed = `since the client read the first rows of a large result for ${delayedMs.toFixed(0)} ms`;
  return [
    {
      aspects: ['slow reader', 'delivery'],
      text: `promised a total_duration_ms of at least ${(delayedMs - toleranceMs).toFixed(0)}, ${delayed}`,
      holds: total >= delayedMs - toleranceMs,
    },
    {
      aspects: ['slow reader', 'engine'],
      text: `promised a duration_ms that is shorter than total_duration_ms by at least half of it, ${delayed}`,
      holds: duration <= total - delayedMs / 2,
      isCertain: false,
    },
  ];
}

function cursor(observed: ObservedExecution, record: RecordedTimeline): Check[] {
  const { sent, ended, closing, restedMs } = observed;
  const {
    cursor_close_time: closed,
    fetch_end_time: fetched,
    execution_start_time: start,
  } = record;
  const aspects = ['idle cursor'] as const;
  if (closed === null || fetched === null || start === null) {
    return [
      { aspects, text: 'promised a cursor_close_time once the session has ended', holds: false },
    ];
  }
  if (ended === null) {
    return [];
  }
  const idleMs = closing === null ? 0 : closing.sent - ended;
  const isPrepared = closing !== null;
  const mostMs = (closing?.answered ?? ended) - sent + restedMs / 2 + toleranceMs;
  return [
    {
      aspects,
      text: `promised a cursor_close_time at least ${(idleMs - toleranceMs).toFixed(0)} ms after fetch_end_time, since the client kept the statement for ${idleMs.toFixed(0)} ms after the last row`,
      holds: closed - fetched >= idleMs - toleranceMs,
    },
    {
      aspects,
      text: `promised a cursor_close_time when the client let go of the ${isPrepared ? 'statement' : 'result'}, ${mostMs.toFixed(0)} ms after its call at most, and not after the session's next ${restedMs.toFixed(0)} ms of rest`,
      // How soon a server notices depends on the machine.
      holds: restedMs === 0 || closed - start <= mostMs,
      isCertain: false,
    },
  ];
}

/** What one client executes one after the other does not overlap, unless the server notices an end late. */
function after(
  { observed, record: before }: Pair,
  { execution_start_time: start }: RecordedTimeline,
): Check[] {
  const { fetch_end_time: fetched, execution_end_time: end } = before;
  if (observed.ended === null || start === null || fetched === null || end === null) {
    return [];
  }
  return [
    {
      aspects: ['engine'],
      text: `promised an execution_start_time that is not before the execution_end_time of the session's last execution (${observed.text}), and it is ${(end - start).toFixed(0)} ms before`,
      holds: start >= end - toleranceMs,
      isCertain: false,
    },
    {
      aspects: ['delivery'],
      text: `promised an execution_start_time that is not before the fetch_end_time of the session's last execution (${observed.text}), and it is ${(fetched - start).toFixed(0)} ms before`,
      holds: start >= fetched - toleranceMs,
      isCertain: false,
    },
  ];
}
