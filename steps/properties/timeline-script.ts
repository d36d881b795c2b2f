import fc from 'fast-check';

/** How a client reads the rows of a result. */
export type Reading =
  | { readonly how: 'at once' }
  /** With a pause after each of the first batches, of which there are two at most. */
  | { readonly how: 'slowly'; readonly pauses: number }
  /** In part: it cancels the call when it has this number of rows, or more. */
  | { readonly how: 'let go'; readonly rows: number };

/** One execution of a prepared statement, and the pauses before the client does something else with it. */
export interface OneExecution {
  readonly reading: Reading;
  readonly idle: number;
}

/** What a session does, and a client's pause is the unit of all waiting. */
export type TimelineStep =
  | { readonly do: 'query'; readonly rows: number; readonly reading: Reading }
  /** Prepares, executes one or several times, and closes. */
  | {
      readonly do: 'prepared query';
      readonly rows: number;
      readonly executions: readonly OneExecution[];
    }
  | { readonly do: 'update'; readonly door: 'an update' | 'a prepared update' }
  /** Fails at the first row, or after many. */
  | { readonly do: 'failure'; readonly late: boolean; readonly prepared: boolean }
  /** The session does nothing. */
  | { readonly do: 'rest'; readonly pauses: number };

/** The steps of one to three sessions, which take place at the same time. */
export type TimelineScript = readonly (readonly TimelineStep[])[];

/**
 * A result that no buffers on the way can hold: 44 of DuckDB's vectors, each with a little more than a
 * megabyte, since servers tend to make messages of a megabyte.
 */
const large = { rows: 44 * 2_048, rowBytes: 520 } as const;
/** The number of rows before a late failure: more than the engine's threads work on at once. */
const lateRows = 1_000_000;
const severalBatches = { min: 3_000, max: 30_000 } as const;

/** The text of a step; `name` tells it from those of other steps. */
export function textOf(step: Exclude<TimelineStep, { do: 'rest' }>, name: string): string {
  switch (step.do) {
    case 'query':
      return select(step.rows, [step.reading], name);
    case 'prepared query':
      return select(
        step.rows,
        step.executions.map(({ reading }) => reading),
        name,
      );
    case 'update':
      return `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT 1 AS one`;
    case 'failure':
      return step.late
        ? `SELECT range AS ${name}, CAST(CASE WHEN range < ${lateRows} THEN '1' ELSE 'x' END AS INTEGER) AS number FROM range(${lateRows + 1})`
        : `SELECT CAST('x' || range AS INTEGER) AS ${name} FROM range(3)`;
  }
}

/** Only a large result keeps the server from being done before its slow reader is. */
function select(rows: number, readings: readonly Reading[], name: string): string {
  return readings.some(({ how }) => how === 'slowly')
    ? `SELECT range AS ${name}, repeat('x', ${large.rowBytes}) AS text FROM range(${large.rows})`
    : `SELECT range AS ${name} FROM range(${rows})`;
}

/** Whether a text has a result that takes long to read. */
export function isLarge(text: string): boolean {
  return text.includes('repeat(');
}

/** The weights of slow readers, idle clients and failures; those of all other things are from 2 to 4. */
export interface Focus {
  readonly slow: number;
  readonly idle: number;
  readonly failure: number;
}

/**
 * Only the first session reads large results, so that the server has room to be done with them before their
 * reader is.
 */
export function timelineScripts(focus: Focus): fc.Arbitrary<TimelineScript> {
  const lane = (mayBeSlow: boolean) =>
    fc.array(stepsOf({ ...focus, slow: mayBeSlow ? focus.slow : 0 }), {
      minLength: 1,
      maxLength: 4,
    });
  // A case takes seconds, so few are tried, and small ones would be most of them.
  return fc.noBias(
    fc
      .tuple(lane(true), fc.array(lane(false), { maxLength: 2 }))
      .map(([first, others]) => [first, ...others]),
  );
}

const rows = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 }), fc.integer(severalBatches));

function readingsOf({ slow }: Focus): fc.Arbitrary<Reading> {
  const pauses = fc.integer({ min: 1, max: 2 });
  return fc.oneof(
    { arbitrary: fc.constant({ how: 'at once' as const }), weight: 4 },
    {
      arbitrary: fc.record({
        how: fc.constant('let go' as const),
        rows: fc.integer({ min: 1, max: severalBatches.max }),
      }),
      weight: 2,
    },
    { arbitrary: fc.record({ how: fc.constant('slowly' as const), pauses }), weight: slow },
  );
}

function stepsOf(focus: Focus): fc.Arbitrary<TimelineStep> {
  const pauses = fc.oneof(
    { arbitrary: fc.constant(0), weight: 4 },
    { arbitrary: fc.integer({ min: 1, max: 2 }), weight: focus.idle },
  );
  const executions = fc
    .array(fc.record({ reading: readingsOf(focus), idle: pauses }), {
      minLength: 1,
      maxLength: 3,
      size: 'max',
    })
    // Large results cost much, so they are not read often.
    .map((all) => (all.some(({ reading }) => reading.how === 'slowly') ? all.slice(0, 2) : all));
  return fc.oneof(
    {
      arbitrary: fc.record({ do: fc.constant('query' as const), rows, reading: readingsOf(focus) }),
      weight: 4,
    },
    {
      arbitrary: fc.record({ do: fc.constant('prepared query' as const), rows, executions }),
      weight: 4 + focus.idle,
    },
    {
      arbitrary: fc.record({
        do: fc.constant('update' as const),
        door: fc.constantFrom('an update' as const, 'a prepared update' as const),
      }),
      weight: 2,
    },
    {
      arbitrary: fc.record({
        do: fc.constant('failure' as const),
        late: fc.boolean(),
        prepared: fc.boolean(),
      }),
      weight: focus.failure,
    },
    {
      arbitrary: fc.record({
        do: fc.constant('rest' as const),
        pauses: fc.integer({ min: 1, max: 2 }),
      }),
      weight: Math.ceil(focus.idle / 2),
    },
  );
}

/** A script as text for a report, one line for each step; sessions are numbered. */
export function showTimelineScript(script: TimelineScript): string {
  return script
    .flatMap((steps, lane) =>
      steps.map((step, at) => `  session ${lane + 1}: ${showStep(step, stepName(lane, at))}`),
    )
    .join('\n');
}

/** The name of a step in its SQL. */
export function stepName(lane: number, at: number): string {
  return `step_${lane + 1}_${at + 1}`;
}

function showStep(step: TimelineStep, name: string): string {
  switch (step.do) {
    case 'rest':
      return `does nothing${showPauses(step.pauses)}`;
    case 'query':
      return `${textOf(step, name)}, ${showReading(step.reading)}`;
    case 'prepared query': {
      const executions = step.executions.map(
        ({ reading, idle }) =>
          `${showReading(reading)}${idle > 0 ? `, then nothing${showPauses(idle)}` : ''}`,
      );
      return `prepares ${textOf(step, name)}, executes it: ${executions.join('; again: ')}; closes it`;
    }
    case 'update':
      return `as ${step.door}: ${textOf(step, name)}`;
    case 'failure':
      return `${step.prepared ? 'prepared: ' : ''}${textOf(step, name)}`;
  }
}

function showReading(reading: Reading): string {
  switch (reading.how) {
    case 'at once':
      return 'read at once';
    case 'slowly':
      return `read slowly,${showPauses(reading.pauses)}`;
    case 'let go':
      return `let go after ${reading.rows} rows`;
  }
}

function showPauses(pauses: number): string {
  return ` for ${pauses} ${pauses === 1 ? 'pause' : 'pauses'}`;
}
