import { setImmediate } from 'node:timers/promises';

/** The longest computation in milliseconds without a pause for others. */
const mostMs = 10;

/**
 * Returns a function to await between portions of long work. It yields to other work if the last pause was
 * long enough ago, and otherwise costs almost nothing.
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
