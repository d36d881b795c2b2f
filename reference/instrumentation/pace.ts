/** How a recorder spreads its work over time, in milliseconds. */
export interface Pace {
  /** How long a first record waits for company: at least, and where writing is slow at most. */
  readonly leastGatherMs: number;
  readonly mostGatherMs: number;
  /** How long the row of a running execution waits for its end, so as to be written once and complete. */
  readonly holdMs: number;
  /** A failed write waits ever longer before it is tried again, and at most so long. */
  readonly mostRetryMs: number;
}

/** For a file, where a commit is cheap and nobody else writes. */
export const filePace: Pace = {
  leastGatherMs: 2,
  mostGatherMs: 50,
  holdMs: 0,
  mostRetryMs: 5_000,
};

/**
 * For a store that servers share: each commit costs round trips and perhaps a file, and loses against one
 * that was quicker. With DuckLake a change to a row conflicts with every other server's new rows: so the
 * fewer changes, the better.
 */
export const sharedPace: Pace = {
  leastGatherMs: 200,
  mostGatherMs: 1_000,
  holdMs: 1_000,
  mostRetryMs: 1_000,
};
