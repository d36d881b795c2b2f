/** The times of an execution, in microseconds since the Unix epoch. */
export interface Times {
  readonly startTime: bigint;
  /** When the engine had finished. */
  readonly engineEnd: bigint;
  /** When the first batch of the result was handed to the client; null if none was. */
  readonly firstBatch: bigint | null;
  /** When the last one was. */
  readonly lastBatch: bigint | null;
}

/** The times of an execution as they are recorded from 1.34 on. */
export interface Timeline {
  readonly endTime: bigint;
  readonly durationMs: bigint;
  readonly fetchStartTime: bigint | null;
  readonly fetchEndTime: bigint;
  readonly totalDurationMs: bigint;
}

/**
 * Rounds all times down to whole milliseconds after the start. So an end is exactly the start plus the
 * recorded duration, and none of them runs backwards.
 */
export function timeline({ startTime, engineEnd, firstBatch, lastBatch }: Times): Timeline {
  const since = (time: bigint) => (time - startTime) / 1000n;
  const rounded = (time: bigint) => startTime + since(time) * 1000n;
  const fetchEnd = lastBatch !== null && lastBatch > engineEnd ? lastBatch : engineEnd;
  return {
    endTime: rounded(engineEnd),
    durationMs: since(engineEnd),
    fetchStartTime: firstBatch === null ? null : rounded(firstBatch),
    fetchEndTime: rounded(fetchEnd),
    totalDurationMs: since(fetchEnd),
  };
}
