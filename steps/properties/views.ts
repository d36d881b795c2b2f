import { printRows } from '../scenario/match-rows.js';
import { becomes } from '../scenario/visibility.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { play } from './model.js';
import { scripts, showScript } from './script.js';
import type { Script } from './script.js';

/** After any script, the query that compares a view with the tables answers with one row of true values. */
export function viewAgrees(world: World, view: string, sql: string): Property<Script> {
  return {
    name: `view: ${view}`,
    cases: scripts,
    show: showScript,
    // The model is not used: the view is compared with the tables as they are.
    check: (script) => play(world, script, {}, () => mustAgreeWithTables(world, view, sql)),
  };
}

/** Waits until all values of the query that compares the view with the tables are true. */
export async function mustAgreeWithTables(world: World, view: string, sql: string): Promise<void> {
  const wait = {
    promised: `${view} says what the tables say`,
    sent: sql,
    look: async () => (await world.look(sql)).rows,
    judge: (rows: Awaited<ReturnType<World['look']>>['rows']) =>
      rows.length === 1 && rows[0]?.every((value) => value === true) === true
        ? undefined
        : printRows(rows),
  };
  await becomes(wait, world.visibilityMs);
}
