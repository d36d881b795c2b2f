import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResultBatch } from '../engine/result-stream.js';
import { ConnectionLane } from '../sessions/connection-lane.js';
import { yieldConnection } from './yield-connection.js';

/** A result of batches of one row and `bytes` each, that says how far it was read and whether it was closed. */
function result(batches: number, { bytes = 10, failsAt = -1 } = {}) {
  const state = { read: 0, closed: false };
  const message = Buffer.alloc(bytes);
  async function* source(): AsyncGenerator<ResultBatch> {
    try {
      for (let i = 0; i < batches; i++) {
        await setImmediate();
        if (i === failsAt) {
          throw new Error('broken');
        }
        state.read++;
        yield { message, rows: i };
      }
    } finally {
      state.closed = true;
    }
  }
  return { state, source: source() };
}

const settled = async () => {
  for (let i = 0; i < 200; i++) {
    await setImmediate();
  }
};

describe('yieldConnection', () => {
  it('passes the batches on in order, whenever its reader reads and somebody waits', async () => {
    const wait = fc.integer({ min: 0, max: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(wait, { maxLength: 25 }), fc.nat(30), async (pauses, wantedAt) => {
        const lane = new ConnectionLane();
        const turn = await lane.acquire();
        const { source, state } = result(pauses.length);
        const seen: number[] = [];
        let next: Promise<void> | undefined;
        for await (const { rows } of yieldConnection(source, turn)) {
          if (rows === wantedAt) {
            next = lane.run(() => Promise.resolve());
          }
          seen.push(rows);
          for (let i = pauses[rows] ?? 0; i > 0; i--) {
            await setImmediate();
          }
        }
        expect(seen).toEqual(pauses.map((_, i) => i));
        expect(state.closed).toBe(true);
        turn.release();
        await next;
      }),
      { numRuns: 60 },
    );
  });

  it('reads no further than its reader while nobody waits', async () => {
    const turn = await new ConnectionLane().acquire();
    const { source, state } = result(100);
    const batches = yieldConnection(source, turn);
    await batches.next();
    await settled();
    expect(state.read).toBe(1);
    await batches.return(undefined);
    expect(state.closed).toBe(true);
  });

  it('makes way for the next while its reader rests', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const { source } = result(50);
    const batches = yieldConnection(source, turn);
    await batches.next();
    await lane.run(() => Promise.resolve());
    expect(turn.released).toBe(true);
    const rest: number[] = [];
    for await (const { rows } of batches) {
      rest.push(rows);
    }
    expect(rest).toEqual(Array.from({ length: 49 }, (_, i) => i + 1));
  });

  it('makes way when somebody waited already before it began', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const next = lane.run(() => Promise.resolve('next'));
    const batches = yieldConnection(result(20).source, turn);
    await batches.next();
    expect(await next).toBe('next');
    await batches.return(undefined);
  });

  it('hands a failure to its reader in its place, and the connection to the next', async () => {
    for (const failsAt of [0, 1, 5]) {
      const lane = new ConnectionLane();
      const turn = await lane.acquire();
      const batches = yieldConnection(result(10, { failsAt }).source, turn);
      const seen: number[] = [];
      const read = async () => {
        for await (const { rows } of batches) {
          seen.push(rows);
          if (rows === 0) {
            await lane.run(() => Promise.resolve());
          }
        }
      };
      await expect(read()).rejects.toThrow('broken');
      expect(seen).toEqual(Array.from({ length: failsAt }, (_, i) => i));
      turn.release();
    }
  });

  it('keeps at most half a gigabyte, and reads on when its reader has', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const bytes = 64 << 20; // All batches share their memory.
    const { source, state } = result(30, { bytes });
    const batches = yieldConnection(source, turn);
    await batches.next();
    const next = lane.run(() => Promise.resolve());
    await settled();
    expect(state.read).toBe(1 + 8);
    expect(turn.released).toBe(false);
    for (let i = 0; i < 5; i++) {
      await batches.next();
    }
    await settled();
    expect(state.read).toBe(1 + 8 + 5);
    for (let i = 0; i < 17; i++) {
      await batches.next();
    }
    await next;
    expect(turn.released).toBe(true);
    await batches.return(undefined);
  });

  it('ends when it is abandoned, without its reader', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const { source, state } = result(1000, { bytes: 64 << 20 });
    const batches = yieldConnection(source, turn);
    await batches.next();
    const next = lane.run(() => Promise.resolve());
    await settled();
    turn.abandon();
    await next;
    expect(state.closed).toBe(true);
    expect(await batches.next()).toEqual({ done: true, value: undefined });
  });

  it('closes its source when its reader stops while it reads ahead', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const { source, state } = result(1000);
    const batches = yieldConnection(source, turn);
    await batches.next();
    const next = lane.run(() => Promise.resolve());
    await batches.return(undefined);
    turn.release();
    await next;
    expect(state.closed).toBe(true);
    expect(state.read).toBeLessThan(10);
  });
});
