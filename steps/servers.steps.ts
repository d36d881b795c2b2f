import { Given, Then, When } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { PromiseBroken } from './errors/promise-broken.js';
import { serverSettings, shownSettings } from './scenario/server-settings.js';
import { ServerNotStarted } from './targets/launch.js';
import type { ServerSettings } from './targets/target.js';
import type { World } from './scenario/world.js';

const own = 'a server of its own';
const ends = { stopped: 'stop', killed: 'kill' } as const;
type Ended = keyof typeof ends;

// Scenarios use a lent server one after the other, so they must not restart or harm it.
Given(/^(a server of its own|a lent server)$/, async function (this: World, which: string) {
  await start(this, which, {});
});

// Names of several servers are separated by commas.
Given(
  /^(?:(a server of its own|a lent server)|the servers "([^"]*)") with:$/,
  async function (this: World, which: string | null, names: string | null, table: DataTable) {
    const settings = readSettings(this, table);
    await (which === null
      ? this.servers.startSeveral((names ?? '').split(', '), settings)
      : start(this, which, settings));
  },
);

When(
  /^the servers? (?:"([^"]*)" )?(?:is|are) (stopped|killed)( and started again)?$/,
  async function (this: World, names: string | null, ended: Ended, again: string | null) {
    if (again !== null) {
      await this.restartServer({}, ends[ended]);
      return;
    }
    const servers = (names ?? '').split(', ').map((name) => this.servers.named(name));
    await Promise.all(servers.map((server) => server[ends[ended]]()));
  },
);

When(
  /^the server is (stopped|killed) and started again with:$/,
  async function (this: World, ended: Ended, table: DataTable) {
    await this.restartServer(readSettings(this, table), ends[ended]);
  },
);

Then(
  'no server starts, and it names {string}, with:',
  async function (this: World, named: string, table: DataTable) {
    const settings = readSettings(this, table);
    const promised = `no start, and a message that names ${named}`;
    const sent = `a start with the settings ${shownSettings(settings)}`;
    try {
      const server = await this.servers.target.start(settings);
      await server.dispose();
    } catch (error) {
      if (!(error instanceof ServerNotStarted)) {
        throw error;
      }
      if (!error.message.toLowerCase().includes(named.toLowerCase())) {
        throw new PromiseBroken(promised, sent, error.message, { cause: error });
      }
      return;
    }
    throw new PromiseBroken(promised, sent, 'the server started');
  },
);

// The scenario's own server is stopped first, because both use the same files.
Then(
  'the server does not start again, and names {string}, with:',
  async function (this: World, named: string, table: DataTable) {
    const settings = readSettings(this, table);
    const promised = `no start, and a message that names ${named}`;
    const sent = `a start with the settings ${shownSettings(settings)}`;
    let told: string;
    try {
      await this.restartServer(settings);
      told = 'the server started';
    } catch (error) {
      if (!(error instanceof PromiseBroken && error.cause instanceof ServerNotStarted)) {
        throw error;
      }
      if (error.cause.message.toLowerCase().includes(named.toLowerCase())) {
        return;
      }
      told = error.cause.message;
    }
    throw new PromiseBroken(promised, sent, told);
  },
);

// Warnings are lines with a level of that name, in whatever format.
Then(
  /^the log has (a|no) warning that says "([^"]*)"$/,
  function (this: World, whether: 'a' | 'no', text: string) {
    const lines = this.servers.exclusive.log().split('\n');
    const warnings = lines.filter((line) => /warn/i.test(line));
    const saying = warnings.filter((line) => line.toLowerCase().includes(text.toLowerCase()));
    if (saying.length > 0 !== (whether === 'a')) {
      throw new PromiseBroken(
        `${whether} warning that says ${text}`,
        'a look into the log of the server',
        saying[0] ?? `${warnings.length} warnings, none of them such: ${warnings.join(' | ')}`,
      );
    }
  },
);

async function start(world: World, which: string, settings: ServerSettings): Promise<void> {
  await (which === own ? world.servers.start(settings) : world.servers.borrow(settings));
}

function readSettings(world: World, table: DataTable): ServerSettings {
  const cells = Object.entries(table.rowsHash());
  return serverSettings(Object.fromEntries(cells.map(([name, cell]) => [name, world.fill(cell)])));
}
