import { Then, When } from '@cucumber/cucumber';
import type { FlightSqlClient } from './client/flight-sql-client.js';
import { printValue } from './client/plain-value.js';
import type { RunningQuery } from './client/running-query.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { broken } from './scenario/conversation.js';
import type { Session } from './scenario/session.js';
import type { World } from './scenario/world.js';

/** How slowly a slow client reads: a pause before each batch, until it has been slow for long enough; in ms. */
const slowness = { pauseMs: 100, mostMs: 800 };

When('{string} starts executing:', async function (this: World, name: string, text: string) {
  await this.session(name).start(this.fill(text));
});

When(
  '{string} starts executing the prepared statement {int} times',
  async function (this: World, name: string, times: number) {
    for (let time = 0; time < times; time++) {
      await this.session(name).startPrepared();
    }
  },
);

When('{string} has got some rows of it', async function (this: World, name: string) {
  const { sql, query } = this.session(name).running;
  try {
    const rows = await query.nextBatch();
    if (rows === undefined || rows.length === 0) {
      throw new PromiseBroken('the first rows of a long result', sql, 'no rows');
    }
  } catch (error) {
    throw broken('the first rows of a long result', sql, error);
  }
});

// Whether it comes to its end or to an error.
When('{string} reads what is left of it', async function (this: World, name: string) {
  const session = this.session(name);
  const { sql, query } = session.running;
  session.takeRunning();
  await session.perform(sql, async () => {
    const texts = new Set<string>();
    for (let rows = await query.nextBatch(); rows !== undefined; rows = await query.nextBatch()) {
      rows.forEach((row) => texts.add(printValue(row)));
    }
    return [...texts].join(', ');
  });
});

When(
  /^"([^"]*)" (hangs up on it|cancels it by CancelQuery|cancels it by CancelFlightInfo)$/,
  async function (this: World, name: string, how: string) {
    const session = this.session(name);
    const { query } = session.running;
    if (how === 'hangs up on it') {
      query.cancel();
    } else if (how.endsWith('CancelQuery')) {
      await session.succeed('CancelQuery', (client) => client.cancelQuery(query.info));
    } else {
      await session.succeed('CancelFlightInfo', (client) => client.cancelFlightInfo(query.info));
    }
    await session.runningMustFail();
  },
);

// Of several, which one runs and which waits for it is the server's own affair.
Then(
  /^(?:its query ends|each of its queries ends) with an error for "([^"]*)"$/,
  async function (this: World, name: string) {
    await this.session(name).runningMustFail();
  },
);

// Whole batches are read: how many rows that were is remembered as "NAME.read".
When(
  '{string} closes a result after {int} row(s):',
  async function (this: World, name: string, rows: number, text: string) {
    const sql = this.fill(text);
    const got = await letGo(this.session(name), sql, rows, (client) => client.startQuery(sql));
    if (got < rows) {
      throw new PromiseBroken(`${rows} rows or more`, sql, `${got} rows`);
    }
    this.memory.remember(`${name}.read`, got);
  },
);

When(
  /^"([^"]*)" lets go of a result after the last of its (\d+) rows?(?:, (\d+) times)?:$/,
  async function (this: World, name: string, rows: string, times: string | null, text: string) {
    const sql = this.fill(text);
    const start: Start = (client) => client.startQuery(sql);
    await letGoAfterTheLast(this.session(name), sql, Number(rows), Number(times ?? 1), start);
  },
);

When(
  '{string} executes the prepared statement {int} times and lets go of each result after the last of its {int} row(s)',
  async function (this: World, name: string, times: number, rows: number) {
    const session = this.session(name);
    const { sql, statement } = session.prepared;
    await letGoAfterTheLast(session, sql, rows, times, () => statement.start());
  },
);

When(
  '{string} reads a result of {int} rows slowly:',
  async function (this: World, name: string, rows: number, text: string) {
    const sql = this.fill(text);
    const { pauseMs, mostMs } = slowness;
    const read = (query: RunningQuery) => query.readSlowly(pauseMs, mostMs);
    const start: Start = (client) => client.startQuery(sql);
    mustBeAll(await reading(this.session(name), sql, start, read), rows, sql);
  },
);

type Start = (client: FlightSqlClient) => Promise<RunningQuery>;

async function letGoAfterTheLast(
  session: Session,
  sql: string,
  rows: number,
  times: number,
  start: Start,
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
