import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ActionEndTransactionRequest_EndTransaction as End } from '../../protocol/gen/flight_sql_pb.js';
import { useDatabase } from '../engine/database-fixture.js';
import { sessionOn } from '../session-fixture.js';
import type { Session } from '../sessions/session.js';
import { beginTransaction, checkTransaction, endTransaction } from './transactions.js';

const used = useDatabase();
let session: Session;

beforeEach(() => {
  session = sessionOn(used.connection);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const none = new Uint8Array();

describe('the end of a transaction', () => {
  it('must say how, and of which', async () => {
    const id = await beginTransaction(session);
    for (const [ended, end, message] of [
      [id, End.UNSPECIFIED, 'EndTransaction says neither commit nor rollback'],
      [none, End.COMMIT, 'EndTransaction names no transaction'],
      [Buffer.from('x'), End.COMMIT, 'Transaction not found: it has ended or was never begun'],
    ] as const) {
      await expect(endTransaction(session, ended, end)).rejects.toMatchObject({
        kind: 'invalid-argument',
        message,
      });
    }
    expect(await used.connection.inTransaction()).toBe(true);
    await endTransaction(session, id, End.ROLLBACK);
    expect(await used.connection.inTransaction()).toBe(false);
  });

  it('is a change of what names stand for, to those who look after it', async () => {
    const counts: number[] = [];
    const execute = used.connection.execute.bind(used.connection);
    vi.spyOn(used.connection, 'execute').mockImplementation(async (sql) => {
      await execute(sql);
      counts.push(used.connection.names.count);
    });
    const id = await beginTransaction(session);
    await endTransaction(session, id, End.COMMIT);
    expect(used.connection.names.count).toBeGreaterThan(counts.at(-1) ?? Infinity);
  });

  it('that the engine refuses is told in its words', async () => {
    const id = await beginTransaction(session);
    vi.spyOn(used.connection, 'execute').mockImplementation((sql) =>
      sql === 'COMMIT' ? Promise.reject(new Error('the disk is full')) : Promise.resolve(),
    );
    await expect(endTransaction(session, id, End.COMMIT)).rejects.toMatchObject({
      kind: 'unknown',
      message: 'the disk is full',
    });
  });
});

describe('a statement', () => {
  it('need not name a transaction', async () => {
    const check = (id?: Uint8Array) => () => {
      checkTransaction(session, id);
    };
    expect(check()).not.toThrow();
    expect(check(none)).not.toThrow();
    expect(check(Buffer.from('x'))).toThrow('Transaction not found');
    expect(check(await beginTransaction(session))).not.toThrow();
    expect(check(none)).not.toThrow();
  });
});
