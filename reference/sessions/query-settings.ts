import type { LogLevel } from '../config.js';

/** What holds for the statements of a session, or of all that set nothing else. */
export interface QuerySettings {
  /** Seconds an execution may take; 0: no limit. */
  readonly queryTimeoutSeconds: number;
  /** The least severe lines about statements that are logged. */
  readonly queryLogLevel: LogLevel;
}
