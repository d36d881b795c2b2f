import { withinAMinute } from '../scenario/within-a-minute.js';
import fc from 'fast-check';
import type { Role } from '../targets/target.js';

/** The actors of a script, and the role of each. */
export const actors = {
  ann: 'admin',
  bob: 'user',
  cat: 'readonly',
  dan: 'admin',
} as const satisfies Record<string, Role>;

export type Actor = keyof typeof actors;

/** An action of one session. */
export type OwnAction =
  | { readonly do: 'connect' | 'close' | 'disconnect'; readonly who: Actor }
  /** A direct query with this number of rows. */
  | { readonly do: 'query'; readonly who: Actor; readonly rows: number }
  | {
      readonly do: 'fail to prepare' | 'fail to execute' | 'update' | 'cancel';
      readonly who: Actor;
    }
  | { readonly do: 'prepare' | 'close prepared'; readonly who: Actor }
  /** Cancels a result with this number of rows right after the last row. */
  | { readonly do: 'let go'; readonly who: Actor; readonly rows: number }
  /** Cancels a long result after this number of rows. */
  | { readonly do: 'close early'; readonly who: Actor; readonly rows: number }
  /** By SQL. Left out where it does not fit: a second BEGIN, or an end without a transaction. */
  | { readonly do: 'begin' | 'commit' | 'rollback'; readonly who: Actor }
  /**
   * Loses the connection, perhaps while reading a long result, and continues on another one if the server
   * allows it.
   */
  | { readonly do: 'come back'; readonly who: Actor; readonly reading: boolean }
  /**
   * Prepares unless it is prepared already, binds the text and executes. A text that is not a number makes
   * the execution fail.
   */
  | { readonly do: 'execute'; readonly who: Actor; readonly bound: string | null };

/** An action of a script; actions are performed in sequence. */
export type Action =
  | OwnAction
  | { readonly do: 'together'; readonly actions: readonly OwnAction[] }
  | {
      readonly do: 'kill';
      readonly who: Actor;
      readonly whom: Actor | 'nobody';
      /** Whether the session is executing a query at that time. */
      readonly busy: boolean;
    }
  /** The server ends and is restarted. */
  | { readonly do: 'restart'; readonly how: End };

/**
 * An action that is impossible at its place, such as a query of an actor who is not connected, is left out.
 */
export type Script = readonly Action[];

/** The actions before an end of the server, or before the end of the script. */
export interface Stage {
  readonly actions: readonly Exclude<Action, { do: 'restart' }>[];
  /** The end of the server after them; undefined at the end of the script. */
  readonly end: End | undefined;
}

/** Splits a script at the ends of the server. */
export function stagesOf(script: Script): Stage[] {
  const stages: { actions: Stage['actions'][number][]; end: End | undefined }[] = [];
  let actions: Stage['actions'][number][] = [];
  for (const action of script) {
    if (action.do === 'restart') {
      stages.push({ actions, end: action.how });
      actions = [];
    } else {
      actions.push(action);
    }
  }
  return [...stages, { actions, end: undefined }];
}

/** The statements that the actions send. */
export const statements = {
  query: (rows: number) => `SELECT range FROM range(${rows})`,
  'fail to prepare': () => 'SELECT missing FROM no_such_table',
  'fail to execute': () => `SELECT CAST('x' || range AS INTEGER) AS number FROM range(3)`,
  update: () => 'CREATE OR REPLACE TEMP TABLE scratch AS SELECT 1 AS one',
  'close early': () => 'SELECT range AS closed_early FROM range(100000)',
  'come back': () => 'SELECT range AS left_behind FROM range(100000)',
  begin: () => 'BEGIN TRANSACTION',
  commit: () => 'COMMIT',
  rollback: () => 'ROLLBACK',
  prepare: () => 'SELECT CAST(?::VARCHAR AS INTEGER) AS number',
  // Yields rows at once and practically without end.
  long: () => `SELECT range FROM range(1000000000000) WHERE ${withinAMinute}`,
} as const;

const who = fc.constantFrom(...(Object.keys(actors) as Actor[]));

