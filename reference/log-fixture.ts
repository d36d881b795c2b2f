import type { Log } from './log.js';

/** A log for specs that don't look at it. */
export const nullLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  at: () => undefined,
};
