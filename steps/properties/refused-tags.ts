import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sqlLiteral } from '../client/sql-literal.js';
import { refusalIn } from '../scenario/session.js';
import type { World } from '../scenario/world.js';
import { brokenJson } from './broken-json.js';
import type { Property } from './check-property.js';
import { smallJson } from './json-texts.js';
import { brief, tagsBecome } from './recorded-tags.js';

/** Tags that are set, and texts that must not replace them. */
interface RefusedTags {
  readonly sessionTag: string;
  readonly queryTag: string;
  readonly broken: readonly { readonly name: 'session_tag' | 'query_tag'; readonly text: string }[];
}

/** Texts that are no JSON are refused, and both tags stay. */
export function brokenTagsAreRefused(world: World): Property<RefusedTags> {
  return {
    name: 'tags that are no JSON are refused',
    cases: fc.record({
      sessionTag: smallJson,
      queryTag: smallJson,
      broken: fc.array(
        fc.record({
          name: fc.constantFrom('session_tag' as const, 'query_tag' as const),
          text: brokenJson,
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
    show: ({ sessionTag, queryTag, broken }) =>
      [
        set('session_tag', sessionTag),
        set('query_tag', queryTag),
        ...broken.map(({ name, text }) => set(name, text)),
      ]
        .map((sql) => `  ${brief(sql)}`)
        .join('\n'),
    check: async ({ sessionTag, queryTag, broken }) => {
      const session = await world.sessions.start('tagger', 'admin');
      await session.execute(set('session_tag', sessionTag));
      await session.execute(set('query_tag', queryTag));
      for (const { name, text } of broken) {
        const sql = set(name, text);
        refusalIn(sql, await session.tryToExecute(sql));
      }
      const sql = `SELECT '${randomUUID()}'`;
      await session.execute(sql);
      await tagsBecome(world, {
        sessions: [{ of: session, tag: sessionTag }],
        statements: [{ of: session, sql, tag: queryTag }],
      });
    },
  };
}

function set(name: string, text: string): string {
  return `SET gizmosql.${name} = ${sqlLiteral(text)}`;
}
