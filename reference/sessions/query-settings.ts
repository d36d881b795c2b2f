import type { LogLevel } from '../config.js';

/** What is captured of DuckDB's profile of a query: nothing, the operators, or its expressions as well. */
export const profileModes = ['off', 'standard', 'detailed'] as const;
export type ProfileMode = (typeof profileModes)[number];

/** Settings for the statements of a session, or the defaults of all sessions. */
export interface QuerySettings {
  /** Maximum seconds of an execution; 0: no limit. */
  readonly queryTimeoutSeconds: number;
  /** The lowest level at which lines about statements are logged. */
  readonly queryLogLevel: LogLevel;
  /** The JSON of the session's tag; null: none. */
  readonly sessionTag: string | null;
  /** The JSON of the tag of the session's later statements; null: none. */
  readonly queryTag: string | null;
  readonly captureQueryProfile: ProfileMode;
  /** Maximum number of statements that execute at once, in all sessions; 0: no limit. */
  readonly maxConcurrentStatements: number;
  /** Maximum number of statements that wait for their turn; 0: no limit; -1: eight for each that executes. */
  readonly maxQueuedStatements: number;
  /** Maximum seconds of a wait; 0: no limit; -1: 300. */
  readonly maxQueueWaitSeconds: number;
  /** Whether the statements of the session are executed without waiting. */
  readonly bypassQueue: boolean;
}

/** The settings of a server on which none is set. */
export const usualSettings: QuerySettings = {
  queryTimeoutSeconds: 0,
  queryLogLevel: 'info',
  sessionTag: null,
  queryTag: null,
  captureQueryProfile: 'off',
  maxConcurrentStatements: 0,
  maxQueuedStatements: -1,
  maxQueueWaitSeconds: -1,
  bypassQueue: false,
};
