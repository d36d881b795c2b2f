import { randomUUID } from 'node:crypto';
import { housekeepingMark } from '../session.js';
import { becomes } from '../visibility.js';
import type { World } from '../world.js';
import type { Property } from './check-property.js';
import { ScriptRun } from './run-script.js';
import { scripts, scriptsWithRestart, showScript } from './script.js';
import type { Script } from './script.js';
import { difference, recordsOf } from './script-model.js';
import type { Kind } from './script-model.js';

/** After any script the records of its sessions are those that a model of it has. */
export function asTheModel(world: World, kind: Kind): Property<Script> {
  return {
    name: `model: ${kind}`,
    cases: scripts,
    show: showScript,
    check: (script) => play(world, script, [kind]),
  };
}

/** The same over an end of the server; what was on record before is still there. */
export function asTheModelAfterRestart(world: World): Property<Script> {
  return {
    name: 'model over a restart',
    cases: scriptsWithRestart,
    show: showScript,
    check: (script) => play(world, script, ['session', 'statement', 'execution']),
  };
}

/** Performs a script, and once it is over, whatever `then` asks. */
export async function play(
  world: World,
  script: Script,
  kinds: readonly Kind[],
  then: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const run = new ScriptRun(world);
  try {
    for (const action of script) {
      if (action.do === 'restart') {
        // A server that is killed may lose what it had no time to write.
        await mustAgree(world, run, kinds);
      }
      await run.perform(action);
    }
    await mustAgree(world, run, kinds);
    await then();
  } finally {
    await run.close();
  }
}

/** Waits until the records agree with the model, and that of a later statement is there, too. */
async function mustAgree(world: World, run: ScriptRun, kinds: readonly Kind[]): Promise<void> {
  const mark = randomUUID();
  await world.look(`SELECT '${mark}' ${housekeepingMark}`);
  // In two parts, so that the query that looks for the mark does not find itself.
  const later = `SELECT 'later' AS kind FROM _gizmosql_instr.main.sql_statements WHERE contains(sql_text, '${mark.slice(0, 18)}' || '${mark.slice(18)}')`;
  const sql = `${recordsOf(run.models, housekeepingMark)} UNION ALL BY NAME ${later}`;
  const wait = {
    promised: `the ${kinds.join(', ')} records of what was done, and no others`,
    sent: sql,
    look: () => world.look(sql),
    judge: (table: Awaited<ReturnType<World['look']>>) => {
      const wrong = kinds
        .map((kind) => difference(kind, run.models, table))
        .find((each) => each !== undefined);
      const place = table.columns.indexOf('kind');
      const complete = table.rows.some((row) => row[place] === 'later');
      return wrong ?? (complete ? undefined : 'no record of a later statement');
    },
  };
  if (run.models.length > 0) {
    await becomes(wait, world.visibilityMs);
  }
}
