import type { LogLevel } from '../config.js';

/** Settings for the statements of a session, or the defaults of all sessions. */
export interface QuerySettings {
  /** Maximum seconds of an execution; 0: no limit. */
  readonly queryTimeoutSeconds: number;
  /** The lowest level at which lines about statements are logged. */
  readonly queryLogLevel: LogLevel;
}
