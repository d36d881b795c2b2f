import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../engine/connection.js';
import { Database } from '../engine/database.js';
import { ProtectedFiles } from './protected-files.js';

const folder = mkdtempSync(join(tmpdir(), 'protected-'));
const at = (name: string): string => join(folder, name);
let database: Database;
let connection: Connection;

beforeAll(async () => {
  database = await Database.open({ path: null, readonly: false });
  connection = await database.connect();
  for (const name of ['inside', 'outside']) {
    mkdirSync(at(name));
    writeFileSync(at(`${name}/data.parquet`), '');
  }
  writeFileSync(at('records.db'), '');
  writeFileSync(at('records.db2'), '');
  symlinkSync(at('records.db'), at('symbolic'));
  linkSync(at('records.db'), at('hard'));
  symlinkSync(folder, at('outside/back'));
  symlinkSync(at('inside'), at('door'));
  symlinkSync(at('outside'), at('inside/window'));
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const reached = (path: string): Promise<boolean> =>
  new ProtectedFiles([at('records.db'), at('records.db.wal')], [at('inside')]).reachedBy(
    connection,
    [at('outside/data.parquet'), path],
  );

describe('a protected file is reached', () => {
  test.each([
    ['by its name', at('records.db')],
    ['by a name with a detour', at('./outside/../records.db')],
    ['by a relative name', relative(process.cwd(), at('records.db'))],
    ['by a symbolic link', at('symbolic')],
    ['by a hard link', at('hard')],
    ["by a folder's link", at('outside/back/records.db')],
    ['through the folder of open files', `/proc/self/root${at('records.db')}`],
    ['by a prefix', `duckdb:${at('records.db')}`],
    ['by another prefix', `sqlite:${at('records.db')}`],
    ['by a prefix in capitals', `DuckDB:${at('records.db')}`],
    ['by two', `ducklake:duckdb:${at('records.db')}`],
    ['by a URL', `file:${at('records.db')}`],
    ['by a URL with slashes', `file://${at('records.db')}`],
    ['by a URL with a host', `file://localhost${at('records.db')}`],
    ['by a pattern', at('rec*.db')],
    ['by a pattern of one character', at('records.d?')],
    ['by a pattern of a set', at('records.d[ab]')],
    ['by a pattern of links', at('h*d')],
    ['by a pattern of folders', at('*/back/records.db')],
    ['before it is there', at('records.db.wal')],
    ['before it is there, with a detour', at('outside/../records.db.wal')],
  ])('%s', async (_, path) => {
    expect([path, await reached(path)]).toEqual([path, true]);
  });
});

describe('what is in a protected folder is reached', () => {
  test.each([
    ['by its name', at('inside/data.parquet')],
    ['before it is there', at('inside/new/data.parquet')],
    ['as the folder', at('inside')],
    ['as the folder, with a slash', at('inside/')],
    ['through a link to the folder', at('door/data.parquet')],
    ['through a link, before it is there', at('door/new/data.parquet')],
    ['by a pattern', at('*/data.parquet')],
  ])('%s', async (_, path) => {
    expect([path, await reached(path)]).toEqual([path, true]);
  });
});

describe('others are not reached', () => {
  test.each([
    ['another file', at('records.db2')],
    ['one of another folder', at('outside/data.parquet')],
    ['one that the folder links to', at('inside/window/data.parquet')],
    ['a folder whose name begins so', at('inside2/data.parquet')],
    ['one that is not there', at('nowhere/records.db')],
    ['a pattern of others', at('outside/*.parquet')],
    ['a pattern of none', at('nowhere*')],
    ['a pattern that is none', at('[')],
    ['a URL of another host', `file://elsewhere${at('records.db')}`],
    ['a URL', 's3://bucket/inside/data.parquet'],
    ['a pattern where the engine cannot look', 's3://bucket/inside/*'],
    ['nothing', ''],
  ])('%s', async (_, path) => {
    expect([path, await reached(path)]).toEqual([path, false]);
  });
});

test('a prefix is one at the beginning of a path only', async () => {
  const odd = at('sqlite:records.db');
  expect(await new ProtectedFiles([odd]).reachedBy(connection, [odd])).toBe(true);
});

describe('a folder of an object store', () => {
  test.each([
    ['s3://bucket/records/a.parquet', true],
    ['s3://bucket/records', true],
    ['s3://bucket/records/', true],
    ['s3://bucket/records2/a.parquet', false],
    ['s3://other/records/a.parquet', false],
    ['records/a.parquet', false],
  ])('%s: %s', async (path, outcome) => {
    for (const protectedFolder of ['s3://bucket/records', 's3://bucket/records/']) {
      const files = new ProtectedFiles([], [protectedFolder]);
      expect(await files.reachedBy(connection, [path])).toBe(
        outcome && path.startsWith(protectedFolder),
      );
    }
  });
});
