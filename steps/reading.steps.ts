import { Then, When } from '@cucumber/cucumber';
import type { FlightSqlClient } from './client/flight-sql-client.js';
import { printValue } from './client/plain-value.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { broken } from './scenario/conversation.js';
import { closeResult, readResult } from './scenario/close-result.js';
import type { Running, Session } from './scenario/session.js';
import type { World } from './scenario/world.js';

/** The pause before each batch and the total duration of a slow read, in milliseconds. */
const slowness = { pauseMs: 100, mostMs: 800 };

When('{string} starts executing:', async function (this: World, name: string, text: string) {
  await this.session(name).start(this.fill(text));
});

// The result may end or fail; with `slowly` it must end.
When(
  /^"([^"]*)" (has got some rows|reads what is left) of it(?: slowly, (\d+) rows in all)?$/,
  async function (this: World, name: string, what: string, slowly: string | null) {
    const session = this.session(name);
    const { running } = session;
    if (what === 'has got some rows') {
      await getSome(running);
      return;
    }
    session.takeRunning();
    await (slowly === null
      ? readOn(session, running)
      : readSlowly(session, running, Number(slowly)));
  },
);

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
  const { pauseMs, mostMs } = slowness;
  const reading = { sql, start: () => Promise.resolve(query) };
  const got = await readResult(session, reading, () => query.readSlowly(pauseMs, mostMs));
  if (got !== rows) {
    throw new PromiseBroken(`${rows} rows`, sql, `${got} rows`);
  }
}
