import { afterEach, describe, expect, it } from 'vitest';
import { PromiseBroken } from '../errors/promise-broken.js';
import { interrupt, resetInterruption } from './interruption.js';
import { becomes } from './visibility.js';

function counting(judge: (looks: number) => string | undefined) {
  let looks = 0;
  return {
    promised: 'three looks',
    sent: 'SELECT looks',
    look: () => Promise.resolve(++looks),
    judge,
    looks: () => looks,
  };
}

afterEach(resetInterruption);

describe('becomes', () => {
  it('waits no longer once the run is interrupted, and blames nobody for it', async () => {
    const wait = counting((looks) => {
      interrupt();
      return `${looks} looks`;
    });
    const error: unknown = await becomes(wait, 60_000).catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(PromiseBroken);
    expect(error).toEqual(new Error('the run was interrupted'));
    expect(wait.looks()).toBe(1);
  });

  it('looks until it is so, and no further', async () => {
    const wait = counting((looks) => (looks < 3 ? `only ${looks}` : undefined));
    expect(await becomes(wait, 60_000)).toBe(3);
    expect(wait.looks()).toBe(3);
  });

  it('says what was promised, sent and seen last when it does not become so', async () => {
    const wait = counting((looks) => `${looks} looks`);
    const error: unknown = await becomes(wait, 100).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PromiseBroken);
    expect(wait.looks()).toBeGreaterThan(1);
    expect((error as Error).message).toBe(
      `promised: three looks, within 100 ms\nsent: SELECT looks\ngot: ${wait.looks()} looks`,
    );
  });

  it('looks once even with no time to wait', async () => {
    const wait = counting(() => undefined);
    expect(await becomes(wait, 0)).toBe(1);
  });

  it('lets an error of the look itself through', async () => {
    const fault = new Error('the suite is at fault');
    const wait = { ...counting(() => undefined), look: () => Promise.reject(fault) };
    await expect(becomes(wait, 1000)).rejects.toBe(fault);
  });
});
