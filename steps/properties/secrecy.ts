import { printValue } from '../client/plain-value.js';
import type { Outcome } from '../scenario/evidence.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { pathAttempts } from './path-spellings.js';
import type { PathAttempt } from './path-spellings.js';
import { readingAttempts, showReading } from './reading-queries.js';
import type { ReadingAttempt } from './reading-queries.js';

/**
 * No generated query reveals a record to a non-admin: it is refused, and its answer does not contain the
 * secret.
 */
export function staysSecret(world: World): Property<ReadingAttempt> {
  const secret = world.fill('${secret}');
  return {
    name: 'nobody but an admin reads a record',
    cases: readingAttempts(
      world.memory.inCatalog('_gizmosql_instr'),
      `detour_${world.memory.unique}`,
    ),
    show: showReading,
    check: async ({ role, door, sent }) => {
      const session = await world.sessions.ofRole(role);
      const promised = `nothing of the records for the role ${role}`;
      const answered: boolean[] = [];
      for (const sql of sent) {
        const outcome = await session.tryToExecute(sql, door);
        answered.push(!('error' in outcome && outcome.error.answered));
        if (textOf(outcome).includes(secret)) {
          throw new PromiseBroken(promised, sql, 'the secret, in an answer or an error');
        }
      }
      if (answered.every(Boolean)) {
        throw new PromiseBroken(promised, sent.join('\n'), 'an answer to all of it');
      }
    },
  };
}

/** No path to the files reveals a record to a non-admin, however it is written and read. */
export function noPathLeadsThere(world: World): Property<PathAttempt> {
  const secret = world.fill('${secret}');
  return {
    name: 'no path leads to a record',
    cases: pathAttempts(world.servers.exclusive.folder, `again_${world.memory.unique}`),
    show: ({ role, sent }) => sent.map((sql) => `  as ${role}: ${sql}`).join('\n'),
    check: async ({ role, sent }) => {
      const session = await world.sessions.ofRole(role);
      for (const sql of sent) {
        const outcome = await session.tryToExecute(sql);
        if (textOf(outcome).includes(secret)) {
          const promised = `nothing of the records for the role ${role}`;
          throw new PromiseBroken(promised, sql, 'the secret, in an answer or an error');
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
