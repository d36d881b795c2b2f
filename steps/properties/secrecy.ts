import { doors } from '../scenario/attempts.js';
import { printValue } from '../client/plain-value.js';
import type { Outcome } from '../scenario/evidence.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { pathAttempts } from './path-spellings.js';
import type { PathAttempt } from './path-spellings.js';
import { readingAttempts, showReading } from './reading-queries.js';
import type { ReadingAttempt } from './reading-queries.js';

/** No query of the records by another role than admin is answered, whatever the detour, nor gives the canary away. */
export function staysSecret(world: World): Property<ReadingAttempt> {
  const canary = world.fill('${canary}');
  return {
    name: 'nobody but an admin reads a record',
    cases: readingAttempts(world.inCatalog('_gizmosql_instr'), `detour_${world.unique}`),
    show: showReading,
    check: async ({ role, door, sent }) => {
      const session = await world.sessionOf(role);
      const promised = `nothing of the records for the role ${role}`;
      const answered: boolean[] = [];
      for (const sql of sent) {
        const outcome = await session.perform(sql, (client) => doors[door](client, sql));
        answered.push(!('error' in outcome && outcome.error.answered));
        if (textOf(outcome).includes(canary)) {
          throw new PromiseBroken(promised, sql, 'the canary, in an answer or an error');
        }
      }
      if (answered.every(Boolean)) {
        throw new PromiseBroken(promised, sent.join('\n'), 'an answer to all of it');
      }
    },
  };
}

/** No path leads another role than admin to the records, however it is written and whatever reads it. */
export function noPathLeadsThere(world: World): Property<PathAttempt> {
  const canary = world.fill('${canary}');
  return {
    name: 'no path leads to a record',
    cases: pathAttempts(world.server.folder, `again_${world.unique}`),
    show: ({ role, sent }) => sent.map((sql) => `  as ${role}: ${sql}`).join('\n'),
    check: async ({ role, sent }) => {
      const session = await world.sessionOf(role);
      for (const sql of sent) {
        const outcome = await session.perform(sql, (client) => client.query(sql));
        if (textOf(outcome).includes(canary)) {
          const promised = `nothing of the records for the role ${role}`;
          throw new PromiseBroken(promised, sql, 'the canary, in an answer or an error');
        }
      }
    },
  };
}

function textOf(outcome: Outcome): string {
  if ('error' in outcome) {
    return outcome.error.message;
  }
  return 'table' in outcome ? outcome.table.rows.map((row) => printValue(row)).join('\n') : '';
}
