/** How a recorder spreads its commits over time, in milliseconds. */
export interface Pace {
  /** The shortest and, if commits are slow, the longest time in which a batch collects rows. */
  readonly leastGatherMs: number;
  readonly mostGatherMs: number;
  /** A new row is held back this long, so that most are complete when they are written. */
  readonly holdMs: number;
  /** The longest wait before a failed write is tried again; the wait doubles each time. */
  readonly mostRetryMs: number;
}

/** For a file: commits are cheap, and no other server writes. */
export const filePace: Pace = {
  leastGatherMs: 2,
  mostGatherMs: 50,
  holdMs: 0,
  mostRetryMs: 5_000,
};

/**
 * For a store that servers share: a commit costs round trips and perhaps a file, and fails if another server
 * committed first. In a DuckLake, a changed row conflicts with all new rows of other servers.
 */
export const sharedPace: Pace = {
  leastGatherMs: 200,
  mostGatherMs: 1_000,
  holdMs: 1_000,
  mostRetryMs: 1_000,
};
