import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../engine/connection.js';
import { Database } from '../engine/database.js';
import { PendingRows } from './pending-rows.js';
import { isWritten, writeRows, writeRowsByKeptPlans } from './row-writer.js';
import { createTable } from './instrumentation-table.js';
import { tablesOf } from './revision.js';
import { first } from './revisions/first.js';

const { instances, sessions } = first.tables;

let database: Database;
let connection: Connection;

beforeEach(async () => {
  database = await Database.open({ path: null, readonly: false });
  connection = await database.connect();
  for (const table of tablesOf(first)) {
    await connection.execute(createTable(table, { key: true }));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  connection.close();
  database.close();
});

function batchOf(...names: string[]): PendingRows {
  const batch = new PendingRows(tablesOf(first));
  names.forEach((username) => {
    const id = crypto.randomUUID();
    batch.insert(sessions, id, { session_id: id, instance_id: id, username, status: 'active' });
  });
  return batch;
}

const written = () =>
  connection.rows('SELECT username, status, session_id = instance_id FROM sessions ORDER BY ALL');

describe.each([
  ['writeRows', () => writeRows],
  ['writeRowsByKeptPlans', writeRowsByKeptPlans],
])('%s', (_, writer) => {
  it('writes new rows and changes, batch by batch', async () => {
    const write = writer();
    await write(connection, batchOf('ann', 'bob'));
    await write(connection, batchOf('cid'));
    const [[id] = []] = await connection.rows(
      "SELECT session_id::VARCHAR FROM sessions WHERE username = 'bob'",
    );
    const changes = new PendingRows(tablesOf(first));
    changes.update(sessions, String(id), { status: 'closed' });
    await write(connection, changes);
    expect(await written()).toEqual([
      ['ann', 'active', true],
      ['bob', 'closed', true],
      ['cid', 'active', true],
    ]);
  });

  it('writes all of a batch or nothing, and goes on afterwards', async () => {
    const write = writer();
    await write(connection, batchOf('ann'));
    const twice = batchOf('bob');
    const [id = ''] = twice.tables.flatMap(({ inserts }) => [...inserts.keys()]);
    const execute = connection.execute.bind(connection);
    const failing = vi
      .spyOn(connection, 'execute')
      .mockImplementation((sql) =>
        sql === 'COMMIT' ? Promise.reject(new Error('the disk is full')) : execute(sql),
      );
    await expect(write(connection, twice)).rejects.toThrow('the disk is full');
    failing.mockRestore();
    expect(await written()).toEqual([['ann', 'active', true]]);
    expect(await isWritten(connection, twice)).toBe(false);
    await write(connection, twice);
    expect(await written()).toEqual([
      ['ann', 'active', true],
      ['bob', 'active', true],
    ]);
    // One that is there already is refused, and what came with it is not kept.
    const again = batchOf('cid');
    again.insert(sessions, id, { session_id: id, username: 'bob again' });
    await expect(write(connection, again)).rejects.toThrow(/Duplicate key/i);
    expect(await written()).toHaveLength(2);
  });
});

describe('writeRowsByKeptPlans', () => {
  it('plans a statement once for each connection, and anew after a failure', async () => {
    const write = writeRowsByKeptPlans();
    const prepare = vi.spyOn(connection.raw, 'prepare');
    await write(connection, batchOf('ann'));
    await write(connection, batchOf('bob', 'cid'));
    expect(prepare).toHaveBeenCalledTimes(1);
    const other = await database.connect();
    await write(other, batchOf('dan'));
    other.close();
    expect(prepare).toHaveBeenCalledTimes(1);
    const execute = vi.spyOn(connection, 'execute').mockRejectedValueOnce(new Error('gone'));
    await expect(write(connection, batchOf('eve'))).rejects.toThrow('gone');
    execute.mockRestore();
    await write(connection, batchOf('fay'));
    expect(prepare).toHaveBeenCalledTimes(2);
    expect((await written()).map(([name]) => name)).toEqual(['ann', 'bob', 'cid', 'dan', 'fay']);
  });
});

describe('isWritten', () => {
  it('tells by the new rows of whichever table', async () => {
    const batch = batchOf('ann');
    expect(await isWritten(connection, batch)).toBe(false);
    await writeRows(connection, batch);
    expect(await isWritten(connection, batch)).toBe(true);
    const changes = new PendingRows(tablesOf(first));
    changes.update(instances, crypto.randomUUID(), { status: 'stopped' });
    expect(await isWritten(connection, changes)).toBe(false);
  });
});
