import { linkSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, dirname, join, relative } from 'node:path';
import { Given, Then } from '@cucumber/cucumber';
import { printValue } from './client/plain-value.js';
import { sameValue } from './scenario/expectation.js';
import { PromiseBroken } from './errors/promise-broken.js';
import type { World } from './scenario/world.js';

Given(
  /^a (symbolic|hard) link "([^"]*)" to "([^"]*)"$/,
  function (this: World, kind: 'symbolic' | 'hard', path: string, target: string) {
    const link = kind === 'symbolic' ? symlinkSync : linkSync;
    link(this.fill(target), this.fill(path));
  },
);

// All files whose names begin with the database's belong to it: new data may be only in its write-ahead log.
Then(
  /^(?:what )?the database "([^"]*)" holds (is remembered|what it held)$/,
  function (this: World, path: string, what: 'is remembered' | 'what it held') {
    const now = digests(this.fill(path));
    const name = `what ${path} holds`;
    if (what === 'is remembered') {
      this.memory.remember(name, now);
      return;
    }
    const before = this.memory.recall(name);
    if (!sameValue(before, now)) {
      const got = `${printValue(now)} instead of ${printValue(before)}`;
      throw new PromiseBroken('its files stay as they were', `a look at ${this.fill(path)}`, got);
    }
  },
);

Then('there is a DuckDB database in {string}', function (this: World, path: string) {
  const file = this.fill(path);
  const entries = readdirSync(dirname(file), { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  if (!names.includes(basename(file)) || !isDuckDB(file)) {
    const got = `the files ${names.join(', ') || '(none)'}`;
    throw new PromiseBroken(`a DuckDB database ${file}`, `a look into ${dirname(file)}`, got);
  }
});

/** Conditions on a folder, each with a test for the files that break it. */
const unwanted: Record<string, (path: string) => boolean> = {
  'is empty': () => true,
  'has no instrumentation file': (path) => /instr/i.test(basename(path)),
  'has no DuckDB database': isDuckDB,
};

Then(
  /^the folder "([^"]*)" (is empty|has no instrumentation file|has no DuckDB database)(?: but "([^"]*)")?$/,
  function (this: World, name: string, what: string, wanted: string | null) {
    const folder = this.fill(name);
    const found = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => unwanted[what]?.(path) === true)
      .map((path) => relative(folder, path))
      .filter((path) => path !== wanted);
    if (found.length > 0) {
      throw new PromiseBroken('no such file', `a look into ${folder}`, found.join(', '));
    }
  },
);

/** Every DuckDB file has this mark after a checksum of eight bytes. */
function isDuckDB(path: string): boolean {
  return contentOf(path)?.toString('latin1', 8, 12) === 'DUCK';
}

/** The name and SHA-256 of each file of a database. A running server may remove one of them meanwhile. */
function digests(database: string): string[] {
  const folder = dirname(database);
  return readdirSync(folder)
    .filter((name) => name.startsWith(basename(database)))
    .sort()
    .flatMap((name) => {
      const content = contentOf(join(folder, name));
      return content === undefined
        ? []
        : [`${name} ${createHash('sha256').update(content).digest('hex')}`];
    });
}

/** The content of a file; undefined if it is there no longer. */
function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
