import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from './database.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'database-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('Database', () => {
  it('names the path that it cannot open', async () => {
    const path = join(folder, 'nowhere', 'x.db');
    await expect(Database.open({ path, readonly: false })).rejects.toMatchObject({
      kind: 'invalid-argument',
      message: expect.stringContaining(`Cannot open the database '${path}'`) as string,
    });
  });

  it('does not make the file of a read-only database', async () => {
    const path = join(folder, 'x.db');
    await expect(Database.open({ path, readonly: true })).rejects.toThrow(path);
  });

  it('keeps its file from another until it is closed', async () => {
    const path = join(folder, 'x.db');
    const first = await Database.open({ path, readonly: false });
    const connection = await first.connect();
    await connection.execute('CREATE TABLE t AS SELECT 1');
    connection.close();
    first.close();
    const second = await Database.open({ path, readonly: true });
    const reader = await second.connect();
    expect(await reader.rows('FROM t')).toEqual([[1]]);
    await expect(reader.execute('INSERT INTO t VALUES (2)')).rejects.toThrow(/read-only/);
    reader.close();
    second.close();
  });

  it('downloads no extension because a statement names what is in one', async () => {
    const database = await Database.open({ path: null, readonly: false });
    const connection = await database.connect();
    const statement = "SELECT current_setting('s3_secret_access_key')";
    await expect(connection.rows(statement)).rejects.toThrow(/not found[^]*Install it first/);
    connection.close();
    database.close();
  });

  it('answers with the rows as they are, also those written since it prepared the statement', async () => {
    const database = await Database.open({ path: null, readonly: false });
    const [writer, reader] = [await database.connect(), await database.connect()];
    await writer.execute('CREATE TABLE t (n BIGINT, s VARCHAR)');
    for (const [n, s] of [
      [0, 'executing'],
      [123456789, 'a text longer than those that the table had'],
    ]) {
      const prepared = await reader.raw.prepare(`SELECT n, s FROM t WHERE n >= ${n} ORDER BY ALL`);
      await writer.execute(`INSERT INTO t VALUES (${n}, '${s}')`);
      expect(await (await prepared.run()).getRowsJson()).toEqual([[String(n), s]]);
    }
    reader.close();
    writer.close();
    database.close();
  });
});
