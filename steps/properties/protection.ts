import fc from 'fast-check';
import { doors } from '../scenario/attempts.js';
import { printValue } from '../client/plain-value.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { Session } from '../scenario/session.js';
import { mustBeUnchanged } from '../scenario/snapshot.js';
import { becomes } from '../scenario/visibility.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { forbiddenAttempts, showAttempt } from './forbidden-statements.js';
import type { Change, ForbiddenAttempt } from './forbidden-statements.js';

/** Whatever would change the instrumentation in that way is refused and changes nothing. */
export function changesNothing(world: World, change: Change): Property<ForbiddenAttempt> {
  return {
    ...attemptsOf(world, change),
    name: `${change}: refused and without effect`,
    check: async (attempt) => {
      await mustBeRefused(await world.sessionOf(attempt.role), attempt);
      await mustBeUnchanged(world);
    },
  };
}

/** Both at once, of several attempts in a row: for who tries very many. */
export function refusedInAllRespects(
  world: World,
  change: Change,
  inRow: number,
): Property<readonly ForbiddenAttempt[]> {
  const { cases, show } = attemptsOf(world, change);
  return {
    name: `${change}: refused, without effect and recorded as failed`,
    cases: fc.array(cases, { minLength: inRow, maxLength: inRow }),
    part: 1 / inRow,
    show: (attempts) => attempts.map(show).join('\n'),
    check: async (attempts) => {
      const refused = new Map<Session, string[]>();
      for (const attempt of attempts) {
        const session = await world.sessionOf(attempt.role);
        const texts = await mustBeRefused(session, attempt);
        refused.set(session, [...(refused.get(session) ?? []), ...texts]);
      }
      await mustBeUnchanged(world);
      for (const [session, texts] of refused) {
        await mustBeRecorded(world, session, texts);
      }
    },
  };
}

/** Each refused attempt is recorded as failed. */
export function recordedAsFailed(world: World, change: Change): Property<ForbiddenAttempt> {
  return {
    ...attemptsOf(world, change),
    name: `${change}: recorded as failed`,
    check: async (attempt) => {
      const session = await world.sessionOf(attempt.role);
      const texts = await mustBeRefused(session, attempt);
      await mustBeRecorded(world, session, texts);
    },
  };
}

function attemptsOf(
  world: World,
  change: Change,
): Pick<Property<ForbiddenAttempt>, 'cases' | 'show'> {
  return {
    cases: forbiddenAttempts(change, {
      catalog: world.inCatalog('_gizmosql_instr'),
      fresh: `forged_${world.unique}`,
      id: world.fill('${forged}'),
    }),
    show: showAttempt,
  };
}

/**
 * Makes the attempt, in a transaction that is rolled back first: a server that lets it pass there does
 * not get it in earnest. Resolves to what was refused; PromiseBroken when nothing was.
 */
async function mustBeRefused(session: Session, attempt: ForbiddenAttempt): Promise<string[]> {
  for (const sql of attempt.setup) {
    await session.succeed(sql, (client) => client.query(sql));
  }
  await control(session, 'BEGIN TRANSACTION');
  const rehearsed = await send(session, attempt);
  await control(session, 'ROLLBACK');
  const refused = rehearsed.length === 0 ? [] : await send(session, attempt);
  if (refused.length === 0) {
    const promised = 'a refusal: clients may only read the instrumentation';
    throw new PromiseBroken(promised, attempt.sent.join('\n'), 'success');
  }
  return refused;
}

/** Sends it all, whatever becomes of each; resolves to what the server refused. */
async function send(session: Session, { sent, door }: ForbiddenAttempt): Promise<string[]> {
  const refused: string[] = [];
  for (const sql of sent) {
    const outcome = await session.perform(sql, (client) => doors[door](client, sql));
    if ('error' in outcome) {
      if (!outcome.error.answered) {
        throw new PromiseBroken('an answer', sql, printValue(outcome.error.message));
      }
      refused.push(sql);
    }
  }
  return refused;
}

async function control(session: Session, sql: string): Promise<void> {
  await session.perform(sql, (client) => client.query(sql));
}

/** Waits until each text has a record of a failure: a server may take one that holds several statements apart. */
async function mustBeRecorded(
  world: World,
  session: Session,
  texts: readonly string[],
): Promise<void> {
  const { name } = session.settings;
  const list = texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ');
  const sql = `SELECT DISTINCT t.text FROM unnest([${list}]) t(text) JOIN _gizmosql_instr.main.sql_statements s ON contains(t.text, trim(s.sql_text)) AND trim(s.sql_text) <> '' LEFT JOIN _gizmosql_instr.main.sql_executions e ON e.statement_id = s.statement_id WHERE s.session_id = '${world.fill(`\${${name}}`)}' AND (NOT s.prepare_success AND s.prepare_error <> '' OR e.status = 'error' AND e.error_message <> '')`;
  const wait = {
    promised: 'a record of a failure, with a message, of each refused statement',
    sent: sql,
    look: async () => (await world.look(sql)).rows.length,
    judge: (found: number) =>
      found === new Set(texts).size ? undefined : `of ${found} of ${new Set(texts).size}`,
  };
  await becomes(wait, world.visibilityMs);
}
