import { printValue } from '../client/plain-value.js';
import type { ResultTable } from '../client/result-table.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { Session } from './session.js';

/** What the session was answered last; an Error when it sent nothing, which no scenario may. */
export function last(session: Session): NonNullable<Session['last']> {
  if (session.last === undefined) {
    throw new Error(`'${session.settings.name}' has sent nothing yet`);
  }
  return session.last;
}

/** The result of that; PromiseBroken when it has none. */
export function answeredTable(session: Session): ResultTable {
  const { sql, outcome } = last(session);
  if ('table' in outcome) {
    return outcome.table;
  }
  const got = 'error' in outcome ? `the error ${printValue(outcome.error.message)}` : 'no rows';
  throw new PromiseBroken('a result with rows', sql, got);
}

/** The message of the refusal; a connection that broke is none. */
export function refusal(session: Session): string {
  const { sql, outcome } = last(session);
  if ('error' in outcome && outcome.error.answered) {
    return outcome.error.message;
  }
  const got = 'error' in outcome ? `no answer: ${outcome.error.message}` : 'success';
  throw new PromiseBroken('a refusal', sql, got);
}
