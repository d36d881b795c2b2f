import { afterEach, describe, expect, it, vi } from 'vitest';
import { first } from './revisions/first.js';
import { isWritten, writeRows, writeRowsByKeptPlans } from './row-writer.js';
import { batchOf, emptyBatch, useTables } from './tables-fixture.js';

const { instances, sessions } = first.tables;

const used = useTables({ key: true });

afterEach(() => {
  vi.restoreAllMocks();
});

const sessionsOf = (...names: string[]) =>
  batchOf(
    sessions,
    ...names.map((username) => (id: string) => ({
      session_id: id,
      instance_id: id,
      username,
      status: 'active',
    })),
  );

const written = () =>
  used.connection.rows(
    'SELECT username, status, session_id = instance_id FROM sessions ORDER BY ALL',
  );

describe.each([
  ['writeRows', () => writeRows],
  ['writeRowsByKeptPlans', writeRowsByKeptPlans],
])('%s', (_, writer) => {
  it('writes new rows and changes, batch by batch', async () => {
    const write = writer();
    await write(used.connection, sessionsOf('ann', 'bob'));
    await write(used.connection, sessionsOf('cid'));
    const [[id] = []] = await used.connection.rows(
      "SELECT session_id::VARCHAR FROM sessions WHERE username = 'bob'",
    );
    const changes = emptyBatch();
    changes.update(sessions, String(id), { status: 'closed' });
    await write(used.connection, changes);
    expect(await written()).toEqual([
      ['ann', 'active', true],
      ['bob', 'closed', true],
      ['cid', 'active', true],
    ]);
  });

  it('writes NULL where a row has no value, whether others have one or not', async () => {
    const write = writer();
    const row = (values: object) => (session_id: string) => ({ session_id, ...values });
    for (const batch of [
      [{ username: 'ann', status: null }, { username: 'bob' }],
      [{ username: 'cid', status: 'active' }, { username: 'dan' }, { status: null, role: 'user' }],
      [{}],
    ]) {
      await write(used.connection, batchOf(sessions, ...batch.map(row)));
    }
    const rows = await used.connection.rows(
      'SELECT username, status, role FROM sessions ORDER BY ALL',
    );
    expect(rows).toEqual([
      ['ann', null, null],
      ['bob', null, null],
      ['cid', 'active', null],
      ['dan', null, null],
      [null, null, 'user'],
      [null, null, null],
    ]);
  });

  it('writes all of a batch or nothing, and goes on afterwards', async () => {
    const write = writer();
    await write(used.connection, sessionsOf('ann'));
    const twice = sessionsOf('bob');
    const [id = ''] = twice.tables.flatMap(({ inserts }) => [...inserts.keys()]);
    const execute = used.connection.execute.bind(used.connection);
    const failing = vi
      .spyOn(used.connection, 'execute')
      .mockImplementation((sql) =>
        sql === 'COMMIT' ? Promise.reject(new Error('the disk is full')) : execute(sql),
      );
    await expect(write(used.connection, twice)).rejects.toThrow('the disk is full');
    failing.mockRestore();
    expect(await written()).toEqual([['ann', 'active', true]]);
    expect(await isWritten(used.connection, twice)).toBe(false);
    await write(used.connection, twice);
    expect(await written()).toEqual([
      ['ann', 'active', true],
      ['bob', 'active', true],
    ]);
    // One that is there already is refused, and what came with it is not kept.
    const again = sessionsOf('cid');
    again.insert(sessions, id, { session_id: id, username: 'bob again' });
    await expect(write(used.connection, again)).rejects.toThrow(/Duplicate key/i);
    expect(await written()).toHaveLength(2);
  });
});

describe('writeRowsByKeptPlans', () => {
  it('plans a statement once for each connection, and anew after a failure', async () => {
    const write = writeRowsByKeptPlans();
    const prepare = vi.spyOn(used.connection.raw, 'prepare');
    await write(used.connection, sessionsOf('ann'));
    await write(used.connection, sessionsOf('bob', 'cid'));
    expect(prepare).toHaveBeenCalledTimes(1);
    const other = await used.database.connect();
    await write(other, sessionsOf('dan'));
    other.close();
    expect(prepare).toHaveBeenCalledTimes(1);
    const execute = vi.spyOn(used.connection, 'execute').mockRejectedValueOnce(new Error('gone'));
    await expect(write(used.connection, sessionsOf('eve'))).rejects.toThrow('gone');
    execute.mockRestore();
    await write(used.connection, sessionsOf('fay'));
    expect(prepare).toHaveBeenCalledTimes(2);
    expect((await written()).map(([name]) => name)).toEqual(['ann', 'bob', 'cid', 'dan', 'fay']);
  });
});

describe('isWritten', () => {
  it('tells by the new rows of whichever table', async () => {
    const batch = sessionsOf('ann');
    expect(await isWritten(used.connection, batch)).toBe(false);
    await writeRows(used.connection, batch);
    expect(await isWritten(used.connection, batch)).toBe(true);
    const changes = emptyBatch();
    changes.update(instances, crypto.randomUUID(), { status: 'stopped' });
    expect(await isWritten(used.connection, changes)).toBe(false);
  });
});
