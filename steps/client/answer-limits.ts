/**
 * The most of one answer that is kept: enough for half a million sessions, which a documented query can
 * return. A server that never ends its answer must not use up the suite's memory before the deadline.
 */
export const mostOfAnAnswer = {
  /** Bytes of the messages of a stream. */
  bytes: 512 * 1024 * 1024,
  /** Messages of a stream other than a result. */
  messages: 10_000,
  /** Values in a result, those inside lists and structs included. A row counts as at least one value. */
  values: 10_000_000,
} as const;

/** Throws a RangeError when `count` exceeds `most`. */
export function checkLimit(count: number, most: number, what: string): void {
  if (count > most) {
    throw new RangeError(`more than ${most} ${what}`);
  }
}
