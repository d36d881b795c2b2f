import { linkSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, dirname, join, relative } from 'node:path';
import { Given, Then } from '@cucumber/cucumber';
import { printValue } from './client/plain-value.js';
import { sameValue } from './scenario/expectation.js';
import { PromiseBroken } from './errors/promise-broken.js';
import type { World } from './scenario/world.js';

// Its path is remembered under its name.
Given('an empty folder {string}', function (this: World, name: string) {
  const path = join(this.folder, name);
  mkdirSync(path);
  this.remember(name, path);
});

Given(
  /^a (symbolic|hard) link "([^"]*)" to "([^"]*)"$/,
  function (this: World, kind: 'symbolic' | 'hard', path: string, target: string) {
    const link = kind === 'symbolic' ? symlinkSync : linkSync;
    link(this.fill(target), this.fill(path));
  },
);

// Whatever begins with the name belongs to it: what is new may be in a write-ahead log beside it.
Given('what the database {string} holds is remembered', function (this: World, path: string) {
  this.remember(`what ${path} holds`, digests(this.fill(path)));
});

Then('the database {string} holds what it held', function (this: World, path: string) {
  const before = this.recall(`what ${path} holds`);
  const now = digests(this.fill(path));
  if (!sameValue(before, now)) {
    const got = `${printValue(now)} instead of ${printValue(before)}`;
    throw new PromiseBroken('its files stay as they were', `a look at ${this.fill(path)}`, got);
  }
});

Then('there is a DuckDB database in {string}', function (this: World, path: string) {
  const file = this.fill(path);
  const entries = readdirSync(dirname(file), { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  // Behind a checksum of eight bytes, every DuckDB file says so.
  const mark = names.includes(basename(file)) ? readFileSync(file).toString('latin1', 8, 12) : '';
  if (mark !== 'DUCK') {
    const got = `the files ${names.join(', ') || '(none)'}${mark === '' ? '' : `, but that one begins otherwise`}`;
    throw new PromiseBroken(`a DuckDB database ${file}`, `a look into ${dirname(file)}`, got);
  }
});

Then('the folder {string} is empty', function (this: World, name: string) {
  expectNone(this.fill(name), () => true);
});

Then('the folder {string} has no instrumentation file', function (this: World, name: string) {
  expectNone(this.fill(name), (path) => /instr/i.test(path));
});

function expectNone(folder: string, unwanted: (path: string) => boolean): void {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter(unwanted);
  if (found.length > 0) {
    throw new PromiseBroken('no such file', `a look into ${folder}`, found.join(', '));
  }
}

/** The name and the SHA-256 of each file of a database. */
function digests(database: string): string[] {
  const folder = dirname(database);
  return readdirSync(folder)
    .filter((name) => name.startsWith(basename(database)))
    .sort()
    .map((name) => {
      const hash = createHash('sha256').update(readFileSync(join(folder, name)));
      return `${name} ${hash.digest('hex')}`;
    });
}
