import { setTimeout } from 'node:timers/promises';
import { Given, Then, When, defineParameterType } from '@cucumber/cucumber';
import { randomUUID } from 'node:crypto';
import type { FlightSqlClient } from './client/flight-sql-client.js';
import type { ResultTable } from './client/result-table.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { Untestable } from './scenario/lacks.js';
import { printRows } from './scenario/match-rows.js';
import { broken } from './scenario/conversation.js';
import type { Session } from './scenario/session.js';
import type { Role } from './targets/target.js';
import type { World } from './scenario/world.js';

// A silent session sends only the scenario's statements; the suite does not even ask for its ids.
Given(
  /^a (silent )?session "([^"]*)" as (admin|user|readonly)(?: of the user ("(?:\\.|[^"\\])*"))?(?: with the user agent "([^"]*)")?(?: on the server "([^"]*)")?(?: that waits no longer than (\d+) s)?$/,
  async function (
    this: World,
    silent: string | null,
    name: string,
    role: Role,
    user: string | null,
    userAgent: string | null,
    server: string | null,
    seconds: string | null,
  ) {
    await this.sessions.start(name, role, {
      ...(silent === null ? {} : { silent: true }),
      ...(user === null ? {} : { user: JSON.parse(user) as string }),
      ...(userAgent === null ? {} : { userAgent: this.fill(userAgent) }),
      ...(silent === null || user !== null || userAgent !== null
        ? {}
        : { userAgent: `${name}-${this.memory.unique}` }),
      ...(server === null ? {} : { server }),
      ...(seconds === null ? {} : { timeoutMs: Number(seconds) * 1000 }),
    });
  },
);

When(
  '{string} kills the session of {string}',
  async function (this: World, killer: string, victim: string) {
    await this.session(killer).execute(this.fill(`KILL SESSION '\${${victim}}'`));
    this.session(victim).usable = false;
  },
);

/** What a client does with its session and connection. */
const sessionActs: Record<string, (session: Session, world: World) => Promise<void>> = {
  'closes its session': (session) => session.close(),
  'close their sessions': (session) => session.close(),
  'loses its connection': (session) => {
    session.loseConnection();
    return Promise.resolve();
  },
  // The session continues with its token. If the server no longer accepts it, `comes back` makes the scenario
  // untestable, and `tries to come back` leaves the outcome to the next step.
  'comes back on another connection': async (session, world) => {
    const why = await comeBack(session, world);
    if (why !== undefined) {
      throw new Untestable(why);
    }
  },
  'tries to come back on another connection': async (session, world) => {
    await comeBack(session, world);
  },
};

// Names of several sessions are separated by commas; they do it at once.
When(
  new RegExp(`^"([^"]*)" (${Object.keys(sessionActs).join('|')})$`),
  async function (this: World, names: string, act: string) {
    const sessions = names.split(', ').map((name) => this.session(name));
    await Promise.all(sessions.map(async (session) => sessionActs[act]?.(session, this)));
  },
);

function comeBack(session: Session, world: World): Promise<string | undefined> {
  return session.comeBack(world.memory.recall(session.settings.name));
}

Then('{string} is still served', async function (this: World, name: string) {
  const outcome = await this.session(name).tryToExecute('SELECT 1');
  if ('error' in outcome) {
    throw broken(`the session of ${name} goes on`, 'SELECT 1', outcome.error);
  }
  const rows = 'table' in outcome ? outcome.table.rows : [];
  if (rows.length !== 1 || Number(rows[0]?.[0]) !== 1) {
    throw new PromiseBroken(`the session of ${name} goes on`, 'SELECT 1', printRows(rows));
  }
});

type Operation = (
  client: FlightSqlClient,
  session: Session,
) => Promise<ResultTable | bigint | string>;

/** The calls of a client, by their names in scenarios. */
const operations: Record<string, Operation> = {
  'a query': (client) => client.query('SELECT 1'),
  'an update': (client) => client.update('CREATE TEMP TABLE numbers (number INTEGER)'),
  'preparing a statement': async (client) => {
    await client.prepare('SELECT 1');
    return 'prepared';
  },
  'executing its prepared statement': (_, session) => session.prepared.statement.query(),
  GetCatalogs: (client) => client.metadata('catalogs'),
  GetTables: (client) => client.metadata('tables'),
  'a function of its session': (client) => client.query('SELECT GIZMOSQL_CURRENT_SESSION()'),
  'KILL SESSION': (client) => client.query(`KILL SESSION '${randomUUID()}'`),
};

defineParameterType({
  name: 'operation',
  regexp: [...Object.keys(operations), 'everything'].map((name) => new RegExp(name)),
  transformer: String,
});

Then(
  '{string} gets an error for {operation}',
  async function (this: World, name: string, operation: string) {
    const session = this.session(name);
    const names = operation === 'everything' ? Object.keys(operations) : [operation];
    for (const each of names) {
      const act = operations[each];
      if (act === undefined) {
        throw new Error(`there is no operation '${each}'`);
      }
      await session.mustFail('the session was killed', each, (client) => act(client, session));
    }
  },
);

// The time that passes is what such a scenario is about: the records must show it.
When('{string} does nothing for {int} ms', async (_: string, milliseconds: number) => {
  await setTimeout(milliseconds);
});
