import { Given, Then } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { extensionNames } from '../fixtures/surroundings/extensions.js';
import type { ExtensionName } from '../fixtures/surroundings/extensions.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { serverSettings, shownSettings } from './scenario/server-settings.js';
import { ServerNotStarted } from './targets/launch.js';
import { becomes } from './scenario/visibility.js';
import { worker } from './scenario/worker.js';
import type { World } from './scenario/world.js';

// For init SQL, which may go on after it: `${load}`.
Given('what loads the DuckDB extension(s) {string}', async function (this: World, listed: string) {
  const loading = await this.target.loading(listed.split(', ').map(toExtension));
  if (!loading.offered) {
    throw new Error(loading.reason);
  }
  this.remember('load', loading.sql);
});

// Where it is and who logs in is remembered under its name: `${name.host}` and so on.
Given('an empty PostgreSQL database {string}', async function (this: World, name: string) {
  const made = await worker.catalogDatabases.create();
  for (const [part, value] of Object.entries(made)) {
    this.remember(`${name}.${part}`, value as string | number);
  }
});

// Its parts are remembered under its name: `${name.endpoint}`, `${name.bucket}`, and so on.
Given('an empty object store {string}', async function (this: World, name: string) {
  const { bucket, keys } = await worker.objectStores.create();
  for (const [part, value] of Object.entries(bucket)) {
    this.remember(`${name}.${part}`, value as string);
  }
  objectKeys.set(`${name} of ${this.unique}`, keys);
});

// Data gets there when the server writes more than a few rows at once, or whenever it likes.
Then(
  'within the visibility time the object store {string} holds objects below {string}',
  async function (this: World, name: string, prefix: string) {
    const keys = objectKeys.get(`${name} of ${this.unique}`);
    if (keys === undefined) {
      throw new Error(`no object store '${name}' was asked for`);
    }
    const wait = {
      promised: `objects whose keys begin with ${prefix}`,
      sent: `a look into the object store ${name}`,
      look: keys,
      judge: (found: readonly string[]) =>
        found.some((key) => key.startsWith(prefix))
          ? undefined
          : `the keys ${found.join(', ') || '(none)'}`,
    };
    await becomes(wait, this.visibilityMs);
  },
);

Then(
  'no server starts, and it names {string}, with:',
  async function (this: World, named: string, table: DataTable) {
    const cells = Object.entries(table.rowsHash());
    const settings = serverSettings(
      Object.fromEntries(cells.map(([name, cell]) => [name, this.fill(cell)])),
    );
    const promised = `no start, and a message that names ${named}`;
    const sent = `a start with the settings ${shownSettings(settings)}`;
    try {
      const server = await this.target.start(settings);
      await server.dispose();
    } catch (error) {
      if (!(error instanceof ServerNotStarted)) {
        throw error;
      }
      if (!error.message.includes(named)) {
        throw new PromiseBroken(promised, sent, error.message, { cause: error });
      }
      return;
    }
    throw new PromiseBroken(promised, sent, 'the server started');
  },
);

/** What lists the keys in an object store, by its name and the scenario's. */
const objectKeys = new Map<string, () => Promise<string[]>>();

function toExtension(name: string): ExtensionName {
  const known = extensionNames.find((extension) => extension === name);
  if (known === undefined) {
    throw new Error(`'${name}' is none of the extensions ${extensionNames.join(', ')}`);
  }
  return known;
}
