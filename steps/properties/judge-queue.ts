import { inOrder, toleranceMs } from './judge-timeline.js';
import type { QueueEntry } from './queue-model.js';
import { showTimeline } from './recorded-timeline.js';
import type { RecordedTimeline } from './recorded-timeline.js';

/** What a queue is judged by; each is about other requirements. */
export type QueueAspect = 'places' | 'wait' | 'order';

/** See TimelineFault. */
export interface QueueFault {
  readonly aspect: QueueAspect;
  readonly text: string;
  readonly isCertain: boolean;
}

/** What the suite saw of a statement. All times are milliseconds of its own clock; null: it did not come to that. */
export interface ObservedArrival {
  readonly entry: QueueEntry;
  readonly text: string;
  /** Just before it was sent. */
  readonly sent: number;
  /** When its record said that it waits. */
  readonly seenWaiting: number | null;
  /** Just before that was sent which gave it a slot, or ended its wait. */
  readonly released: number | null;
  /** When it was seen to be over. */
  readonly seenOver: number;
}

/** All that is wrong with the records of the statements, which are in the order of their arrival. */
export function judgeQueue(
  arrivals: readonly (ObservedArrival & { readonly record: RecordedTimeline })[],
): QueueFault[] {
  const faults = arrivals.flatMap(({ record, ...observed }) =>
    [...place(observed, record), ...wait(observed, record), ...order(record)]
      .filter(({ holds }) => !holds)
      .map(({ aspect, text, isCertain = true }) => ({
        aspect,
        isCertain,
        text: `${observed.text}: ${text}; recorded: ${showTimeline(record)}`,
      })),
  );
  return [...faults, ...firstOut(arrivals)];
}

interface Check {
  readonly aspect: QueueAspect;
  readonly text: string;
  readonly holds: boolean;
  readonly isCertain?: boolean;
}

function place(
  { entry, sent, seenWaiting, released, seenOver }: ObservedArrival,
  { enqueue_time: enqueued, execution_start_time: started }: RecordedTimeline,
): Check[] {
  if (!entry.waited) {
    return [
      {
        aspect: 'places',
        text: 'promised no enqueue_time, since a slot was free and nobody waited',
        holds: enqueued === null,
        // A server may free the slot of what is over a moment after its end is recorded.
        isCertain: false,
      },
    ];
  }
  if (enqueued === null) {
    return [{ aspect: 'places', text: 'promised an enqueue_time, since it waited', holds: false }];
  }
  // The specification does not say when something starts that never had a slot.
  if (
    entry.state === 'cancelled' ||
    started === null ||
    seenWaiting === null ||
    released === null
  ) {
    return [];
  }
  const leastMs = released - seenWaiting - toleranceMs;
  const mostMs = seenOver - sent + toleranceMs;
  return [
    {
      aspect: 'places',
      text: `promised an enqueue_time from ${leastMs.toFixed(0)} to ${mostMs.toFixed(0)} ms before execution_start_time, since it waited for ${(released - seenWaiting).toFixed(0)} ms at least`,
      holds: started - enqueued >= leastMs && started - enqueued <= mostMs,
    },
  ];
}

/** From its release on, the server has not taken longer for it than the suite. */
function wait({ released, seenOver }: ObservedArrival, record: RecordedTimeline): Check[] {
  if (released === null) {
    return [];
  }
  const mostMs = seenOver - released + toleranceMs;
  return (['duration_ms', 'total_duration_ms'] as const).map((name) => ({
    aspect: 'wait',
    text: `promised a ${name} of at most ${mostMs.toFixed(0)}, the time from the end of its wait until it was seen to be over and ${toleranceMs} ms more`,
    holds: (record[name] ?? 0) <= mostMs,
  }));
}

function order(record: RecordedTimeline): Check[] {
  return inOrder(record).map(({ text, holds }) => ({ aspect: 'order', text, holds }));
}

/** Those that waited and had a slot got it in the order in which they came. */
function firstOut(
  arrivals: readonly (ObservedArrival & { readonly record: RecordedTimeline })[],
): QueueFault[] {
  const served = arrivals.filter(({ entry }) => entry.waited && entry.state !== 'cancelled');
  return served.flatMap((later, at) => {
    const earlier = served[at - 1];
    if (earlier === undefined) {
      return [];
    }
    const backwards = (['enqueue_time', 'execution_start_time'] as const).find(
      (name) => (earlier.record[name] ?? 0) > (later.record[name] ?? Infinity),
    );
    return backwards === undefined
      ? []
      : [
          {
            aspect: 'places',
            isCertain: true,
            text: `promised first in, first out; ${earlier.text} came before ${later.text} and has a later ${backwards}; recorded: ${showTimeline(earlier.record)}; and ${showTimeline(later.record)}`,
          },
        ];
  });
}
