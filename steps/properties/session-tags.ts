import fc from 'fast-check';
import { sqlLiteral } from '../client/sql-literal.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { anyJson } from './json-texts.js';
import { brief, tagsBecome } from './recorded-tags.js';

const empty = fc.constant('');

/** What several SETs leave, the last of them a tag or the empty text. */
export const sessionTagScripts = {
  'the tag that was set last': fc
    .tuple(fc.array(fc.oneof(anyJson, anyJson, empty), { maxLength: 3 }), anyJson)
    .map(([before, last]) => [...before, last]),
  'no tag after it was cleared': fc
    .tuple(fc.array(fc.oneof(anyJson, anyJson, empty), { maxLength: 3 }), anyJson)
    .map(([before, last]) => [...before, last, '']),
} satisfies Record<string, fc.Arbitrary<string[]>>;

/** session_tag is the JSON value of the last SET, whatever JSON it is; NULL after the empty text. */
export function sessionTagsStay(
  world: World,
  what: keyof typeof sessionTagScripts,
): Property<string[]> {
  return {
    name: `session_tag is ${what}`,
    cases: sessionTagScripts[what],
    show: (tags) => tags.map((tag) => `  ${brief(set(tag))}`).join('\n'),
    check: async (tags) => {
      const session = await world.sessions.start('tagger', 'admin');
      for (const tag of tags) {
        await session.execute(set(tag));
      }
      const last = tags.at(-1) ?? '';
      await tagsBecome(world, { sessions: [{ of: session, tag: last === '' ? null : last }] });
    },
  };
}

function set(tag: string): string {
  return `SET gizmosql.session_tag = ${sqlLiteral(tag)}`;
}
