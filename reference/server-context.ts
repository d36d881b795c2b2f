import { systemClock } from './clock.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { createLog } from './log.js';
import type { Log } from './log.js';
import type { ServerParts } from './server-parts.js';

/** What the steps of starting a server share. */
export interface ServerContext {
  readonly config: Config;
  readonly parts: Partial<ServerParts>;
  readonly clock: Clock;
  readonly log: Log;
  /** A UUID, new at each start. */
  readonly instanceId: string;
  /** Each step adds what undoes it; run in reverse order. */
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
