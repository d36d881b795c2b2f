import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Guard } from './access/guard.js';
import type { Clock } from './clock.js';
import type { Recorder } from './instrumentation/recorder.js';
import type { Revision } from './instrumentation/revision.js';
import type { Log } from './log.js';
import type { EngineParts } from './open-engines.js';
import type { SessionRegistry } from './sessions/session-registry.js';
import type { Kill } from './statements/kill-session.js';
import type { PseudoFunctions } from './statements/pseudo-functions.js';
import type { QueueLimits, StatementQueue } from './statements/statement-queue.js';

/** Replaceable parts of the server. Each non-conforming server replaces one of them. */
export interface ServerParts extends EngineParts {
  /** The tables and views of the records, and the functions; by default those of the release. */
  readonly revision: Revision;
  readonly clock: Clock;
  readonly log: Log;
  /** Wraps or replaces the guard. */
  readonly guard: (original: Guard) => Guard;
  readonly pseudoFunctions: PseudoFunctions;
  /** Wraps or replaces the recorder. */
  readonly recorder: (original: Recorder) => Recorder;
  readonly kill: (sessions: SessionRegistry) => Kill;
  readonly queue: (limits: () => QueueLimits) => StatementQueue;
  /** Wraps or replaces the RPCs. */
  readonly service: (original: UntypedServiceImplementation) => UntypedServiceImplementation;
}

/** Returns the part itself, if nothing replaces it. */
export function unchanged<T>(part: T): T {
  return part;
}
