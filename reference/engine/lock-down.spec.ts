import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connection } from './connection.js';
import { Database } from './database.js';
import { lockDown } from './lock-down.js';

let folder: string;
let database: Database;
let connection: Connection;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-down-'));
  await writeFile(join(folder, 'secret.txt'), 'secret');
  database = await Database.open({ path: null, readonly: false });
  connection = await database.connect();
  await connection.execute(`ATTACH '${folder}/records.db' AS records`);
  await connection.execute('CREATE TABLE records.t (a INTEGER)');
  await lockDown(connection, []);
});
afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

it.each([
  "FROM read_text('FOLDER/secret.txt')",
  "FROM query('FROM read_text(''FOLDER/secret.txt'')')",
  "COPY records.t TO 'FOLDER/out.csv'",
  "ATTACH 'FOLDER/other.db' AS other",
  "SET memory_limit = '1MB'",
  "SET GLOBAL wal_autocheckpoint = '1TB'",
  "SET temp_directory = 'FOLDER'",
  'SET allowed_configs = []',
  'SET lock_configuration = false',
  'RESET lock_configuration',
])('nothing can be had there by %s', async (sql) => {
  const another = await database.connect();
  await expect(another.execute(sql.replaceAll('FOLDER', folder))).rejects.toThrow();
});

it('what is attached is read and written on, and settings of a reader can be set', async () => {
  const another = await database.connect();
  await another.execute("SET TimeZone = 'Europe/Berlin'");
  await another.execute("SET explain_output = 'all'");
  await another.execute('USE records.main');
  await another.execute("SET search_path = 'records.main,memory.main'");
  await connection.execute('INSERT INTO records.t FROM range(200000)');
  await connection.execute('CHECKPOINT records');
  expect(await another.rows('SELECT count(*) FROM t')).toEqual([[200_000n]]);
  await database.trimMemory();
  expect(await another.timeZone()).toBe('Europe/Berlin');
});
