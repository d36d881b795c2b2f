import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { valueText } from '../client/plain-value.js';
import { sqlLiteral } from '../client/sql-literal.js';
import { printRows } from '../scenario/match-rows.js';
import { refusalIn, through } from '../scenario/session.js';
import type { Session } from '../scenario/session.js';
import { becomes } from '../scenario/visibility.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { tagsBecome } from './recorded-tags.js';
import { clearingSpellings, setSpellings } from './set-spellings.js';
import type { SetSpelling } from './set-spellings.js';

type Setting = 'session_tag' | 'query_tag' | 'capture_query_profile';

/** A SET in some spelling, after the setting had the value `from`. */
interface SpelledSet {
  readonly from: string;
  readonly spelling: SetSpelling;
  readonly to: string;
}

/** JSON whose letters end a literal, a comment or a statement for a careless reader. */
const tags = fc
  .array(fc.constantFrom(...Array.from(`a1'"\\\\\\$-;/* =.:[]{}üé🦆\n`)), { maxLength: 8 })
  .map((letters) => JSON.stringify({ tag: letters.join('') }));

const tagged = fc.record({ from: tags, spelling: setSpellings, to: tags });
const cleared = fc.record({ from: tags, spelling: clearingSpellings, to: fc.constant('') });

/** The changes of settings that are spelled in all ways. */
export const spelledChanges = {
  'session_tag is set': { setting: 'session_tag', cases: tagged },
  'session_tag is cleared': { setting: 'session_tag', cases: cleared },
  'query_tag is set': { setting: 'query_tag', cases: tagged },
  'query_tag is cleared': { setting: 'query_tag', cases: cleared },
  'capture_query_profile is standard': {
    setting: 'capture_query_profile',
    cases: fc.record({
      from: fc.constant('off'),
      spelling: setSpellings,
      to: fc.constant('standard'),
    }),
  },
  'capture_query_profile is off again': {
    setting: 'capture_query_profile',
    cases: fc.record({
      from: fc.constant('standard'),
      spelling: setSpellings,
      to: fc.constant('off'),
    }),
  },
} satisfies Record<string, { setting: Setting; cases: fc.Arbitrary<SpelledSet> }>;

/**
 * The specification's spelling takes effect, with other blanks and letters of SET, too. Any other takes
 * effect or is refused, and then changes nothing.
 */
export function takesEffectOrIsRefused(
  world: World,
  change: keyof typeof spelledChanges,
): Property<SpelledSet[]> {
  const { setting, cases } = spelledChanges[change];
  return {
    name: `in any spelling: ${change}`,
    cases: fc.array(cases, { minLength: 2, maxLength: 5 }),
    show: (sets) =>
      sets
        .flatMap(({ from, spelling, to }) => [
          `  ${usual(setting, from)}`,
          `  ${JSON.stringify(spelling.write(setting, to))}, by ${spelling.door}`,
        ])
        .join('\n'),
    check: async (sets) => {
      const session = await world.sessions.start('setter', 'admin');
      const known: Known[] = [];
      for (const { from, spelling, to } of sets) {
        await session.execute(usual(setting, from));
        const isTaken = await take(session, spelling, setting, to);
        const value = isTaken ? to : from;
        const sql = `SELECT '${randomUUID()}'`;
        await session.execute(sql);
        known.push({ sql, value });
        if (setting === 'session_tag') {
          await tagsBecome(world, {
            sessions: [{ of: session, tag: value === '' ? null : value }],
          });
        }
      }
      if (setting === 'query_tag') {
        const statements = known.map(({ sql, value }) => ({
          ...{ of: session, sql },
          tag: value === '' ? null : value,
        }));
        await tagsBecome(world, { statements });
      } else if (setting === 'capture_query_profile') {
        await profilesBecome(world, session, known);
      }
    },
  };
}

/** A query and the value of the setting when it was sent. */
interface Known {
  readonly sql: string;
  readonly value: string;
}

function usual(setting: Setting, value: string): string {
  return `SET gizmosql.${setting} = ${sqlLiteral(value)}`;
}

/** Whether the server takes the SET. PromiseBroken if it refuses the specification's spelling. */
async function take(
  session: Session,
  { isPlain, door, write }: SetSpelling,
  setting: Setting,
  to: string,
): Promise<boolean> {
  const sql = write(setting, to);
  if (isPlain) {
    await session.execute(sql, door);
    return true;
  }
  const { sql: shown, act } = through(door, sql);
  const outcome = await session.perform(shown, act);
  if ('error' in outcome) {
    refusalIn(sql, outcome);
    return false;
  }
  return true;
}

/** Waits until the executions of the queries have a profile, or none, as the setting said. */
async function profilesBecome(
  world: World,
  { id }: Session,
  known: readonly Known[],
): Promise<void> {
  const texts = known.map(({ sql }) => sqlLiteral(sql)).join(', ');
  const sql = `SELECT sql_text, query_profile IS NOT NULL
    FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
    WHERE session_id = '${valueText(id)}' AND sql_text IN (${texts}) AND status = 'success'`;
  await becomes(
    {
      promised: known
        .map(({ sql: text, value }) => `${text} has ${value === 'off' ? 'no' : 'a'} query_profile`)
        .join('; '),
      sent: sql,
      look: async () => (await world.look(sql)).rows,
      judge: (rows) => {
        const isRight = known.every(({ sql: text, value }) => {
          const own = rows.filter(([each]) => each === text);
          return own.length > 0 && own.every(([, profiled]) => profiled === (value !== 'off'));
        });
        return isRight ? undefined : printRows(rows);
      },
    },
    world.visibilityMs,
  );
}
