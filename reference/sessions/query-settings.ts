import type { LogLevel, StatementConfig } from '../config.js';

/** Settings for the statements of a session, or the defaults of all sessions. */
export interface QuerySettings extends StatementConfig {
  /** Maximum seconds of an execution; 0: no limit. */
  readonly queryTimeoutSeconds: number;
  /** The lowest level at which lines about statements are logged. */
  readonly queryLogLevel: LogLevel;
  /** The JSON of the session's tag; null: none. */
  readonly sessionTag: string | null;
  /** The JSON of the tag of the session's later statements; null: none. */
  readonly queryTag: string | null;
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
