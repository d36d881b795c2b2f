import { Given, When } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { serverSettings } from './scenario/server-settings.js';
import type { Role } from './targets/target.js';
import type { World } from './scenario/world.js';

// Several at once: their names, and those of sessions, are listed with commas between.

Given('the servers {string} with:', async function (this: World, names: string, table: DataTable) {
  const cells = Object.entries(table.rowsHash());
  const settings = serverSettings(
    Object.fromEntries(cells.map(([name, cell]) => [name, this.fill(cell)])),
  );
  await this.startServers(listed(names), settings);
});

Given(
  'a session {string} as {role} on the server {string}',
  async function (this: World, name: string, role: Role, server: string) {
    await this.openSession(name, role, { server });
  },
);

// `${n}` in the text is another number each time.
When(
  'the sessions {string} execute at once, {int} times each:',
  async function (this: World, names: string, times: number, text: string) {
    await atOnce(listed(names), async (name) => {
      const session = this.session(name);
      for (let n = 0; n < times; n++) {
        this.remember('n', n);
        const sql = this.fill(text);
        await session.succeed(sql, (client) => client.query(sql));
      }
    });
  },
);

When('the sessions {string} are closed at once', async function (this: World, names: string) {
  await atOnce(listed(names), async (name) => {
    const session = this.session(name);
    await session.succeed('CloseSession', (client) => client.closeSession());
    session.usable = false;
  });
});

When('the servers {string} are stopped at once', async function (this: World, names: string) {
  await atOnce(listed(names), (name) => this.serverNamed(name).stop());
});

When('the server {string} is killed', async function (this: World, name: string) {
  await this.serverNamed(name).kill();
});

function listed(names: string): string[] {
  return names.split(', ');
}

async function atOnce(
  names: readonly string[],
  each: (name: string) => Promise<void>,
): Promise<void> {
  await Promise.all(names.map(each));
}
