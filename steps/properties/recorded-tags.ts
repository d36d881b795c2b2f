import { randomUUID } from 'node:crypto';
import { printValue, valueText } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import { sqlLiteral } from '../client/sql-literal.js';
import type { Session } from '../scenario/session.js';
import { becomes } from '../scenario/visibility.js';
import type { World } from '../scenario/world.js';
import { isSameJson } from './json-texts.js';

/** The tags that records must have: of sessions, and of the statements of these texts. Null: none. */
export interface ExpectedTags {
  readonly sessions?: readonly { readonly of: Session; readonly tag: string | null }[];
  readonly statements?: readonly ExpectedStatementTag[];
}

export interface ExpectedStatementTag {
  readonly of: Session;
  /** A text of its own, which nothing else sends. */
  readonly sql: string;
  readonly tag: string | null;
}

/** How a session's recorded tag differs from the expected one; undefined if it does not. */
export type JudgeTag = (
  got: PlainValue,
  expected: string | null,
  of: Session,
) => string | undefined;

/** A long text in short, for reports. */
export function brief(text: string): string {
  const most = 400;
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}

/** A recorded tag in short, for reports. */
export function printTag(tag: PlainValue): string {
  return brief(typeof tag === 'string' ? tag : printValue(tag));
}

/** The same JSON, or NULL. */
export function sameTag(got: PlainValue, expected: string | null): string | undefined {
  const isSame = expected === null ? got === null : isSameJson(got, expected);
  return isSame ? undefined : printTag(got);
}

/**
 * Waits until the records have the expected tags, and until the record of a later statement of each session
 * with an expected tag is there: without it a tag might only not have been cleared yet. A statement may have
 * several records. At least one tag must be expected.
 */
export async function tagsBecome(
  world: World,
  { sessions = [], statements = [] }: ExpectedTags,
  judge: JudgeTag = sameTag,
): Promise<void> {
  const later = await Promise.all(
    sessions.map(async ({ of }) => {
      const sql = `SELECT '${randomUUID()}'`;
      await world.ask(of, sql);
      return { of, sql };
    }),
  );
  const texts = [...later, ...statements].map(
    ({ of, sql }) => `(${sqlLiteral(idOf(of))}, ${sqlLiteral(sql)})`,
  );
  const ids = sessions.map(({ of }) => sqlLiteral(idOf(of)));
  const parts = [
    ...(ids.length === 0
      ? []
      : [
          `SELECT session_id::VARCHAR, NULL, session_tag::VARCHAR FROM _gizmosql_instr.main.sessions WHERE session_id IN (${ids.join(', ')})`,
        ]),
    `SELECT wanted.id, wanted.text, query_tag::VARCHAR FROM (VALUES ${texts.join(', ')}) wanted (id, text)
      JOIN _gizmosql_instr.main.sql_statements s ON s.session_id::VARCHAR = wanted.id AND starts_with(s.sql_text, wanted.text)`,
  ];
  const sql = parts.join(' UNION ALL ');
  const expected = [
    ...sessions.map(({ of, tag }) => ({ of, text: null, tag, what: 'session_tag' })),
    ...statements.map(({ of, sql: text, tag }) => ({
      of,
      text,
      tag,
      what: `query_tag of ${text}`,
    })),
  ];
  const named = expected.map(
    ({ of, what, tag }) => `'${of.settings.name}' has the ${what} ${brief(tag ?? 'NULL')}`,
  );
  await becomes(
    {
      promised: named.join('; '),
      sent: sql,
      look: async () => (await world.look(sql)).rows,
      judge: (rows) => {
        const found = (of: Session, text: string | null) =>
          rows.filter(([id, each]) => id === idOf(of) && each === text);
        const wrong = expected.flatMap(({ of, text, tag, what }) => {
          const got = found(of, text);
          const differences = got.flatMap(
            ([, , recorded = null]) => judge(recorded, tag, of) ?? [],
          );
          const said = got.length === 0 ? ['no record'] : differences;
          return said.map((difference) => `${what} of '${of.settings.name}': ${difference}`);
        });
        const missing = later.filter(({ of, sql: text }) => found(of, text).length === 0);
        return wrong[0] ?? (missing.length === 0 ? undefined : 'no record of a later statement');
      },
    },
    world.visibilityMs,
  );
}

function idOf({ id }: Session): string {
  return valueText(id);
}
