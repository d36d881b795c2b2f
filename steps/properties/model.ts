import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { housekeepingMark } from '../scenario/conversation.js';
import { becomes } from '../scenario/visibility.js';
import { allSettled } from '../scenario/servers.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { ScriptRun } from './run-script.js';
import { scripts, scriptsWithRestart, showScript, stagesOf } from './script.js';
import type { End, Script } from './script.js';
import { difference, recordsOf } from './script-model.js';
import type { Kind, ModelSession } from './script-model.js';

/** After any script, the records of its sessions agree with the model. */
export function asTheModel(world: World, kind: Kind): Property<Script> {
  return {
    name: `model: ${kind}`,
    cases: scripts,
    show: showScript,
    check: (script) => play(world, script, { [kind]: 'all' }),
  };
}

/** The part of the model that each requirement about a restart is judged by. */
export const aftermaths = {
  'sessions open at a stop': { ends: ['stop'], judged: { session: ['active', 'stopped'] } },
  'sessions open at a kill': { ends: ['kill'], judged: { session: ['active', 'crashed'] } },
  'what had ended before': {
    ends: ['stop', 'kill'],
    judged: { session: ['closed', 'killed', 'gone'], statement: 'all', execution: 'all' },
  },
} as const satisfies Record<string, { ends: readonly End[]; judged: Judged }>;

export type Aftermath = keyof typeof aftermaths;

/** The same after the server has ended and restarted: earlier records are kept. */
export function asTheModelAfterRestart(world: World, what: Aftermath): Property<Script> {
  const { ends, judged } = aftermaths[what];
  return {
    name: `model over a restart: ${what}`,
    part: 1 / Object.keys(aftermaths).length,
    cases: scriptsWithRestart(ends),
    show: showScript,
    check: (script) => play(world, script, judged),
  };
}

/** Scripts of several groups of sessions, run at the same time. */
export type Scripts = readonly Script[];

/** All kinds of record for scripts that run side by side, followed by `then`: for very many trials. */
export function allAsTheModel(
  world: World,
  sideBySide: number,
  then: () => Promise<void>,
): Property<Scripts> {
  return {
    ...severalOf(scripts, sideBySide),
    name: 'model: all records',
    check: (each) => playTogether(world, each, all, then),
  };
}

/** The same after the server has ended in one way and restarted. */
export function allAsTheModelAfter(world: World, sideBySide: number, end: End): Property<Scripts> {
  return {
    ...severalOf(scriptsWithRestart([end]), sideBySide),
    name: `model over a ${end}: all records`,
    check: (each) => playTogether(world, each, all),
  };
}

function severalOf(
  cases: fc.Arbitrary<Script>,
  sideBySide: number,
): Pick<Property<Scripts>, 'cases' | 'part' | 'show'> {
  return {
    cases: fc.array(cases, { minLength: sideBySide, maxLength: sideBySide }),
    part: 1 / sideBySide,
    show: (each) =>
      each.map((script, at) => `  group ${at + 1}:\n${showScript(script)}`).join('\n'),
  };
}

const all = { session: 'all', statement: 'all', execution: 'all' } as const satisfies Judged;

/** The kinds of record to compare with the model, and the states of their sessions. */
type Judged = Readonly<Partial<Record<Kind, readonly ModelSession['status'][] | 'all'>>>;

/** Performs a script, then calls `then`. */
export function play(
  world: World,
  script: Script,
  judged: Judged,
  then?: () => Promise<void>,
): Promise<void> {
  return playTogether(world, [script], judged, then);
}

/** Performs scripts at the same time. If one has a restart, all have it, and they wait for each other. */
async function playTogether(
  world: World,
  scripts: Scripts,
  judged: Judged,
  then: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const parts = scripts.map((script, at) => ({
    run: new ScriptRun(world, scripts.length > 1 ? `.${at + 1}` : ''),
    stages: stagesOf(script),
  }));
  const runs = parts.map(({ run }) => run);
  try {
    for (const [at, { end }] of (parts[0]?.stages ?? []).entries()) {
      await allSettled(parts.map(({ run, stages }) => run.performAll(stages[at]?.actions ?? [])));
      // Compared before the server ends as well, because a killed server may lose records that were not yet
      // written.
      await mustAgree(world, runs, judged);
      if (end !== undefined) {
        await world.restartServer({}, end);
        runs.forEach((run) => {
          run.serverEnded(end);
        });
      }
    }
    await then();
  } finally {
    await Promise.all(runs.map((run) => run.close()));
  }
}

/** Waits until the records agree with the model and a record of a later statement is visible. */
async function mustAgree(world: World, runs: readonly ScriptRun[], judged: Judged): Promise<void> {
  const models = runs.flatMap((run) => run.models);
  const kinds = Object.keys(judged) as Kind[];
  const mark = randomUUID();
  await world.look(`SELECT '${mark}' ${housekeepingMark}`);
  // The mark is split, so that the query does not find its own record.
  const later = `SELECT 'later' AS kind FROM _gizmosql_instr.main.sql_statements WHERE contains(sql_text, '${mark.slice(0, 18)}' || '${mark.slice(18)}')`;
  const sql = `${recordsOf(models, housekeepingMark)} UNION ALL BY NAME ${later}`;
  const wait = {
    promised: `the ${kinds.join(', ')} records of what was done, and no others`,
    sent: sql,
    look: () => world.look(sql),
    judge: (table: Awaited<ReturnType<World['look']>>) => {
      const wrong = kinds
        .map((kind) => difference(kind, only(models, judged[kind]), table))
        .find((each) => each !== undefined);
      const place = table.columns.indexOf('kind');
      const complete = table.rows.some((row) => row[place] === 'later');
      return wrong ?? (complete ? undefined : 'there is no record of a later statement');
    },
  };
  if (models.length > 0) {
    await becomes(wait, world.visibilityMs);
  }
}

function only(models: readonly ModelSession[], states: Judged[Kind]): readonly ModelSession[] {
  return states === 'all' ? models : models.filter(({ status }) => states?.includes(status));
}
