/** Where every time in logs, tokens and audit rows comes from. */
export interface Clock {
  /** Microseconds since the Unix epoch, UTC; never runs backwards. */
  now(): bigint;
}

/**
 * The system's time at the moment this module loads, carried on by the
 * monotonic clock, so that a step of the system's time never makes an audit
 * row end before it began.
 */
export const systemClock: Clock = startClock();

function startClock(): Clock {
  const startNanoseconds = process.hrtime.bigint();
  const startMicroseconds = BigInt(Date.now()) * 1000n;
  return {
    now: () => startMicroseconds + (process.hrtime.bigint() - startNanoseconds) / 1000n,
  };
}
