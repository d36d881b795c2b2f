import fc from 'fast-check';
import { withinAMinute } from '../scenario/within-a-minute.js';

/** What a session executes: something short, or something that keeps its slot until it is ended. */
export type Work = 'short' | 'long' | 'long, not read';
/** How it is sent. */
export type QueueDoor = 'a query' | 'a prepared query' | 'an update';
/** How a session is ended: by KILL SESSION, after CancelQuery or at once. */
export type Ending = 'kill' | 'cancel and kill';

/**
 * A step of a script. `which` counts the sessions that execute or wait, in order and again from the first. A step
 * without such a session is left out.
 */
export type QueueStep =
  /** The next session executes its statement. */
  | { readonly do: 'arrive'; readonly work: Work; readonly door: QueueDoor }
  | {
      readonly do: 'end';
      readonly of: 'executing' | 'waiting';
      readonly which: number;
      readonly how: Ending;
    }
  | { readonly do: 'wait'; readonly pauses: number };

/** In the end all that still executes is ended, in its order. */
export type QueueScript = readonly QueueStep[];

/** The text that the n-th session executes. */
export function queueText(work: Work, door: QueueDoor, at: number): string {
  const name = `arrival_${at + 1}`;
  const select = {
    short: `SELECT ${at} AS ${name}`,
    long: `SELECT sum(random()) AS ${name} FROM range(1000000000000) WHERE ${withinAMinute}`,
    // Yields rows at once and practically without end.
    'long, not read': `SELECT range AS ${name} FROM range(1000000000000) WHERE ${withinAMinute}`,
  }[work];
  return door === 'an update' ? `CREATE OR REPLACE TEMP TABLE ${name}_made AS ${select}` : select;
}

const arrivals: fc.Arbitrary<QueueStep> = fc
  .record({
    do: fc.constant('arrive' as const),
    work: fc.oneof(
      { arbitrary: fc.constant('short' as const), weight: 4 },
      { arbitrary: fc.constant('long' as const), weight: 4 },
      { arbitrary: fc.constant('long, not read' as const), weight: 1 },
    ),
    door: fc.constantFrom('a query' as const, 'a prepared query' as const, 'an update' as const),
  })
  // An update has no result to leave unread, and would fill the memory.
  .map((step) =>
    step.work === 'long, not read' && step.door === 'an update'
      ? { ...step, door: 'a query' as const }
      : step,
  );

const ends = fc.record({
  do: fc.constant('end' as const),
  of: fc.constantFrom('executing' as const, 'waiting' as const),
  which: fc.nat({ max: 3 }),
  how: fc.constantFrom<Ending>('kill', 'kill', 'cancel and kill'),
});

const waits: fc.Arbitrary<QueueStep> = fc.record({
  do: fc.constant('wait' as const),
  pauses: fc.integer({ min: 1, max: 2 }),
});

/**
 * Most scripts begin with a full server for which some wait, so that more happens; shrinking removes that as well.
 */
export function queueScripts(slots: number): fc.Arbitrary<QueueScript> {
  const holding: fc.Arbitrary<QueueStep> = fc.constant({
    do: 'arrive',
    work: 'long',
    door: 'a query',
  });
  const notFull = fc.array(holding, { maxLength: slots });
  const full = fc
    .tuple(
      fc.array(holding, { minLength: slots, maxLength: slots }),
      fc.array(arrivals, { minLength: 1, maxLength: 4, size: 'max' }),
      fc.array(
        ends.map((end) => ({ ...end, of: 'waiting' as const })),
        { maxLength: 1 },
      ),
    )
    .map((parts) => parts.flat());
  const steps = fc.array(
    fc.oneof(
      { arbitrary: arrivals, weight: 4 },
      { arbitrary: ends, weight: 4 },
      { arbitrary: waits, weight: 2 },
    ),
    { minLength: 1, maxLength: 7, size: 'max' },
  );
  return fc
    .tuple(fc.oneof({ arbitrary: notFull, weight: 1 }, { arbitrary: full, weight: 4 }), steps)
    .map(([first, rest]) => fitting([...first, ...rest], slots + mostWaiting));
}

/** A server refuses more, unless it is told otherwise: eight for each slot. */
const mostWaiting = 8;

/** The script without the arrivals after so many. */
function fitting(script: QueueScript, most: number): QueueScript {
  let arrived = 0;
  return script.filter((step) => step.do !== 'arrive' || ++arrived <= most);
}

/** A script as text for a report, one line for each step. */
export function showQueueScript(slots: number, script: QueueScript): string {
  let arrived = 0;
  const lines = script.map((step) => {
    switch (step.do) {
      case 'arrive': {
        const unread = step.work === 'long, not read' ? ', and does not read it' : '';
        const text = queueText(step.work, step.door, arrived);
        return `session ${++arrived} sends, by ${step.door}: ${text}${unread}`;
      }
      case 'end': {
        const cancelled = step.how === 'kill' ? '' : 'CancelQuery and ';
        return `${cancelled}KILL SESSION of one that is ${step.of}: number ${step.which + 1}, in turn`;
      }
      case 'wait':
        return `nothing happens for ${step.pauses} ${step.pauses === 1 ? 'pause' : 'pauses'}`;
    }
  });
  return [`a server with ${slots} ${slots === 1 ? 'slot' : 'slots'}`, ...lines]
    .map((line) => `  ${line}`)
    .join('\n');
}
