import { beforeEach, describe, expect, it, vi } from 'vitest';
import { spiedLog } from '../log-fixture.js';
import type { SpiedLog } from '../log-fixture.js';
import { BatchWriter } from './batch-writer.js';
import { first } from './revisions/first.js';
import { writeRows } from './row-writer.js';
import type { WriteRows } from './row-writer.js';
import { batchOf, useTables } from './tables-fixture.js';

const { sessions } = first.tables;

const used = useTables({ key: false }); // As in a catalog without keys: there a row can be written twice.
let log: SpiedLog;

beforeEach(() => {
  log = spiedLog();
});

const batchOfOne = () => batchOf(sessions, (session_id) => ({ session_id, status: 'active' }));

function writer(
  write: WriteRows,
  closing = new AbortController(),
  retries: { leastRetryMs?: number; mostRetryMs?: number } = {},
): BatchWriter {
  return new BatchWriter(used.connection, log, {
    writeRows: write,
    mostRetryMs: 1,
    ...retries,
    closing: closing.signal,
  });
}

const rows = async () => {
  const [[count] = []] = await used.connection.rows('SELECT count(*) FROM sessions');
  return Number(count);
};

/** Writes, but fails the first times: before it wrote anything, or when it had. */
function failing(times: number, when: 'before' | 'after', message: string) {
  let left = times;
  return vi.fn<WriteRows>(async (...args) => {
    const fails = left-- > 0;
    if (fails && when === 'before') {
      throw new Error(message);
    }
    await writeRows(...args);
    if (fails) {
      throw new Error(message);
    }
  });
}

const conflict = 'TransactionContext Error: Transaction conflict on commit';

describe('BatchWriter', () => {
  it('writes no row twice when the answer to a commit got lost', async () => {
    const write = failing(1, 'after', 'the connection is gone');
    await writer(write).write(batchOfOne());
    expect(await rows()).toBe(1);
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('writes what an attempt did not, and says since when it could not', async () => {
    const write = failing(3, 'before', 'the disk is full');
    await writer(write).write(batchOfOne());
    expect(await rows()).toBe(1);
    expect(log.error).toHaveBeenCalledTimes(1);
    const [message, fields] = log.info.mock.lastCall ?? [];
    expect(message).toBe('instrumentation records are written again');
    const afterMs = Number(fields?.['afterMs']);
    expect(afterMs).toBeGreaterThanOrEqual(0);
    expect(afterMs).toBeLessThan(performance.now());
  });

  it('says that another server was quicker, which is no failure', async () => {
    await writer(failing(2, 'before', conflict)).write(batchOfOne());
    expect(log.error).not.toHaveBeenCalled();
    expect(log.info.mock.calls.map(([message]) => message)).toEqual(
      Array.from({ length: 2 }, () => 'instrumentation records wait for another server'),
    );
    expect(await rows()).toBe(1);
  });

  it('tries thrice while the server stops, and then gives up', async () => {
    const closing = new AbortController();
    closing.abort();
    const write = failing(9, 'before', 'the disk is full');
    await writer(write, closing).write(batchOfOne());
    expect(write).toHaveBeenCalledTimes(3);
    expect(log.error).toHaveBeenLastCalledWith('instrumentation records are lost', { records: 1 });
  });

  it('tries on while the server stops and only another server is quicker', async () => {
    const closing = new AbortController();
    closing.abort();
    await writer(failing(9, 'before', conflict), closing).write(batchOfOne());
    expect(await rows()).toBe(1);
    expect(log.error).not.toHaveBeenCalled();
  });

  it('waits no longer for the next try when the server stops, and says what came of the last', async () => {
    const anHour = { leastRetryMs: 3_600_000, mostRetryMs: 3_600_000 };
    for (const [failures, written] of [
      [1, true],
      [99, false],
    ] as const) {
      const closing = new AbortController();
      const write = failing(failures, 'before', 'the disk is full');
      const writing = writer(write, closing, anHour).write(batchOfOne());
      await expect.poll(() => write.mock.settledResults.length).toBe(1);
      closing.abort();
      expect(await writing).toBe(written);
      expect(write).toHaveBeenCalledTimes(written ? 2 : 4);
    }
    expect(await rows()).toBe(1);
  });

  it('gives up while the server stops when others are quicker fifty times', async () => {
    const closing = new AbortController();
    closing.abort();
    const write = failing(99, 'before', conflict);
    await writer(write, closing).write(batchOfOne());
    expect(write).toHaveBeenCalledTimes(50);
    expect(log.error).toHaveBeenLastCalledWith('instrumentation records are lost', { records: 1 });
  });
});
