import { setImmediate } from 'node:timers/promises';

/** For how long one may compute before others get their turn, in milliseconds. */
const mostMs = 10;

/**
 * Returns what to wait for between portions of long work: it lets others have
 * their turn where the last pause is long enough ago, and costs next to nothing otherwise.
 */
export function createPause(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < mostMs) {
      return undefined;
    }
    return setImmediate().then(() => {
      last = performance.now();
    });
  };
}
