import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeBatch } from '../../steps/client/result-table.js';
import { openConnection, received, resultOf } from './engine-fixture.js';
import type { OpenConnection } from './engine-fixture.js';
import type { PreparedQuery, QueryResult } from './prepared-query.js';

let database: OpenConnection;
let prepared: PreparedQuery | undefined;
beforeEach(async () => {
  database = await openConnection();
});
afterEach(() => {
  prepared?.close();
  database.close();
});

async function run(sql: string): Promise<QueryResult> {
  prepared = await database.connection.prepare(sql);
  return prepared.stream();
}

/** A result too long for anybody to wait for. */
const endless = 'SELECT i, i * 2 AS j FROM range(1000000000000) t(i)';

describe('a result', () => {
  it('sends its first rows at once, later ones by the megabyte', async () => {
    const batches = (await run(endless)).batches();
    const sizes: number[] = [];
    for await (const { message, rows } of batches) {
      sizes.push(message.byteLength);
      expect(message.byteLength).toBeGreaterThan(rows * 16);
      if (sizes.length === 4) {
        break;
      }
    }
    expect(sizes[0]).toBeLessThan(100_000);
    for (const size of sizes.slice(1)) {
      expect(size).toBeGreaterThan(1 << 20);
      expect(size).toBeLessThan(2 << 20);
    }
  });

  it('says how many rows each batch has', async () => {
    let total = 0;
    for await (const { rows } of (await run('SELECT * FROM range(300000)')).batches()) {
      total += rows;
    }
    expect(total).toBe(300_000);
  });

  it('is fetched one chunk ahead of its reader, not more', async () => {
    const statement = await database.raw.prepare(endless);
    const result = await statement.stream();
    const fetch = vi.spyOn(result, 'fetchChunk');
    vi.spyOn(statement, 'stream').mockResolvedValue(result);
    vi.spyOn(database.raw, 'prepare').mockResolvedValue(statement);
    const batches = (await run('SELECT 1')).batches();
    expect(fetch).toHaveBeenCalledTimes(0);
    await batches.next();
    expect(fetch).toHaveBeenCalledTimes(2);
    await sleep(50);
    expect(fetch).toHaveBeenCalledTimes(2);
    await batches.return(undefined);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('that is given up leaves the connection free, and no transaction behind', async () => {
    await database.connection.execute('CREATE TABLE numbers AS FROM range(1000000)');
    const batches = (await run('FROM numbers')).batches();
    await batches.next();
    expect(await batches.return(undefined)).toEqual({ done: true, value: undefined });
    expect(await database.connection.inTransaction()).toBe(false);
    expect(await database.connection.rows('SELECT 1')).toEqual([[1]]);
    const other = await database.another();
    await other.execute('DROP TABLE numbers');
    await other.execute('FORCE CHECKPOINT');
    other.close();
  });

  it('keeps the transaction of the client who gives it up', async () => {
    await database.connection.begin();
    await database.connection.execute('CREATE TABLE mine AS SELECT 1');
    const batches = (await run(endless)).batches();
    await batches.next();
    await batches.return(undefined);
    expect(await database.connection.inTransaction()).toBe(true);
    await database.connection.commit();
    expect(await database.connection.rows('SELECT * FROM mine')).toEqual([[1]]);
  });

  it('fails with what the engine says before its first buffer is full', async () => {
    const early =
      "SELECT CASE WHEN i < 50000 THEN i ELSE error('too ' || 'far') END FROM range(60000) t(i)";
    await expect(run(early)).rejects.toThrow('too far');
    expect(await database.connection.rows('SELECT 1')).toEqual([[1]]);
  });

  it('fails after its first rows, and is not run again to find out why', async () => {
    const { connection } = database;
    await connection.execute('CREATE SEQUENCE s');
    const late = `SELECT nextval('s'), CASE WHEN i < 5000000 THEN i ELSE error('too far') END
                  FROM range(5000001) t(i)`;
    const read = async () => {
      for await (const { rows } of (await run(late)).batches()) {
        expect(rows).toBeGreaterThan(0);
      }
    };
    await expect(read()).rejects.toThrow('The query failed after its first rows');
    const [[used] = []] = await connection.rows("SELECT nextval('s')");
    expect(Number(used)).toBeLessThanOrEqual(5_000_002);
  });

  it('whose rows have all been read is over: nothing is left to be fetched', async () => {
    const statement = await database.raw.prepare('FROM range(5000)');
    const result = await statement.stream();
    const fetch = vi.spyOn(result, 'fetchChunk');
    vi.spyOn(statement, 'stream').mockResolvedValue(result);
    vi.spyOn(database.raw, 'prepare').mockResolvedValue(statement);
    const batches = (await run('FROM range(5000)')).batches();
    let rows = 0;
    while (rows < 5000) {
      const { value } = (await batches.next()) as { value: { rows: number } };
      rows += value.rows;
    }
    const fetched = fetch.mock.calls.length;
    expect(await batches.next()).toEqual({ done: true, value: undefined });
    expect(fetch.mock.calls.length).toBe(fetched);
  });

  it('of a statement with an effect is whole before its first row is read', async () => {
    const { connection } = database;
    await connection.execute('CREATE TABLE t (i BIGINT)');
    const batches = (await run('INSERT INTO t FROM range(100000) RETURNING i')).batches();
    await batches.next();
    await batches.return(undefined);
    expect(await connection.rows('SELECT count(*) FROM t')).toEqual([[100_000n]]);
  });

  it.each([
    ['before its first rows', 'SELECT sum(i) FROM range(100000000000) t(i)', /^INTERRUPT Error/],
    ['between its rows', endless, /^INTERRUPT Error|failed after its first rows/],
  ])('fails when it is interrupted %s', async (_, sql, message) => {
    const again = setInterval(() => {
      database.connection.interrupt();
    }, 5);
    const read = async () => {
      for await (const { rows } of (await run(sql)).batches()) {
        expect(rows).toBeGreaterThan(0);
      }
    };
    await expect(read())
      .rejects.toThrow(message)
      .finally(() => {
        clearInterval(again);
      });
    expect(await database.connection.rows('SELECT 1')).toEqual([[1]]);
  });

  it('of a hundred million rows needs no more memory than one of a million', async () => {
    const drain = async (rows: number, slow: boolean): Promise<number> => {
      const result = await run(`SELECT i, i::VARCHAR s FROM range(${rows}) t(i)`);
      let count = 0;
      let most = 0;
      for await (const batch of result.batches()) {
        count += batch.rows;
        if (slow && count % 50 === 0) {
          await sleep(1);
        }
        most = Math.max(most, process.memoryUsage().rss);
        if (count >= 4_000_000) {
          break;
        }
      }
      return most;
    };
    const usual = await drain(1_000_000, false);
    const most = await drain(100_000_000, true);
    // Four million rows are 100 MB; the rest of the result is never made.
    expect(most - usual).toBeLessThan(100 << 20);
  });
});

describe('a prepared query', () => {
  it('runs again and again, each time with its own parameters', async () => {
    prepared = await database.connection.prepare('SELECT ?::INTEGER + i FROM range(3000) t(i)');
    const { INTEGER } = await import('@duckdb/node-api');
    for (const value of [5, -7]) {
      let last = 0;
      const result = await prepared.stream({ values: [value], types: [INTEGER] });
      for await (const { rows } of result.batches()) {
        last += rows;
      }
      expect(last).toBe(3000);
    }
    await expect(prepared.stream()).rejects.toThrow(/parameters: 1/);
  });

  it('knows the types of its parameters as far as the engine does, and their names', async () => {
    prepared = await database.connection.prepare('SELECT $a::DATE, $b + 1, $a');
    expect(prepared.parameterCount).toBe(2);
    expect(prepared.parameterSchema().fields.map(({ name, type }) => [name, String(type)])).toEqual(
      [
        ['a', 'Date32<DAY>'],
        ['b', expect.any(String)],
      ],
    );
  });

  it('has no schema while its parameters decide its types', async () => {
    prepared = await database.connection.prepare('SELECT ? AS x');
    expect(await prepared.schema()).toBeNull();
    const { BIGINT } = await import('@duckdb/node-api');
    const { schema } = await prepared.stream({ values: [1n], types: [BIGINT] });
    expect(schema.fields.map(({ name, type }) => [name, String(type)])).toEqual([['x', 'Int64']]);
  });

  it('has the same schema for NULL as for other values of a type', async () => {
    prepared = await database.connection.prepare('SELECT ? AS x');
    const { BIGINT, LIST, VARCHAR } = await import('@duckdb/node-api');
    for (const [type, name] of [
      [BIGINT, 'Int64'],
      [VARCHAR, 'Utf8'],
      [LIST(VARCHAR), 'List<Utf8>'],
    ] as const) {
      const result = await prepared.stream({ values: [null], types: [type] });
      expect(String(result.schema.fields[0]?.type)).toBe(name);
      const { batches } = await resultOf(result);
      expect(batches.flatMap(decodeBatch)).toEqual([[null]]);
    }
  });

  it('tells how many rows it changed', async () => {
    await database.connection.execute('CREATE TABLE t AS FROM range(10) r(i)');
    prepared = await database.connection.prepare('DELETE FROM t WHERE i < 4');
    expect(await prepared.update()).toBe(4);
    expect(await prepared.update()).toBe(0);
  });

  it('is refused with a NUL in its text, of which the engine would see the first part', async () => {
    await expect(database.connection.prepare('SELECT 1 \0; DROP TABLE x')).rejects.toThrow('NUL');
  });
});

describe('a connection', () => {
  it('knows whether a transaction is open, and whether it has failed', async () => {
    const { connection } = database;
    const state = async () => [await connection.inTransaction(), await connection.isAborted()];
    expect(await state()).toEqual([false, false]);
    await connection.begin();
    expect(await state()).toEqual([true, false]);
    await expect(connection.execute("SELECT 'x'::INTEGER")).rejects.toThrow();
    expect(await state()).toEqual([true, true]);
    await connection.rollback();
    expect(await state()).toEqual([false, false]);
    for (const [sql, open] of [
      ['BEGIN', true],
      ['COMMIT', false],
      ['START TRANSACTION', true],
      ['ABORT', false],
    ] as const) {
      await (await connection.prepare(sql)).update();
      expect(await state()).toEqual([open, false]);
    }
  });

  it.each(['COMMIT', '; END', '/* now */ commit work'])(
    'refuses to commit what has failed: %s',
    async (sql) => {
      const { connection } = database;
      await connection.execute('CREATE TABLE t (i INTEGER)');
      await connection.begin();
      await connection.execute('INSERT INTO t VALUES (1)');
      await expect(connection.execute("SELECT 'x'::INTEGER")).rejects.toThrow();
      const prepared = await connection.prepare(sql);
      await expect(prepared.update()).rejects.toThrow('rolled back: a statement in it had failed');
      expect(await connection.inTransaction()).toBe(false);
      expect(await connection.rows('FROM t')).toEqual([]);
      // The engine's own answer: there is nothing to commit.
      await expect(prepared.update()).rejects.toThrow('no transaction is active');
    },
  );

  it('learns nothing of transactions from a question that was interrupted', async () => {
    const { connection, raw } = database;
    const run = vi
      .spyOn(raw, 'run')
      .mockRejectedValueOnce(new Error('INTERRUPT Error: Interrupted!'));
    connection.transactionMayHaveChanged();
    await expect(connection.inTransaction()).rejects.toThrow('INTERRUPT Error');
    run.mockRestore();
    expect(await connection.inTransaction()).toBe(false);
  });

  it('runs one result after the other', async () => {
    for (let i = 0; i < 50; i++) {
      const { batches } = await received(database.connection, `SELECT ${i}`);
      expect(batches.flatMap(decodeBatch)).toEqual([[i]]);
    }
  });
});
