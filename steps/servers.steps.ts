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

// To start again, the scenario's own server is stopped first, because both use the same files.
Then(
  /^(no server starts, and it|the server does not start again, and) names "([^"]*)", with:$/,
  async function (this: World, which: string, named: string, table: DataTable) {
    const settings = readSettings(this, table);
    const told = which.startsWith('no server')
      ? await whyNotStarted(async () => {
          const server = await this.servers.target.start(settings);
          await server.dispose();
        })
      : await whyNotStarted(() => this.restartServer(settings));
    if (told?.toLowerCase().includes(named.toLowerCase()) !== true) {
      throw new PromiseBroken(
        `no start, and a message that names ${named}`,
        `a start with the settings ${shownSettings(settings)}`,
        told ?? 'the server started',
      );
    }
  },
);

/** What a server says that does not start; undefined if it does. */
async function whyNotStarted(start: () => Promise<void>): Promise<string | undefined> {
  try {
    await start();
    return undefined;
  } catch (error) {
    const cause = error instanceof PromiseBroken ? error.cause : error;
    if (cause instanceof ServerNotStarted) {
      return cause.message;
    }
    throw error;
  }
}

/**
 * What a log is searched for. Warnings are lines with a level of that name, in whatever format; lines that begin
 * with white space go on with the line before.
 */
const searches: Record<string, (lines: readonly string[], text: string) => string | undefined> = {
  'a warning that says': (lines, text) => {
    const warnings = warningsIn(lines);
    return warnings.some((line) => says(line, text))
      ? undefined
      : `${warnings.length} warnings, none of them such: ${warnings.join(' | ')}`;
  },
  'no warning that says': (lines, text) => warningsIn(lines).find((line) => says(line, text)),
  'only lines that say': (lines, text) => {
    const whole = lines.filter((line) => line.trim() !== '' && !/^\s/.test(line));
    const without = whole.filter((line) => !says(line, text));
    if (whole.length === 0) {
      return 'an empty log';
    }
    const [first] = without;
    return first === undefined
      ? undefined
      : `${without.length} of ${whole.length} lines do not, as ${first}`;
  },
};

Then(
  new RegExp(`^the log has (${Object.keys(searches).join('|')}) "([^"]*)"$`),
  function (this: World, what: string, text: string) {
    const got = searches[what]?.(this.servers.exclusive.log().split('\n'), text);
    if (got !== undefined) {
      throw new PromiseBroken(`${what} ${text}`, 'a look into the log of the server', got);
    }
  },
);

function warningsIn(lines: readonly string[]): string[] {
  return lines.filter((line) => /warn/i.test(line));
}

function says(line: string, text: string): boolean {
  return line.toLowerCase().includes(text.toLowerCase());
}

async function start(world: World, which: string, settings: ServerSettings): Promise<void> {
  await (which === own ? world.servers.start(settings) : world.servers.borrow(settings));
}

function readSettings(world: World, table: DataTable): ServerSettings {
  const cells = Object.entries(table.rowsHash());
  return serverSettings(Object.fromEntries(cells.map(([name, cell]) => [name, world.fill(cell)])));
}
