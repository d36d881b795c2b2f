import { randomUUID } from 'node:crypto';
import { sqlLiteral } from '../client/sql-literal.js';
import type { Session } from '../scenario/session.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { actors, modelOf, setBy, showTagScript, tagScripts } from './query-tag-script.js';
import type { Step, TaggedStatement, TagScript } from './query-tag-script.js';
import { printTag, sameTag, tagsBecome } from './recorded-tags.js';
import type { JudgeTag } from './recorded-tags.js';

interface Judged {
  /** The statements of a script that are judged. */
  readonly statements: (statement: TaggedStatement) => boolean;
  readonly judge: JudgeTag;
  /** Whether the sessions' own tags are judged, too. */
  readonly sessionTags?: boolean;
}

/** What of the tags is judged after a script. */
export const judgedTags = {
  'the tag that was set when it was made': {
    statements: ({ tag }) => tag !== null,
    judge: sameTag,
  },
  'no tag after it was cleared': {
    statements: ({ tag, hadTag }) => tag === null && hadTag,
    judge: sameTag,
  },
  'no tag of another session': {
    statements: ({ otherHadTag }) => otherHadTag,
    judge: (got, _, { settings: { name } }) => {
      const by = setBy(got);
      return by === undefined || by === name ? undefined : printTag(got);
    },
    sessionTags: true,
  },
} satisfies Record<string, Judged>;

/** After each script of two sessions, every statement has the tag that its session had set. */
export function statementsAreTagged(
  world: World,
  what: keyof typeof judgedTags,
): Property<TagScript> {
  const { statements, judge, sessionTags = false }: Judged = judgedTags[what];
  return {
    name: `query_tag: ${what}`,
    cases: tagScripts.filter((script) => modelOf(script).statements.some(statements)),
    show: showTagScript,
    check: async (script) => {
      const model = modelOf(script);
      const sessions = {
        anna: await world.sessions.start('anna', 'admin'),
        ben: await world.sessions.start('ben', 'admin'),
      };
      const texts = new Map<number, string>();
      for (const [at, step] of script.entries()) {
        const sql = `SELECT '${randomUUID()}'`;
        texts.set(at, step.does === 'a query that fails' ? `${sql} FROM "${randomUUID()}"` : sql);
        await perform(sessions[step.who], step, model.texts.get(at) ?? '', texts.get(at) ?? sql);
      }
      const expected = {
        sessions: sessionTags
          ? actors.map((who) => ({ of: sessions[who], tag: model.sessionTags[who] }))
          : [],
        statements: model.statements
          .filter(statements)
          .map(({ who, step, tag }) => ({ of: sessions[who], sql: texts.get(step) ?? '', tag })),
      };
      await tagsBecome(world, expected, judge);
    },
  };
}

async function perform(session: Session, step: Step, tag: string, sql: string): Promise<void> {
  switch (step.does) {
    case 'set query_tag':
    case 'set session_tag':
      await session.execute(`SET gizmosql.${step.does.slice('set '.length)} = ${sqlLiteral(tag)}`);
      break;
    case 'a query':
    case 'a prepared query':
      await session.execute(sql, step.does);
      break;
    case 'a query that fails':
      await session.tryToExecute(sql);
      break;
    case 'prepare':
      if (session.hasPrepared) {
        await session.closePrepared();
      }
      await session.prepare(sql);
      break;
    case 'execute what is prepared':
      if (session.hasPrepared) {
        await session.executePrepared();
      }
      break;
  }
}
