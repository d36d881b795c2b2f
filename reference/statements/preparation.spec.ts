import { describe, expect, it } from 'vitest';
import { Database } from '../engine/database.js';
import { sessionOn } from '../session-fixture.js';
import { Preparation } from './preparation.js';

/** A short text that takes the engine twice as long to plan with each step. */
function bomb(steps: number): string {
  const tables = Array.from(
    { length: steps },
    (_, i) => `a${i + 1} AS NOT MATERIALIZED (FROM a${i} UNION ALL FROM a${i})`,
  );
  return `WITH ${['a0 AS (SELECT 1)', ...tables].join(', ')} FROM a${steps}`;
}

describe('what is being prepared', () => {
  it.each([
    ['killed', 'Your session has been killed. Please re-connect.'],
    ['cancelled', 'Query was cancelled'],
    ['left', 'Query was cancelled'],
  ] as const)('ends when it is %s, with words that say so', async (cause, message) => {
    const database = await Database.open({ path: null, readonly: false });
    const connection = await database.connect();
    const session = sessionOn(connection);
    const preparation = new Preparation(session, 0);
    const work = preparation.run(() => connection.prepare(bomb(16)));
    session.cancelAll(cause);
    await expect(work).rejects.toThrow(message);
    expect(session.running.size).toBe(0);
    await connection.rows('SELECT 1');
    connection.close();
    database.close();
  });

  it('ends at the timeout of its session', async () => {
    const database = await Database.open({ path: null, readonly: false });
    const connection = await database.connect();
    const preparation = new Preparation(sessionOn(connection), 1);
    const work = preparation.run(() => connection.prepare(bomb(16)));
    await expect(work).rejects.toThrow('Query exceeded the timeout of 1 seconds');
    connection.close();
    database.close();
  });

  it('fails with what the engine says where nobody ended it', async () => {
    const session = sessionOn({});
    const work = () => Promise.reject(new Error('the words of the engine'));
    await expect(new Preparation(session, 0).run(work)).rejects.toThrow('the words of the engine');
    expect(session.running.size).toBe(0);
  });

  it('is not interrupted where it is no longer the engine that works', async () => {
    let interrupts = 0;
    const session = sessionOn({
      interruptPreparing: () => {
        interrupts++;
      },
    });
    const preparation = new Preparation(session, 0);
    await expect(preparation.run(() => Promise.resolve('done'))).resolves.toBe('done');
    session.cancelAll('killed');
    expect(interrupts).toBe(0);
  });
});
