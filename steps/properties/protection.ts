import fc from 'fast-check';
import { printValue } from '../client/plain-value.js';
import { sqlLiteral } from '../client/sql-literal.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { Session } from '../scenario/session.js';
import { mustBeUnchanged } from '../scenario/snapshot.js';
import { becomes } from '../scenario/visibility.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { forbiddenAttempts, showAttempt } from './forbidden-statements.js';
import type { Change, ForbiddenAttempt } from './forbidden-statements.js';

/** Every change of this kind is refused and has no effect. */
export function changesNothing(world: World, change: Change): Property<ForbiddenAttempt> {
  return {
    ...attemptsOf(world, change),
    name: `${change}: refused and without effect`,
    check: async (attempt) => {
      await mustBeRefused(await world.sessions.ofRole(attempt.role), attempt);
      await mustBeUnchanged(world);
    },
  };
}

/** Both properties for several attempts in sequence: for very many trials. */
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
        const session = await world.sessions.ofRole(attempt.role);
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
      const session = await world.sessions.ofRole(attempt.role);
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
      catalog: world.memory.inCatalog('_gizmosql_instr'),
      fresh: `forged_${world.memory.unique}`,
      id: world.fill('${forged}'),
    }),
    show: showAttempt,
  };
}

/**
 * Makes the attempt first in a transaction that is rolled back, so that a server that allows it keeps no
 * damage. Resolves to the refused statements. Throws PromiseBroken if none was refused.
 */
async function mustBeRefused(session: Session, attempt: ForbiddenAttempt): Promise<string[]> {
  for (const sql of attempt.setup) {
    await session.execute(sql);
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

/** Sends all statements, even after errors; resolves to those that the server refused. */
async function send(session: Session, { sent, door }: ForbiddenAttempt): Promise<string[]> {
  const refused: string[] = [];
  for (const sql of sent) {
    const outcome = await session.tryToExecute(sql, door);
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
  await session.tryToExecute(sql);
}

/**
 * Waits until each text has a failed record. A server may record a text with several statements as several
 * records.
 */
async function mustBeRecorded(
  world: World,
  session: Session,
  texts: readonly string[],
): Promise<void> {
  const { name } = session.settings;
  const list = texts.map(sqlLiteral).join(', ');
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
