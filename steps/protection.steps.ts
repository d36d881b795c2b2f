import { Given, Then, When, defineParameterType } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists } from '../protocol/gen/flight_sql_pb.js';
import { CommandStatementIngest_TableDefinitionOptions_TableNotExistOption as IfNotExist } from '../protocol/gen/flight_sql_pb.js';
import { doors, tryAll, tryForbidden } from './scenario/attempts.js';
import type { Attempt, Door } from './scenario/attempts.js';
import { printValue } from './client/plain-value.js';
import { last, refusal } from './scenario/last-answer.js';
import { typedRows } from './scenario/parameters-table.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { leaveWitness, mustBeUnchanged } from './scenario/snapshot.js';
import type { World } from './scenario/world.js';

defineParameterType({
  name: 'door',
  regexp: new RegExp(Object.keys(doors).sort(longestFirst).join('|')),
  transformer: (name: string) => name as Door,
});

Given('the records of a session that is over', async function (this: World) {
  await leaveWitness(this);
});

Given('at the end an admin executes {string}', function (this: World, sql: string) {
  this.endWith(this.fill(sql));
});

When('{string} tries the forbidden:', async function (this: World, name: string, text: string) {
  await tryForbidden(this.session(name), [through('a query', this.fill(text))]);
});

When(
  '{string} tries the forbidden by {door}:',
  async function (this: World, name: string, door: Door, text: string) {
    const attempt = through(door, this.fill(text));
    // A rehearsal would be a transaction around a transaction.
    const go = door === 'an update in a transaction' ? tryAll : tryForbidden;
    await go(this.session(name), [attempt]);
  },
);

When(
  '{string} does by {door}:',
  async function (this: World, name: string, door: Door, text: string) {
    const { sql, act } = through(door, this.fill(text));
    await this.session(name).succeed(sql, act);
  },
);

When(
  '{string} tries to do by {door}:',
  async function (this: World, name: string, door: Door, text: string) {
    const { sql, act } = through(door, this.fill(text));
    await this.session(name).perform(sql, act);
  },
);

When(
  '{string} tries the forbidden, line by line:',
  async function (this: World, name: string, text: string) {
    await tryForbidden(this.session(name), lineByLine(this, text));
  },
);

// What a server makes of each is its own affair; what comes of it all, the scenario says.
When('{string} tries, line by line:', async function (this: World, name: string, text: string) {
  await tryAll(this.session(name), lineByLine(this, text));
});

When(
  '{string} tries the forbidden with the parameters {string} by {door}:',
  async function (this: World, name: string, values: string, door: Door, text: string) {
    const sql = this.fill(text);
    const cells = this.fill(values).split(', ');
    const rows = typedRows([cells.map(() => 'VARCHAR'), cells]);
    await tryForbidden(this.session(name), [
      { sql: `${sql} (${cells.join(', ')})`, act: (client) => doors[door](client, sql, rows) },
    ]);
  },
);

When(
  '{string} tries to ingest a row into {string}, if it exists to {word}:',
  async function (this: World, name: string, target: string, ifExists: string, table: DataTable) {
    const [heading = [], types = [], ...rows] = table
      .raw()
      .map((row) => row.map((cell) => this.fill(cell)));
    const typed = typedRows([types, ...rows]);
    const columns = typed.columns.map(({ type }, place) => ({ name: heading[place] ?? '', type }));
    const parts = this.fill(target).split('.');
    const [tableName = '', schema, catalog] = parts.reverse();
    const request = {
      table: tableName,
      ...(schema === undefined ? {} : { schema }),
      ...(catalog === undefined ? {} : { catalog }),
      tableDefinitionOptions: {
        ifNotExist: IfNotExist.CREATE,
        ifExists: ifExists === 'replace' ? IfExists.REPLACE : IfExists.APPEND,
      },
    };
    await tryForbidden(this.session(name), [
      {
        sql: `CommandStatementIngest (${JSON.stringify(request)})`,
        act: (client) => client.ingest(request, { columns, rows: typed.rows }),
      },
    ]);
  },
);

When(
  '{string} tries to set the session option {string} to {string}',
  async function (this: World, name: string, option: string, value: string) {
    const sql = `SetSessionOptions (${option}: ${value})`;
    await this.session(name).perform(sql, async (client) =>
      JSON.stringify(await client.setSessionOptions({ [option]: this.inCatalog(value) })),
    );
  },
);

Then('it is refused because clients may only read', function (this: World) {
  const { sql } = last(this.answering);
  const message = refusal(this.answering);
  // A server may quote the statement: what it says of it is beside that.
  const own = message.replaceAll(sql, '').replaceAll(/\s+/g, ' ');
  const catalog = this.inCatalog('_gizmosql_instr');
  if (!own.includes(catalog) || !/read-only for client sessions/i.test(own)) {
    const promised = `a refusal that names ${catalog} and says that it is read-only for client sessions`;
    throw new PromiseBroken(promised, sql, printValue(message));
  }
});

Then('the instrumentation is as it was', async function (this: World) {
  await mustBeUnchanged(this);
});

Then('the instrumentation database is still attached', async function (this: World) {
  const sql =
    "SELECT count(*) FROM duckdb_databases() WHERE database_name = '_gizmosql_instr' AND (SELECT count(*) FROM _gizmosql_instr.main.sessions) > 0";
  const { rows } = await this.look(sql);
  if (Number(rows[0]?.[0]) !== 1) {
    throw new PromiseBroken('_gizmosql_instr is attached', sql, 'it is not');
  }
});

/** Split first: what is filled in may hold a line feed. */
function lineByLine(world: World, text: string): Attempt[] {
  return text.split('\n').map((line) => through('a query', world.fill(line)));
}

function through(door: Door, sql: string): Attempt {
  return { sql, act: (client) => doors[door](client, sql) };
}

function longestFirst(one: string, other: string): number {
  return other.length - one.length;
}
