import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from './connection.js';
import { Database } from './database.js';

let database: Database;
let connection: Connection;

beforeEach(async () => {
  database = await Database.open({ path: null, readonly: false });
  connection = await database.connect();
});

afterEach(() => {
  connection.close();
  database.close();
});

/** Lets the engine do the next statement of this text and then report that it was interrupted, as it may. */
function interruptOnce(text: string, { done }: { done: boolean }): void {
  const execute = connection.execute.bind(connection);
  let left = 1;
  vi.spyOn(connection, 'execute').mockImplementation(async (sql) => {
    const isMeant = sql.startsWith(text) && left-- > 0;
    if (!isMeant || done) {
      await execute(sql);
    }
    if (isMeant) {
      throw new Error('INTERRUPT Error: Interrupted!');
    }
  });
}

describe('a transaction of the server itself', () => {
  it.each([true, false])(
    'ends although its ROLLBACK was interrupted; it took effect: %s',
    async (done) => {
      await connection.begin('READ ONLY');
      interruptOnce('ROLLBACK', { done });
      await connection.rollback();
      expect(await connection.inTransaction()).toBe(false);
      await connection.execute('BEGIN');
    },
  );

  it.each([true, false])(
    'is none when its BEGIN was interrupted; it took effect: %s',
    async (done) => {
      interruptOnce('BEGIN', { done });
      await expect(connection.begin('READ ONLY')).rejects.toThrow('Interrupted');
      connection.transactionMayHaveChanged();
      expect(await connection.inTransaction()).toBe(false);
    },
  );

  it('says that there was none to roll back', async () => {
    await expect(connection.rollback()).rejects.toThrow(/no transaction is active/);
  });
});
