import { Then, When } from '@cucumber/cucumber';
import type { FlightSqlClient } from './client/flight-sql-client.js';
import type { RunningQuery } from './client/running-query.js';
import { readExpectation } from './scenario/expectation.js';
import { Untestable } from './scenario/lacks.js';
import { last } from './scenario/last-answer.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { recordsBecome } from './scenario/records.js';
import { broken } from './scenario/session.js';
import type { Session } from './scenario/session.js';
import type { World } from './scenario/world.js';

/** How slowly a slow client reads: a pause before each batch, until it has been slow for long enough; in ms. */
const slowness = { pauseMs: 100, mostMs: 800 };

// Whole batches are read: how many rows that were is remembered as "NAME.read".
When(
  '{string} closes a result after {int} row(s):',
  async function (this: World, name: string, rows: number, text: string) {
    const sql = this.fill(text);
    const got = await letGo(this.session(name), sql, rows, (client) => client.startQuery(sql));
    if (got < rows) {
      throw new PromiseBroken(`${rows} rows or more`, sql, `${got} rows`);
    }
    this.remember(`${name}.read`, got);
  },
);

When(
  '{string} lets go of a result after the last of its {int} row(s):',
  async function (this: World, name: string, rows: number, text: string) {
    await letGoAfterTheLast(this.session(name), this.fill(text), rows, 1);
  },
);

When(
  '{string} lets go of a result after the last of its {int} row(s), {int} times:',
  async function (this: World, name: string, rows: number, times: number, text: string) {
    await letGoAfterTheLast(this.session(name), this.fill(text), rows, times);
  },
);

When(
  '{string} executes the prepared statement {int} times and lets go of each result after the last of its {int} row(s)',
  async function (this: World, name: string, times: number, rows: number) {
    const session = this.session(name);
    const { prepared, preparedSql } = session;
    if (prepared === undefined) {
      throw new Error(`'${name}' has prepared nothing`);
    }
    await letGoAfterTheLast(session, preparedSql, rows, times, () => prepared.start());
  },
);

When(
  '{string} reads a result of {int} rows slowly:',
  async function (this: World, name: string, rows: number, text: string) {
    const sql = this.fill(text);
    const { pauseMs, mostMs } = slowness;
    const read = (query: RunningQuery) => query.readSlowly(pauseMs, mostMs);
    const start = (client: FlightSqlClient) => client.startQuery(sql);
    mustBeAll(await reading(this.session(name), sql, start, read), rows, sql);
  },
);

When('{string} loses its connection', function (this: World, name: string) {
  this.session(name).loseConnection();
});

When('{string} comes back on another connection', async function (this: World, name: string) {
  const why = await this.session(name).comeBack(this.recall(name));
  if (why !== undefined) {
    throw new Untestable(why);
  }
});

// With the token that it has: whether that is served no more is for the next step to see.
When(
  '{string} tries to come back on another connection',
  async function (this: World, name: string) {
    await this.session(name).comeBack(this.recall(name));
  },
);

// Whether a session outlives its connection is not specified: one that was over may not be killed any more.
Then(
  'the session of {string} is recorded as killed, or as ended if that was refused',
  async function (this: World, name: string) {
    const killed = !('error' in last(this.answering).outcome);
    const ended = killed ? `'killed'` : `one of 'closed', 'timeout', 'error'`;
    const expected = { status: ended, stop_time: 'a timestamp', stop_reason: 'some text' };
    const columns = Object.keys(expected);
    const rows = [Object.values(expected).map((cell) => readExpectation(cell, this.recall))];
    await recordsBecome(this, { kind: 'session', session: this.session(name), columns, rows });
  },
);

type Start = (client: FlightSqlClient) => Promise<RunningQuery>;

async function letGoAfterTheLast(
  session: Session,
  sql: string,
  rows: number,
  times: number,
  start: Start = (client) => client.startQuery(sql),
): Promise<void> {
  for (let time = 0; time < times; time++) {
    mustBeAll(await letGo(session, sql, rows, start), rows, sql);
  }
}

/** Resolves to the number of rows that the client got before it cancelled the call. */
function letGo(session: Session, sql: string, rows: number, start: Start): Promise<number> {
  return reading(session, sql, start, (query) => query.letGoAfter(rows));
}

/** Resolves to the number of rows read; they are not kept. */
async function reading(
  session: Session,
  sql: string,
  start: Start,
  read: (query: RunningQuery) => Promise<number>,
): Promise<number> {
  let got = 0;
  const outcome = await session.perform(sql, async (client) => {
    got = await read(await start(client));
    return `${got} rows read`;
  });
  if ('error' in outcome) {
    throw broken('a result to read', sql, outcome.error);
  }
  return got;
}

function mustBeAll(got: number, rows: number, sql: string): void {
  if (got !== rows) {
    throw new PromiseBroken(`${rows} rows`, sql, `${got} rows`);
  }
}
