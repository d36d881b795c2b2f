import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { PacedWrites } from './paced-writes.js';

/** A stream whose client takes a message when the test says so. */
class SlowStream extends EventEmitter {
  readonly messages: number[] = [];
  private readonly waiting: ((error?: Error | null) => void)[] = [];

  write(message: number, written: (error?: Error | null) => void): boolean {
    this.messages.push(message);
    this.waiting.push(written);
    return true;
  }

  take(error?: Error): void {
    this.waiting.shift()?.(error);
  }
}

function writing(count: number) {
  const stream = new SlowStream();
  const writes = new PacedWrites<number>(stream);
  const seen = { done: false };
  const all = (async () => {
    for (let message = 0; message < count && !writes.isGone; message++) {
      await writes.write(message);
    }
    seen.done = true;
  })();
  return { stream, writes, seen, all };
}

/** Lets all work that can go on go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('writes at the pace of the client', () => {
  it('are at most one ahead of it', async () => {
    const { stream, seen, all } = writing(4);
    await settled();
    expect(stream.messages).toEqual([0, 1]);
    stream.take();
    await settled();
    expect(stream.messages).toEqual([0, 1, 2]);
    stream.take();
    stream.take();
    await settled();
    expect(stream.messages).toEqual([0, 1, 2, 3]);
    await all;
    expect(seen.done).toBe(true);
  });

  it('do not wait for a client that takes all at once', async () => {
    const { stream, all } = writing(1);
    await all;
    expect(stream.messages).toEqual([0]);
  });

  it.each([
    ['cancels', (stream: SlowStream) => stream.emit('cancelled')],
    [
      'has lost its connection',
      (stream: SlowStream) => {
        stream.take(new Error('write EPIPE'));
      },
    ],
  ])('end when the client %s', async (_, end) => {
    const { stream, writes, all } = writing(9);
    await settled();
    end(stream);
    await all;
    expect(writes.isGone).toBe(true);
    expect(stream.messages).toEqual([0, 1]);
  });
});
