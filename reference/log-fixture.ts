import type { Log } from './log.js';

/** A log that discards all lines, for specs. */
export const nullLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  at: () => undefined,
};
