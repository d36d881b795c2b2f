import { Then, defineParameterType } from '@cucumber/cucumber';
import type { FlightSqlClient } from './client/flight-sql-client.js';
import type { ResultTable } from './client/result-table.js';
import { PromiseBroken } from './errors/promise-broken.js';
import type { Session } from './scenario/session.js';
import type { World } from './scenario/world.js';

type Operation = (
  client: FlightSqlClient,
  session: Session,
) => Promise<ResultTable | bigint | string>;

/** What a client can ask of a server, by the names that scenarios use. */
const operations: Record<string, Operation> = {
  'a query': (client) => client.query('SELECT 1'),
  'an update': (client) => client.update('CREATE TEMP TABLE numbers (number INTEGER)'),
  'preparing a statement': async (client) => {
    await client.prepare('SELECT 1');
    return 'prepared';
  },
  'executing its prepared statement': (_, { settings, prepared }) => {
    if (prepared === undefined) {
      throw new Error(`'${settings.name}' has prepared nothing`);
    }
    return prepared.query();
  },
  GetCatalogs: (client) => client.metadata('catalogs'),
  GetTables: (client) => client.metadata('tables'),
  'a function of its session': (client) => client.query('SELECT GIZMOSQL_CURRENT_SESSION()'),
  'KILL SESSION': (client) => client.query("KILL SESSION '00000000-0000-4000-8000-000000000000'"),
};

defineParameterType({
  name: 'operation',
  regexp: new RegExp(
    Object.keys(operations)
      .sort((one, other) => other.length - one.length)
      .join('|'),
  ),
  transformer: String,
});

Then(
  '{string} gets an error for {operation}',
  async function (this: World, name: string, operation: string) {
    await mustFail(this.session(name), operation);
  },
);

Then('{string} gets an error for everything', async function (this: World, name: string) {
  for (const operation of Object.keys(operations)) {
    await mustFail(this.session(name), operation);
  }
});

async function mustFail(session: Session, operation: string): Promise<void> {
  const act = operations[operation];
  if (act === undefined) {
    throw new Error(`there is no operation '${operation}'`);
  }
  const outcome = await session.perform(operation, (client) => act(client, session));
  if (!('error' in outcome)) {
    throw new PromiseBroken('an error: the session was killed', operation, 'success');
  }
  // A server may also hang up; but it must not leave its client waiting.
  if (outcome.error.code === 'DEADLINE_EXCEEDED') {
    throw new PromiseBroken('an error: the session was killed', operation, 'no answer');
  }
}
