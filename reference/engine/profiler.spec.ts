import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from './connection.js';
import { Database } from './database.js';
import { ProfileFolder } from './profile-folder.js';
import { profiled } from './profile-request.js';
import type { ProfileRequest } from './profile-request.js';

let folder: ProfileFolder;
let database: Database;
let connection: Connection;
let request: ProfileRequest;

beforeEach(async () => {
  folder = new ProfileFolder();
  database = await Database.open({ path: null, readonly: false, profiles: folder });
  connection = await database.connect();
  request = { mode: 'standard', json: 'of another query' };
});
afterEach(() => {
  const { path } = folder;
  connection.close();
  database.close();
  expect(existsSync(path)).toBe(false);
});

const name = () =>
  request.json === null ? null : (JSON.parse(request.json) as { query_name: string }).query_name;

const update = async (sql: string) => (await connection.prepare(sql)).update();

describe('a profile', () => {
  it('is that of a stream once it is read to its end', async () => {
    const query = await connection.prepare('SELECT * FROM range(10000)');
    const result = await profiled(request, () => query.stream());
    expect(request.json).toBeNull();
    for await (const { rows } of result.batches()) {
      expect(rows).toBeGreaterThan(0);
    }
    expect(name()).toBe('SELECT * FROM range(10000)');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('is none of a stream that is closed before', async () => {
    const query = await connection.prepare('SELECT * FROM range(10000000)');
    const result = await profiled(request, () => query.stream());
    const open = result.batches();
    await open.next();
    await open.return(undefined);
    expect(request.json).toBeNull();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('is that of an update, and none of a failure, or of a statement without a plan', async () => {
    await profiled(request, () => update('CREATE TABLE t AS SELECT 1 AS i'));
    expect(name()).toBe('CREATE TABLE t AS SELECT 1 AS i');
    await expect(profiled(request, () => update("SELECT error('x')"))).rejects.toThrow('x');
    expect(request.json).toBeNull();
    for (const sql of ['SET VARIABLE v = 1', 'EXPLAIN ANALYZE SELECT 1', 'BEGIN', 'COMMIT']) {
      request.json = 'of another query';
      await profiled(request, () => update(sql));
      expect(request.json).toBeNull();
    }
  });

  it('is that of a statement that only mentions profiles, and none of one that changes how they are made', async () => {
    await profiled(request, () => update("CREATE TABLE profiles AS SELECT 'a profile' AS profile"));
    expect(request.json).not.toBeNull();
    await profiled(request, () => update("SELECT * FROM enable_profiling(format := 'json')"));
    expect(request.json).toBeNull();
  });

  it('is none on a connection of an engine that cannot make any', async () => {
    const other = await Database.open({ path: null, readonly: false });
    const plain = await other.connect();
    const query = await plain.prepare('SELECT 1');
    await profiled(request, () => query.update());
    expect(request.json).toBeNull();
    plain.close();
    other.close();
  });

  it('leaves no setting on, even after a transaction that failed', async () => {
    const settings = () =>
      connection.rows("SELECT name, value FROM duckdb_settings() WHERE name LIKE '%profil%'");
    const before = await settings();
    await profiled(request, () => update('SELECT 1'));
    expect(await settings()).toEqual(before);
    await connection.begin();
    await expect(profiled(request, () => update("SELECT error('x')"))).rejects.toThrow('x');
    await connection.rollback();
    await update('SELECT 1');
    expect(await settings()).toEqual(before);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
