import { describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { Failure } from '../errors.js';
import { ConnectionLane } from './connection-lane.js';
import { inCall } from './current-call.js';

describe('ConnectionLane', () => {
  it('lets one user in at a time, first come first served', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 8 }), async (s, users) => {
        const lane = new ConnectionLane();
        const served: number[] = [];
        let inside = 0;
        const all = Promise.all(
          Array.from({ length: users }, async (_, i) =>
            lane.run(async () => {
              expect(++inside).toBe(1);
              await s.schedule(Promise.resolve());
              served.push(i);
              inside--;
            }),
          ),
        );
        await s.waitFor(all);
        expect(served).toEqual(Array.from({ length: users }, (_, i) => i));
      }),
    );
  });

  it('goes on after a user who fails', async () => {
    const lane = new ConnectionLane();
    await expect(lane.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await lane.run(() => Promise.resolve('next'))).toBe('next');
  });

  it('tells the user when somebody begins to wait', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const wanted = vi.fn();
    turn.onWanted(wanted);
    expect(wanted).not.toHaveBeenCalled();
    const second = lane.acquire();
    const third = lane.acquire();
    expect(wanted).toHaveBeenCalledTimes(2);
    turn.release();
    const next = await second;
    const wantedNext = vi.fn();
    next.onWanted(wantedNext);
    expect(wantedNext).toHaveBeenCalledTimes(1);
    next.release();
    (await third).release();
  });

  it('tells nobody who has released', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const wanted = vi.fn();
    turn.onWanted(wanted);
    turn.release();
    turn.onWanted(wanted);
    (await lane.acquire()).release();
    expect(wanted).not.toHaveBeenCalled();
    expect(turn.released).toBe(true);
  });

  it('is given on once, however often it is released', async () => {
    const lane = new ConnectionLane();
    const first = await lane.acquire();
    first.release();
    const second = await lane.acquire();
    const wanted = vi.fn();
    second.onWanted(wanted);
    first.release();
    let third = false;
    const waiting = lane.run(() => {
      third = true;
      return Promise.resolve();
    });
    await new Promise(setImmediate);
    expect(third).toBe(false);
    expect(wanted).toHaveBeenCalledTimes(1);
    second.release();
    await waiting;
    expect(third).toBe(true);
  });

  it('tells the user once that nobody wants the work', async () => {
    const turn = await new ConnectionLane().acquire();
    turn.abandon();
    const abandoned = vi.fn();
    turn.onAbandoned(abandoned);
    turn.abandon();
    turn.abandon();
    expect(abandoned).toHaveBeenCalledTimes(1);
  });

  it('turns away those who wait, but not the patient', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const order: string[] = [];
    const refused = lane.run(() => Promise.resolve(order.push('refused')));
    const patient = lane.run(() => Promise.resolve(order.push('patient')), { patient: true });
    turn.refuseWaiting(new Failure('exhausted', 'not now'));
    await expect(refused).rejects.toThrow('not now');
    const later = lane.run(() => Promise.resolve(order.push('later')));
    turn.release();
    await Promise.all([patient, later]);
    expect(order).toEqual(['patient', 'later']);
  });

  it('lets nobody wait whose connection is lost', async () => {
    const lane = new ConnectionLane();
    const turn = await lane.acquire();
    const { over, lost, ends } = call();
    const use = vi.fn(() => Promise.resolve());
    const waiting = inCall(ends, () => lane.runForCall(use));
    const next = inCall(call().ends, () => lane.runForCall(() => Promise.resolve(3)));
    const givenUp = call();
    const still = inCall(givenUp.ends, () => lane.runForCall(() => Promise.resolve(2)));
    givenUp.over.abort();
    over.abort();
    lost.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(inCall(ends, () => lane.runForCall(use))).rejects.toMatchObject({
      message: 'The client is gone',
    });
    // What is done whether the call is over or not.
    const anyway = inCall(ends, () => lane.run(() => Promise.resolve(4)));
    turn.release();
    expect(await next).toBe(3);
    expect(await still).toBe(2);
    expect(await anyway).toBe(4);
    expect(use).not.toHaveBeenCalled();
    const later = await lane.acquire();
    const wanted = vi.fn();
    later.onWanted(wanted);
    expect(wanted).not.toHaveBeenCalled();
  });
});

function call() {
  const [over, lost] = [new AbortController(), new AbortController()];
  return { over, lost, ends: { over: over.signal, lost: lost.signal } };
}