const ownActions: fc.Arbitrary<OwnAction> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('connect' as const), who }), weight: 4 },
  {
    arbitrary: fc.record({ do: fc.constant('query' as const), who, rows: fc.nat({ max: 3000 }) }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      do: fc.constantFrom(
        'fail to prepare' as const,
        'fail to execute' as const,
        'update' as const,
      ),
      who,
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('prepare' as const, 'prepare' as const, 'close prepared' as const),
      who,
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('execute' as const),
      who,
      bound: fc.constantFrom('7', '-1', 'seven', '', null),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({ do: fc.constantFrom('close' as const, 'disconnect' as const), who }),
    weight: 2,
  },
  { arbitrary: fc.record({ do: fc.constant('cancel' as const), who }), weight: 1 },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('let go' as const, 'close early' as const),
      who,
      rows: fc.integer({ min: 1, max: 5000 }),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      do: fc.constantFrom(
        'begin' as const,
        'begin' as const,
        'commit' as const,
        'rollback' as const,
      ),
      who,
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({ do: fc.constant('come back' as const), who, reading: fc.boolean() }),
    weight: 1,
  },
);

const actions: fc.Arbitrary<Action> = fc.oneof(
  { arbitrary: ownActions, weight: 12 },
  {
    arbitrary: fc
      .uniqueArray(ownActions, { selector: (action) => action.who, minLength: 2, maxLength: 4 })
      .map((together) => ({ do: 'together' as const, actions: together })),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('kill' as const),
      who,
      whom: fc.constantFrom<Actor | 'nobody'>('ann', 'bob', 'cat', 'dan', 'nobody'),
      busy: fc.boolean(),
    }),
    weight: 2,
  },
);

/** Scripts begin with all actors connected, so that more happens; shrinking removes that as well. */
const begun = fc
  .subarray(Object.keys(actors) as Actor[])
  .map((names) => names.map((name): Action => ({ do: 'connect', who: name })));

export const scripts: fc.Arbitrary<Script> = fc
  .tuple(begun, fc.array(actions, { minLength: 1, maxLength: 24, size: 'max' }))
  .map(([first, rest]) => [...first, ...rest]);

/** An end of the server: by SIGTERM or SIGKILL. */
export type End = 'stop' | 'kill';

/** Scripts with one restart of the server. */
export function scriptsWithRestart(ends: readonly End[]): fc.Arbitrary<Script> {
  const restart = fc.record({ do: fc.constant('restart' as const), how: fc.constantFrom(...ends) });
  return fc
    .tuple(scripts, restart, fc.array(actions, { maxLength: 6, size: 'max' }))
    .map(([before, end, after]) => [...before, end, ...after]);
}

/** A script as text for a report, one line for each action. */
export function showScript(script: Script): string {
  return script.map((action) => `  ${showAction(action)}`).join('\n');
}

function showAction(action: Action): string {
  switch (action.do) {
    case 'together':
      return `at the same time: ${action.actions.map(showAction).join(' | ')}`;
    case 'restart':
      return `the server is ${action.how === 'kill' ? 'killed' : 'stopped'} and started again`;
    case 'kill': {
      const busy =
        action.busy && action.whom !== 'nobody' ? `, which executes ${statements.long()}` : '';
      return `${shown(action.who)}: KILL SESSION of ${action.whom}${busy}`;
    }
    case 'query':
      return `${shown(action.who)}: ${statements.query(action.rows)}`;
    case 'let go':
      return `${shown(action.who)} lets go after the last row: ${statements.query(action.rows)}`;
    case 'close early':
      return `${shown(action.who)} closes the result after ${action.rows} rows: ${statements[action.do]()}`;
    case 'come back': {
      const reading = action.reading ? ` amid the result of ${statements[action.do]()}` : '';
      return `${shown(action.who)} loses the connection${reading} and comes back on another one`;
    }
    case 'begin':
    case 'commit':
    case 'rollback':
    case 'fail to prepare':
    case 'fail to execute':
      return `${shown(action.who)}: ${statements[action.do]()}`;
    case 'update':
      return `${shown(action.who)}, as an update: ${statements.update()}`;
    case 'prepare':
      return `${shown(action.who)} prepares: ${statements.prepare()}`;
    case 'execute':
      return `${shown(action.who)} executes ${statements.prepare()}, prepared once, with ${JSON.stringify(action.bound)}`;
    case 'close prepared':
      return `${shown(action.who)} closes the prepared statement`;
    case 'cancel':
      return `${shown(action.who)} begins, and cancels after some rows: ${statements.long()}`;
    case 'connect':
      return `${shown(action.who)} connects`;
    case 'close':
      return `${shown(action.who)} closes the session`;
    case 'disconnect':
      return `${shown(action.who)} hangs up`;
  }
}

function shown(actor: Actor): string {
  return `${actor} (${actors[actor]})`;
}
