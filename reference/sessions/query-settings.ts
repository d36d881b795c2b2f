import type { LogLevel } from '../config.js';

/** From which severity on lines about statements are logged; `fatal`: none is. */
export type QueryLogLevel = LogLevel | 'fatal';

/** What holds for the statements of a session, or of all that set nothing else. */
export interface QuerySettings {
  /** Seconds an execution may take; 0: no limit. */
  readonly queryTimeoutSeconds: number;
  readonly queryLogLevel: QueryLogLevel;
}
