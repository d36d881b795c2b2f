import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeldRows } from './held-rows.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const row = (name: string) => ({ name });

describe('HeldRows', () => {
  it('holds each row for as long as it says', () => {
    const held = new HeldRows(100);
    held.hold('a', row('a'));
    vi.advanceTimersByTime(60);
    held.hold('b', row('b'));
    expect(held.releaseRipe(false)).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(held.releaseRipe(false)).toEqual([['a', row('a')]]);
    expect(held.size).toBe(1);
    vi.advanceTimersByTime(60);
    expect(held.releaseRipe(false)).toEqual([['b', row('b')]]);
    expect(held.size).toBe(0);
  });

  it('gives one back when it is asked for, and all of them when all are wanted', () => {
    const held = new HeldRows(100);
    for (const key of ['a', 'b', 'c']) {
      held.hold(key, row(key));
    }
    expect(held.release('b')).toEqual(row('b'));
    expect(held.release('b')).toBeUndefined();
    expect(held.releaseRipe(true).map(([key]) => key)).toEqual(['a', 'c']);
    expect(held.releaseRipe(true)).toEqual([]);
  });
});
