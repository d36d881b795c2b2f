import { systemClock } from './clock.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { createLog } from './log.js';
import type { Log } from './log.js';
import type { ServerParts } from './server-parts.js';

/** What a server is put together from, and what all its parts share. */
export interface ServerContext {
  readonly config: Config;
  readonly parts: Partial<ServerParts>;
  readonly clock: Clock;
  readonly log: Log;
  /** A UUID, new at each start. */
  readonly instanceId: string;
  /** Gets what undoes each step, in order. */
  readonly closing: (() => unknown)[];
}

export function createContext(
  config: Config,
  parts: Partial<ServerParts>,
  closing: (() => unknown)[],
): ServerContext {
  return {
    config,
    parts,
    clock: parts.clock ?? systemClock,
    log: parts.log ?? createLog(config.log),
    instanceId: crypto.randomUUID(),
    closing,
  };
}
