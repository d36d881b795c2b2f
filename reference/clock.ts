/** The source of all times in logs, tokens and records. */
export interface Clock {
  /** Microseconds since the Unix epoch, UTC; never decreases. */
  now(): bigint;
}

/**
 * The system time when this module loads, advanced by the monotonic clock. So a change of the system time
 * never makes a record end before it began.
 */
export const systemClock: Clock = startClock();

function startClock(): Clock {
  const startNanoseconds = process.hrtime.bigint();
  const startMicroseconds = BigInt(Date.now()) * 1000n;
  return {
    now: () => startMicroseconds + (process.hrtime.bigint() - startNanoseconds) / 1000n,
  };
}
