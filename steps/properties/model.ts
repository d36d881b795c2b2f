import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { housekeepingMark } from '../scenario/session.js';
import { becomes } from '../scenario/visibility.js';
import { allSettled } from '../scenario/world.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { ScriptRun } from './run-script.js';
import { scripts, scriptsWithRestart, showScript, stagesOf } from './script.js';
import type { End, Script } from './script.js';
import { difference, recordsOf } from './script-model.js';
import type { Kind, ModelSession } from './script-model.js';

/** After any script the records of its sessions are those that a model of it has. */
export function asTheModel(world: World, kind: Kind): Property<Script> {
  return {
    name: `model: ${kind}`,
    cases: scripts,
    show: showScript,
    check: (script) => play(world, script, { [kind]: 'all' }),
  };
}

/** What to look at after a restart, so that each requirement is held to its own part of the model. */
export const aftermaths = {
  'sessions open at a stop': { ends: ['stop'], judged: { session: ['active', 'stopped'] } },
  'sessions open at a kill': { ends: ['kill'], judged: { session: ['active', 'crashed'] } },
  'what had ended before': {
    ends: ['stop', 'kill'],
    judged: { session: ['closed', 'killed', 'gone'], statement: 'all', execution: 'all' },
  },
} as const satisfies Record<string, { ends: readonly End[]; judged: Judged }>;

export type Aftermath = keyof typeof aftermaths;

/** The same over an end of the server; what was on record before is still there. */
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

/** Scripts of several groups of sessions, performed at the same time. */
export type Scripts = readonly Script[];

/** All kinds of record at once, of scripts side by side, and then whatever `then` asks: for who tries very many. */
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

/** The same over one way for the server to end. */
export function allAsTheModelAfter(world: World, sideBySide: number, end: End): Property<Scripts> {
  return {
    ...severalOf(scriptsWithRestart([end]), sideBySide),
    name: `model over a ${end}: all records`,
    check: (each) => playTogether(world, each, all),
  };
}

/** Each script counts as a case. */
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

/** Which kinds of record are held to the model, and of sessions in which state. */
type Judged = Readonly<Partial<Record<Kind, readonly ModelSession['status'][] | 'all'>>>;

/** Performs a script, and once it is over, whatever `then` asks. */
export function play(
  world: World,
  script: Script,
  judged: Judged,
  then?: () => Promise<void>,
): Promise<void> {
  return playTogether(world, [script], judged, then);
}

/** Performs scripts at the same time; where one has a restart, all have it, and wait for one another. */
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
      // Before the server ends, too: one that is killed may lose what it had no time to write.
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

/** Waits until the records agree with the model, and that of a later statement is there, too. */
async function mustAgree(world: World, runs: readonly ScriptRun[], judged: Judged): Promise<void> {
  const models = runs.flatMap((run) => run.models);
  const kinds = Object.keys(judged) as Kind[];
  const mark = randomUUID();
  await world.look(`SELECT '${mark}' ${housekeepingMark}`);
  // In two parts, so that the query that looks for the mark does not find itself.
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
      return wrong ?? (complete ? undefined : 'no record of a later statement');
    },
  };
  if (models.length > 0) {
    await becomes(wait, world.visibilityMs);
  }
}

function only(models: readonly ModelSession[], states: Judged[Kind]): readonly ModelSession[] {
  return states === 'all' ? models : models.filter(({ status }) => states?.includes(status));
}
