import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResultBatch } from '../engine/result-stream.js';
import { ConnectionLane } from '../sessions/connection-lane.js';
import { Memory } from './memory.js';
import type { UnreadLimits } from './unread-batches.js';
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

/** Room for so many bytes in memory, and in a file. */
const room = (inMemory = 1 << 20, inFile = 1 << 20, mostAhead = 0): UnreadLimits => ({
  memory: new Memory(inMemory),
  mostInFile: inFile,
  mostAhead,
});

const settled = async () => {
  for (let i = 0; i < 200; i++) {
    await setImmediate();
  }
};

describe('yieldConnection', () => {
  it('passes the batches on in order, whenever its reader reads and somebody waits', async () => {
    const wait = fc.integer({ min: 0, max: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(wait, { maxLength: 25 }),
        fc.nat(30),
        fc.constantFrom(0, 35, 1 << 20),
        async (pauses, wantedAt, inMemory) => {
          const lane = new ConnectionLane();
          const turn = await lane.acquire();
          const { source, state } = result(pauses.length);
          const seen: number[] = [];
          let next: Promise<void> | undefined;
          for await (const { rows } of yieldConnection(source, turn, room(inMemory))) {
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
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads no further than its reader while nobody waits', async () => {
    const turn = await new ConnectionLane().acquire();
    const { source, state } = result(100);
    const batches = yieldConnection(source, turn, room());
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
    const batches = yieldConnection(source, turn, room());
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
    const batches = yieldConnection(result(20).source, turn, room());
    await batches.next();
    expect(await next).toBe('next');
    await batches.return(undefined);
  });

  it('hands a failure to its reader in its place, and the connection to the next', async () => {
    for (const failsAt of [0, 1, 5]) {
      const lane = new ConnectionLane();
      const turn = await lane.acquire();
      const batches = yieldConnection(result(10, { failsAt }).source, turn, room());
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

  it('keeps what memory has no room for in a file, and every byte of it', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const limits = room(100, 1 << 20);
    async function* source(): AsyncGenerator<ResultBatch> {
      for (let i = 0; i < 100; i++) {
        await setImmediate();
        yield { rows: i, message: Buffer.alloc(10 + i, i) };
      }
    }
    const batches = yieldConnection(source(), turn, limits);
    await batches.next();
    await lane.run(() => Promise.resolve());
    expect(turn.released).toBe(true);
    let next = 1;
    for await (const { rows, message } of batches) {
      expect([rows, message]).toEqual([next, Buffer.alloc(10 + next, next)]);
      next++;
    }
    expect(next).toBe(100);
    expect(limits.memory.take(100)).toBe(true);
  });

  it('refuses the next one while more is unread than may be kept, and serves it later', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const { source, state } = result(30, { bytes: 100 });
    const batches = yieldConnection(source, turn, room(250, 1000));
    await batches.next();
    for (let i = 0; i < 2; i++) {
      await expect(lane.run(() => Promise.resolve())).rejects.toMatchObject({ kind: 'exhausted' });
      // One that is handed out, two in memory, ten in the file.
      expect(state.read).toBe(1 + 2 + 10);
    }
    const patient = lane.run(() => Promise.resolve('served'), { patient: true });
    for (let i = 0; i < 18; i++) {
      await batches.next();
    }
    const next = lane.run(() => Promise.resolve('served, too'));
    const rest: number[] = [];
    for await (const { rows } of batches) {
      rest.push(rows);
    }
    turn.release();
    expect(await Promise.all([patient, next])).toEqual(['served', 'served, too']);
    expect(rest.at(-1)).toBe(29);
    expect(rest).toHaveLength(11);
  });

  it('loses nothing when the file cannot be written', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const { source } = result(10);
    const temporary = process.env['TMPDIR'];
    process.env['TMPDIR'] = '/nowhere/at/all';
    try {
      const batches = yieldConnection(source, turn, room(25));
      await batches.next();
      await expect(lane.run(() => Promise.resolve())).rejects.toThrow(/cannot be kept.*ENOENT/);
      const rest: number[] = [];
      for await (const { rows } of batches) {
        rest.push(rows);
      }
      expect(rest).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    } finally {
      Object.assign(process.env, { TMPDIR: temporary ?? '' });
    }
  });

  it('ends when it is abandoned, without its reader', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const { source, state } = result(1000, { bytes: 64 << 20 });
    // Room for all of it, so that a quick disk does not end the reading before it is abandoned.
    const batches = yieldConnection(source, turn, room(1 << 20, 2 ** 40));
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
    const batches = yieldConnection(source, turn, room());
    await batches.next();
    const next = lane.run(() => Promise.resolve());
    await batches.return(undefined);
    turn.release();
    await next;
    expect(state.closed).toBe(true);
    expect(state.read).toBeLessThan(10);
  });

  it.each(['stops', 'is abandoned'])(
    'gives the connection on only when its source is closed: its reader %s while it reads ahead',
    async (how) => {
      const lane = new ConnectionLane();
      const turn = await lane.acquire();
      let closed = false;
      async function* source(): AsyncGenerator<ResultBatch> {
        try {
          for (let i = 0; ; i++) {
            await setImmediate();
            yield { rows: i, message: Buffer.alloc(10) };
          }
        } finally {
          // As the engine's results do, it uses the connection once more.
          for (let i = 0; i < 20; i++) {
            await setImmediate();
          }
          closed = true;
        }
      }
      const batches = yieldConnection(source(), turn, room(1 << 30));
      await batches.next();
      const next = lane.run(() => Promise.resolve(closed));
      await setImmediate();
      if (how === 'stops') {
        await batches.return(undefined);
        turn.release();
      } else {
        turn.abandon();
      }
      expect(await next).toBe(true);
    },
  );
});
