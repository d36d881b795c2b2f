import { setTimeout as delay } from 'node:timers/promises';
import { Then, When } from '@cucumber/cucumber';
import type { FlightSqlClient } from './client/flight-sql-client.js';
import type { ResultTable } from './client/result-table.js';
import { printValue } from './client/plain-value.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { broken, housekeepingMark } from './scenario/conversation.js';
import { LeftOpen } from './scenario/lacks.js';
import { printRows } from './scenario/match-rows.js';
import { closeResult, readResult } from './scenario/close-result.js';
import type { Running, Session } from './scenario/session.js';
import { becomes } from './scenario/visibility.js';
import type { World } from './scenario/world.js';

/** How long a query may take to end once its client has cancelled it, in milliseconds. */
const endsWithinMs = 5_000;

/** The pause of a slow read, in milliseconds. It is far longer than the engine needs on a slow machine. */
const slowReadMs = 2_000;

/** What a client does with its running query. `rows` is the number that the step tells. */
const readingActs: Record<string, (session: Session, rows: number) => Promise<void>> = {
  'has got some rows of it': (session) => getSome(session.running),
  // The result may end or fail.
  'reads what is left of it': (session) => readOn(session, takeRunning(session)),
  'reads what is left of it slowly': (session, rows) =>
    readSlowly(session, takeRunning(session), rows),
  'hangs up on it': async (session) => {
    session.running.query.cancel();
    await session.runningMustFail();
  },
  'cancels it by CancelQuery': (session) => cancelBy('CancelQuery', session),
  'cancels it by CancelFlightInfo': (session) => cancelBy('CancelFlightInfo', session),
};

When(
  new RegExp(`^"([^"]*)" (${Object.keys(readingActs).join('|')})(?:, (\\d+) rows in all)?$`),
  async function (this: World, name: string, act: string, rows: string | null) {
    await readingActs[act]?.(this.session(name), Number(rows));
  },
);

function takeRunning(session: Session): Running {
  const { running } = session;
  session.takeRunning();
  return running;
}

/** Only KILL SESSION is specified to end a query. A server may ignore that its client gives it up. */
async function cancelBy(call: 'CancelQuery' | 'CancelFlightInfo', session: Session): Promise<void> {
  const { query } = session.running;
  const outcome = await session.perform(call, (client) =>
    call === 'CancelQuery' ? client.cancelQuery(query.info) : client.cancelFlightInfo(query.info),
  );
  if ('error' in outcome) {
    throw new LeftOpen(`the server refuses ${call}: ${outcome.error.message}`);
  }
  await mustEndSoon(session, call);
}

/** Waits briefly for the running query to fail. If it goes on, the client gives it up. */
async function mustEndSoon(session: Session, call: string): Promise<void> {
  const { query } = session.running;
  const outcome = await Promise.race([
    session.runningMustFail().then(() => 'ended' as const),
    delay(endsWithinMs, 'goes on' as const, { ref: false }),
  ]);
  if (outcome === 'goes on') {
    query.cancel();
    throw new LeftOpen(`${call} does not end the query, and it is not specified to`);
  }
}

// A server that does not stop the query records it as executing until it ends by itself.
Then(
  'the execution of {string} is recorded as cancelled, where the server stops it',
  async function (this: World, name: string) {
    const sql = `SELECT e.status, e.execution_end_time FROM _gizmosql_instr.main.sql_executions e JOIN _gizmosql_instr.main.sql_statements USING (statement_id) WHERE session_id = '${this.fill(`\${${name}}`)}' AND NOT contains(sql_text, '${housekeepingMark}')`;
    const seen = { goesOn: false };
    const wait = {
      promised: `the execution of '${name}' is recorded as cancelled, with an end`,
      sent: sql,
      look: () => this.look(sql),
      judge: ({ rows }: ResultTable) => {
        seen.goesOn = rows.length === 1 && rows[0]?.[0] === 'executing';
        const isRight = rows.length === 1 && rows[0]?.[0] === 'cancelled' && rows[0][1] !== null;
        return isRight ? undefined : printRows(rows);
      },
    };
    try {
      await becomes(wait, this.visibilityMs);
    } catch (error) {
      if (seen.goesOn && error instanceof PromiseBroken) {
        throw new LeftOpen(
          'the server does not stop a query whose client gives it up, and it is not specified to',
        );
      }
      throw error;
    }
  },
);

// With several queries, the server decides which one runs first.
Then(
  /^(?:its query ends|each of its queries ends) with an error for "([^"]*)"$/,
  async function (this: World, name: string) {
    await this.session(name).runningMustFail();
  },
);

// Reads whole batches. Their number of rows is remembered as "NAME.read".
When(
  /^"([^"]*)" closes a result after (the last of its )?(\d+) rows?(?:, (\d+) times)?:$/,
  async function (
    this: World,
    name: string,
    last: string | null,
    rows: string,
    times: string | null,
    text: string,
  ) {
    const sql = this.fill(text);
    const start = (client: FlightSqlClient) => client.startQuery(sql);
    for (let time = 0; time < Number(times ?? 1); time++) {
      const closed = { sql, start, rows: Number(rows), all: last !== null };
      this.memory.remember(`${name}.read`, await closeResult(this.session(name), closed));
    }
  },
);

async function getSome({ sql, query }: Running): Promise<void> {
  const promised = 'some rows of a long result';
  try {
    const rows = await query.nextBatch();
    if (rows === undefined || rows.length === 0) {
      throw new PromiseBroken(promised, sql, 'no rows');
    }
  } catch (error) {
    throw broken(promised, sql, error);
  }
}

async function readOn(session: Session, { sql, query }: Running): Promise<void> {
  await session.perform(sql, async () => {
    const texts = new Set<string>();
    for (let rows = await query.nextBatch(); rows !== undefined; rows = await query.nextBatch()) {
      rows.forEach((row) => texts.add(printValue(row)));
    }
    return [...texts].join(', ');
  });
}

async function readSlowly(session: Session, { sql, query }: Running, rows: number): Promise<void> {
  const reading = { sql, start: () => Promise.resolve(query) };
  const got = await readResult(session, reading, () => query.readSlowly(slowReadMs));
  if (got !== rows) {
    throw new PromiseBroken(`${rows} rows`, sql, `${got} rows`);
  }
}
