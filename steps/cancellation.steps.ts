import { Then, When } from '@cucumber/cucumber';
import { FlightError } from './client/flight-error.js';
import { printValue } from './client/plain-value.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { broken } from './scenario/session.js';
import type { Session } from './scenario/session.js';
import type { World } from './scenario/world.js';

When('{string} starts executing:', async function (this: World, name: string, text: string) {
  const sql = this.fill(text);
  const session = this.session(name);
  await session.succeed(sql, async (client) => {
    session.running = { sql, query: await client.startQuery(sql) };
    return 'started';
  });
});

When(
  '{string} starts executing the prepared statement {int} times',
  async function (this: World, name: string, times: number) {
    const session = this.session(name);
    const { prepared, preparedSql: sql } = session;
    if (prepared === undefined) {
      throw new Error(`'${name}' has prepared nothing`);
    }
    for (let time = 0; time < times; time++) {
      await session.succeed(sql, async () => {
        session.alsoRunning.push({ sql, query: await prepared.start() });
        return 'started';
      });
    }
  },
);

// Which of them runs and which waits for it is the server's own affair.
Then('each of its queries ends with an error for {string}', async function (this: World, name) {
  const session = this.session(String(name));
  const all = session.alsoRunning.splice(0);
  for (const each of all) {
    await endsWithError(each);
  }
});

When('{string} has got some rows of it', async function (this: World, name: string) {
  const { sql, query } = running(this.session(name));
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
  const { sql, query } = running(session);
  session.running = undefined;
  await session.perform(sql, async () => {
    const texts = new Set<string>();
    for (let rows = await query.nextBatch(); rows !== undefined; rows = await query.nextBatch()) {
      rows.forEach((row) => texts.add(printValue(row)));
    }
    return [...texts].join(', ');
  });
});

When('{string} hangs up on it', async function (this: World, name: string) {
  const session = this.session(name);
  running(session).query.cancel();
  await ended(session);
});

When('{string} cancels it by CancelQuery', async function (this: World, name: string) {
  const session = this.session(name);
  const { info } = running(session).query;
  await session.succeed('CancelQuery', (client) => client.cancelQuery(info));
  await ended(session);
});

When('{string} cancels it by CancelFlightInfo', async function (this: World, name: string) {
  const session = this.session(name);
  const { info } = running(session).query;
  await session.succeed('CancelFlightInfo', (client) => client.cancelFlightInfo(info));
  await ended(session);
});

Then('its query ends with an error for {string}', async function (this: World, name: string) {
  await ended(this.session(name));
});

function running(session: Session): NonNullable<Session['running']> {
  if (session.running === undefined) {
    throw new Error(`'${session.settings.name}' has started no query`);
  }
  return session.running;
}

/** Reads on until the query's error, which must come: the result is too long to end otherwise. */
async function ended(session: Session): Promise<void> {
  const query = running(session);
  session.running = undefined;
  await endsWithError(query);
}

async function endsWithError({ sql, query }: NonNullable<Session['running']>): Promise<void> {
  try {
    await query.readToEnd();
  } catch (error) {
    if (error instanceof FlightError && error.answered) {
      return;
    }
    throw broken('the query ends with an error', sql, error);
  }
  throw new PromiseBroken('the query ends with an error', sql, 'the whole result');
}
