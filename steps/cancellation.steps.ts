import { Then, When } from '@cucumber/cucumber';
import { FlightError } from './client/flight-error.js';
import type { RunningQuery } from './client/running-query.js';
import { PromiseBroken } from './promise-broken.js';
import { broken } from './session.js';
import type { Session } from './session.js';
import type { World } from './world.js';

When('{string} starts executing:', async function (this: World, name: string, text: string) {
  const sql = this.fill(text);
  const session = this.session(name);
  await session.succeed(sql, async (client) => {
    session.running = { sql, query: await client.startQuery(sql) };
    return 'started';
  });
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

function running(session: Session): { sql: string; query: RunningQuery } {
  if (session.running === undefined) {
    throw new Error(`'${session.settings.name}' has started no query`);
  }
  return session.running;
}

/** Reads on until the query's error, which must come: the result is too long to end otherwise. */
async function ended(session: Session): Promise<void> {
  const { sql, query } = running(session);
  session.running = undefined;
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
