import type { FlightSqlClient } from '../client/flight-sql-client.js';
import type { PreparedStatement } from '../client/prepared-statement.js';
import type { ResultTable } from '../client/result-table.js';
import type { TypedRows } from '../client/parameters.js';
import type { Outcome } from './evidence.js';
import type { LastAnswer, Session } from './session.js';

/** An id that no server gave out. */
const unknownTransaction = new TextEncoder().encode('no transaction has this id');

/** The ways by which a client can hand a server a statement, as scenarios name them. */
export const doors = {
  'a query': (client: FlightSqlClient, sql: string) => client.query(sql),
  'an update': (client: FlightSqlClient, sql: string) => client.update(sql),
  'a prepared query': (client: FlightSqlClient, sql: string, parameters?: TypedRows) =>
    prepared(client, sql, parameters, (statement) => statement.query()),
  'a prepared update': (client: FlightSqlClient, sql: string, parameters?: TypedRows) =>
    prepared(client, sql, parameters, (statement) => statement.update()),
  'an update in a transaction': async (client: FlightSqlClient, sql: string) => {
    const transaction = await client.beginTransaction();
    try {
      return await client.update(sql, { transaction });
    } finally {
      await client.endTransaction(transaction, 'rollback');
    }
  },
  'a query in a transaction that is not there': (client: FlightSqlClient, sql: string) =>
    client.query(sql, { transaction: unknownTransaction }),
  'an update in a transaction that is not there': (client: FlightSqlClient, sql: string) =>
    client.update(sql, { transaction: unknownTransaction }),
  'a prepared query in a transaction that is not there': async (
    client: FlightSqlClient,
    sql: string,
  ) => {
    const statement = await client.prepare(sql, { transaction: unknownTransaction });
    try {
      return await statement.query();
    } finally {
      await statement.close();
    }
  },
} satisfies Record<
  string,
  (
    client: FlightSqlClient,
    sql: string,
    parameters?: TypedRows,
  ) => Promise<ResultTable | bigint | string>
>;

export type Door = keyof typeof doors;

/** One thing to try, with what to call it in the evidence. */
export interface Attempt {
  readonly sql: string;
  readonly act: (client: FlightSqlClient) => Promise<ResultTable | bigint | string>;
}

/** Tries one after the other, whatever becomes of each; the session's last answer is the first refusal. */
export async function tryAll(session: Session, attempts: readonly Attempt[]): Promise<Outcome[]> {
  const answers: LastAnswer[] = [];
  for (const { sql, act } of attempts) {
    answers.push({ sql, outcome: await session.perform(sql, act) });
  }
  session.last = answers.find(({ outcome }) => 'error' in outcome) ?? answers.at(-1);
  return answers.map(({ outcome }) => outcome);
}

/**
 * Tries what a server must refuse. It is rehearsed in a transaction that is
 * rolled back: a server that does not refuse it there does not get it in
 * earnest, so that nobody's records are lost to a test.
 */
export async function tryForbidden(session: Session, attempts: readonly Attempt[]): Promise<void> {
  await session.perform('BEGIN TRANSACTION', (client) => client.query('BEGIN TRANSACTION'));
  const rehearsed = await tryAll(session, attempts);
  const answer = session.last;
  await session.perform('ROLLBACK', (client) => client.query('ROLLBACK'));
  session.last = answer;
  if (rehearsed.some((outcome) => 'error' in outcome)) {
    await tryAll(session, attempts);
  }
}

async function prepared<T>(
  client: FlightSqlClient,
  sql: string,
  parameters: TypedRows | undefined,
  execute: (statement: PreparedStatement) => Promise<T>,
): Promise<T> {
  const statement = await client.prepare(sql);
  try {
    if (parameters !== undefined) {
      statement.bind(parameters);
    }
    return await execute(statement);
  } finally {
    await statement.close();
  }
}
