import { Given, Then, When } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { printRows } from './scenario/match-rows.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { broken } from './scenario/session.js';
import { serverSettings } from './scenario/server-settings.js';
import type { Role, ServerSettings } from './targets/target.js';
import type { World } from './scenario/world.js';

Given('a session {string} as {role}', async function (this: World, name: string, role: Role) {
  await this.openSession(name, role);
});

Given(
  'a session {string} as {role} with the user agent {string}',
  async function (this: World, name: string, role: Role, userAgent: string) {
    await this.openSession(name, role, { userAgent: this.fill(userAgent) });
  },
);

Given(
  'a session {string} as {role} of the user {json}',
  async function (this: World, name: string, role: Role, user: string) {
    await this.openSession(name, role, { user });
  },
);

// Such a client sends only what the scenario says: not even its ids are asked for.
Given(
  'a silent session {string} as {role}',
  async function (this: World, name: string, role: Role) {
    await this.openSession(name, role, { silent: true, userAgent: `${name}-${this.unique}` });
  },
);

Given(
  'a silent session {string} as {role} of the user {json}',
  async function (this: World, name: string, role: Role, user: string) {
    await this.openSession(name, role, { silent: true, user });
  },
);

When('{string} closes its session', async function (this: World, name: string) {
  const session = this.session(name);
  await session.succeed('CloseSession', (client) => client.closeSession());
  session.usable = false;
});

When(
  '{string} kills the session of {string}',
  async function (this: World, killer: string, victim: string) {
    const sql = this.fill(`KILL SESSION '\${${victim}}'`);
    await this.session(killer).succeed(sql, (client) => client.query(sql));
    this.session(victim).usable = false;
  },
);

Given('a server of its own', async function (this: World) {
  await this.startServer({});
});

Given('a server of its own with:', async function (this: World, table: DataTable) {
  await this.startServer(readSettings(this, table));
});

// Such a server has served other scenarios and will again, one at a time: for whoever neither restarts nor breaks it.
Given('a lent server', async function (this: World) {
  await this.borrowServer({});
});

Given('a lent server with:', async function (this: World, table: DataTable) {
  await this.borrowServer(readSettings(this, table));
});

When('the server is stopped and started again', async function (this: World) {
  await this.restartServer();
});

When('the server is killed and started again', async function (this: World) {
  await this.restartServer({}, 'kill');
});

When(
  'the server is stopped and started again with:',
  async function (this: World, table: DataTable) {
    await this.restartServer(readSettings(this, table));
  },
);

Then('{string} is still served', async function (this: World, name: string) {
  const outcome = await this.session(name).perform('SELECT 1', (client) =>
    client.query('SELECT 1'),
  );
  if ('error' in outcome) {
    throw broken(`the session of ${name} goes on`, 'SELECT 1', outcome.error);
  }
  const rows = 'table' in outcome ? outcome.table.rows : [];
  if (rows.length !== 1 || Number(rows[0]?.[0]) !== 1) {
    throw new PromiseBroken(`the session of ${name} goes on`, 'SELECT 1', printRows(rows));
  }
});

function readSettings(world: World, table: DataTable): ServerSettings {
  const cells = Object.entries(table.rowsHash());
  return serverSettings(Object.fromEntries(cells.map(([name, cell]) => [name, world.fill(cell)])));
}
