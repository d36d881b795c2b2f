import { systemClock } from './clock.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import type { Revision } from './instrumentation/revision.js';
import { createServerLog } from './log.js';
import type { Log } from './log.js';
import type { ServerParts } from './server-parts.js';

/** The values that the steps of starting a server share. */
export interface ServerContext {
  readonly config: Config;
  /** The revision of the specification that the server keeps: that of its release. */
  readonly revision: Revision;
  readonly parts: Partial<ServerParts>;
  readonly clock: Clock;
  readonly log: Log;
  /** A UUID, new at each start. */
  readonly instanceId: string;
  /** Cleanup functions, added by each step and run in reverse order. */
  readonly closing: (() => unknown)[];
}

export function createContext(
  config: Config,
  parts: Partial<ServerParts> & Pick<ServerParts, 'revision'>,
  closing: (() => unknown)[],
): ServerContext {
  return {
    config,
    revision: parts.revision,
    parts,
    clock: parts.clock ?? systemClock,
    log: parts.log ?? createServerLog(config),
    instanceId: crypto.randomUUID(),
    closing,
  };
}
