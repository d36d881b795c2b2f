/**
 * How much of one answer is kept: what half a million sessions are, which a documented query asks for. A
 * server that never ends its answer must not take all of the suite's memory before its time is up.
 */
export const mostOfAnAnswer = {
  /** Bytes of the messages of a stream. */
  bytes: 512 * 1024 * 1024,
  /** Messages of a stream that are not of a result. */
  messages: 10_000,
  /** Values in a result, those inside of lists and structs included; a row counts for one at least. */
  values: 10_000_000,
} as const;

/** Throws a RangeError when an answer has too many of something. */
export function checkLimit(count: number, most: number, what: string): void {
  if (count > most) {
    throw new RangeError(`more than ${most} ${what}`);
  }
}
