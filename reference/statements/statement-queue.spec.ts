import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../errors.js';
import { StatementQueue } from './statement-queue.js';
import type { Place, QueueLimits, Slot } from './statement-queue.js';

let limits: { -readonly [Name in keyof QueueLimits]: QueueLimits[Name] };
let queue: StatementQueue;

beforeEach(() => {
  vi.useFakeTimers();
  limits = { concurrent: 1, queued: 0 };
  queue = new StatementQueue(() => limits);
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A statement that waits, and what came of it so far. */
function waiting(maxSeconds = 0) {
  const place = queue.join(maxSeconds);
  const state: { place: Place; slot: Slot | null; why: unknown } = { place, slot: null, why: null };
  place.slot().then(
    (slot) => {
      state.slot = slot;
      place.leave();
    },
    (error: unknown) => (state.why = error),
  );
  return state;
}

const settled = () => vi.advanceTimersByTimeAsync(0);

function entered(): Slot {
  return queue.enter() ?? expect.fail('there is no free slot');
}

describe('StatementQueue', () => {
  it('has no limit by default', () => {
    limits.concurrent = 0;
    expect(Array.from({ length: 100 }, () => queue.enter())).not.toContain(null);
  });

  it('gives a free slot to whoever has waited longest, and never to a newcomer', async () => {
    const first = entered();
    expect(queue.enter()).toBeNull();
    const [second, third] = [waiting(), waiting()];
    first.release();
    // Free, but promised.
    expect(queue.enter()).toBeNull();
    await settled();
    expect([second.slot, third.slot]).toEqual([expect.anything(), null]);
    second.slot?.release();
    second.slot?.release();
    await settled();
    expect(queue.enter()).toBeNull();
    third.slot?.release();
    expect(queue.enter()).not.toBeNull();
  });

  it('lets no newcomer pass when there is more room, before those who wait are served', async () => {
    entered();
    const waits = waiting();
    limits.concurrent = 2;
    expect(queue.enter()).toBeNull();
    queue.serve();
    await settled();
    expect(waits.slot).not.toBeNull();
  });

  it('lets others pass one that is not ready, which keeps its place', async () => {
    const first = entered();
    const busy = queue.join(0);
    const second = waiting();
    first.release();
    await settled();
    expect(second.slot).not.toBeNull();
    const third = waiting();
    let slot: Slot | undefined;
    void busy.slot().then((given) => {
      slot = given;
    });
    second.slot?.release();
    await settled();
    expect([slot === undefined, third.slot]).toEqual([false, null]);
    busy.leave();
    slot?.release();
  });

  it.each([
    [3, 3],
    [-1, 8],
  ])('refuses the next one when too many wait: %s', (queued, most) => {
    limits.queued = queued;
    entered();
    const places = Array.from({ length: most }, () => waiting().place);
    const refusal = `The statement queue is full: ${most} statements wait already, and gizmosql.max_queued_statements allows ${most}. Try again later`;
    expect(() => queue.join(0)).toThrow(new Failure('unavailable', refusal));
    places[0]?.leave();
    expect(() => queue.join(0)).not.toThrow();
  });

  it.each([
    [30, 30],
    [-1, 300],
  ])('ends a wait that takes too long: %s', async (maxSeconds, seconds) => {
    const first = entered();
    const late = waiting(maxSeconds);
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
    expect(late.why).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(late.why).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(
        `has waited for ${seconds} seconds, as long as gizmosql.max_queue_wait`,
      ) as unknown,
    });
    expect(late.place.over.aborted).toBe(true);
    expect(late.place.why).toBe(late.why);
    await expect(late.place.slot()).rejects.toBe(late.why);
    first.release();
    expect(queue.enter()).not.toBeNull();
  });

  it('ends a wait when asked to, and gives the next slot to the next one', async () => {
    const first = entered();
    const [gone, next] = [waiting(5), waiting(5)];
    const why = new Failure('cancelled', 'gone');
    gone.place.leave(why);
    gone.place.leave(new Failure('cancelled', 'again'));
    await settled();
    expect(gone.why).toBe(why);
    first.release();
    await settled();
    expect(next.slot).not.toBeNull();
    expect(gone.slot).toBeNull();
  });

  it.each([
    [2, 1],
    [0, 3],
  ])('serves those who wait when the limit becomes %i', async (concurrent, served) => {
    entered();
    const all = [waiting(), waiting(), waiting()];
    limits.concurrent = concurrent;
    queue.serve();
    await settled();
    expect(all.filter(({ slot }) => slot !== null)).toHaveLength(served);
    expect(all[0]?.slot).not.toBeNull();
  });

  it('never executes more than it may, and serves all in order', async () => {
    vi.useRealTimers();
    const durations = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(durations, fc.integer({ min: 1, max: 4 }), async (turns, concurrent) => {
        limits.concurrent = concurrent;
        const busy = new StatementQueue(() => limits);
        let executing = 0;
        const begun: number[] = [];
        const execute = async (i: number, length: number) => {
          const place = busy.enter() ?? busy.join(0);
          const slot = 'slot' in place ? await place.slot() : place;
          if ('slot' in place) {
            place.leave();
          }
          begun.push(i);
          expect(++executing).toBeLessThanOrEqual(concurrent);
          for (let turn = 0; turn < length; turn++) {
            await Promise.resolve();
          }
          executing--;
          slot.release();
        };
        await Promise.all(turns.map((length, i) => execute(i, length)));
        expect(begun).toEqual(turns.map((_, i) => i));
      }),
    );
    vi.useFakeTimers();
  });
});
