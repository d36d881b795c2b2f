/** What a client saw of one of its executions. All times are milliseconds of the client's own clock. */
export interface ObservedExecution {
  /** The name of its session in the script. */
  readonly session: string;
  readonly text: string;
  /** Just before it was sent. */
  readonly sent: number;
  /** When its end was seen: the end of the rows, an error, the answer to an update; null if it was let go. */
  readonly ended: number | null;
  readonly fetch: 'some rows' | 'no row' | 'no result';
  /**
   * A time by which the result's delivery was delayed for certain: so much of it was unread after that time
   * since the first batch that no buffer on the way could hold it. 0 if it was read at once.
   */
  readonly delayedMs: number;
  /** How long the client then did nothing with its prepared statement. */
  readonly idledMs: number;
  /** When the client let go of a prepared statement after this last execution of it; null for all others. */
  readonly closing: { readonly sent: number; readonly answered: number } | null;
  /** How long the session did nothing after the execution and, of a prepared statement, its closing. */
  readonly restedMs: number;
}
