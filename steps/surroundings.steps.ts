import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Given, Then } from '@cucumber/cucumber';
import { extensionNames } from '../fixtures/surroundings/extensions.js';
import type { ExtensionName } from '../fixtures/surroundings/extensions.js';
import { becomes } from './scenario/visibility.js';
import { worker } from './scenario/worker.js';
import type { World } from './scenario/world.js';

// The SQL that loads an extension depends on the target. `${load}` stands for it.
Given(
  'the init SQL {string} with the DuckDB extension(s) {string}:',
  async function (this: World, name: string, listed: string, sql: string) {
    const loading = await this.servers.target.loading(listed.split(', ').map(toExtension));
    if (!loading.offered) {
      throw new Error(loading.reason);
    }
    this.memory.remember('load', loading.sql);
    this.memory.remember(name, this.fill(sql));
  },
);

/** Creates empty things; each remembers its location and login under its name. */
const emptyThings: Record<string, (world: World, name: string) => Promise<void>> = {
  folder: (world, name) => {
    const path = join(world.servers.folder, name);
    mkdirSync(path);
    world.memory.remember(name, path);
    return Promise.resolve();
  },
  'PostgreSQL database': async (world, name) => {
    rememberParts(world, name, await worker.catalogDatabases.create());
  },
  'object store': async (world, name) => {
    const { bucket, keys } = await worker.objectStores.create();
    rememberParts(world, name, bucket);
    objectKeys.set(`${name} of ${world.memory.unique}`, keys);
  },
};

// The path of a folder is `${name}`. The parts of the others are `${name.host}`, `${name.bucket}` and so on.
Given(
  /^an empty (folder|PostgreSQL database|object store) "([^"]*)"$/,
  async function (this: World, thing: string, name: string) {
    await emptyThings[thing]?.(this, name);
  },
);

// A server may write data there only for more than a few rows, or at any time.
Then(
  'within the visibility time the object store {string} holds objects below {string}',
  async function (this: World, name: string, prefix: string) {
    const keys = objectKeys.get(`${name} of ${this.memory.unique}`);
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

/** Functions that list the keys of an object store, by the names of the store and the scenario. */
const objectKeys = new Map<string, () => Promise<string[]>>();

function rememberParts(world: World, name: string, parts: object): void {
  for (const [part, value] of Object.entries(parts) as [string, string | number][]) {
    world.memory.remember(`${name}.${part}`, value);
  }
}

function toExtension(name: string): ExtensionName {
  const known = extensionNames.find((extension) => extension === name);
  if (known === undefined) {
    throw new Error(`'${name}' is none of the extensions ${extensionNames.join(', ')}`);
  }
  return known;
}
