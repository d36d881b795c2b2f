import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Guard } from './access/guard.js';
import type { Clock } from './clock.js';
import type { Recorder } from './instrumentation/recorder.js';
import type { Log } from './log.js';
import type { EngineParts } from './open-engines.js';
import type { SessionRegistry } from './sessions/session-registry.js';
import type { Kill } from './statements/kill-session.js';
import type { PseudoFunctions } from './statements/pseudo-functions.js';

/** Parts that may be replaced: what a non-conforming server does differently, it does in one of these. */
export interface ServerParts extends EngineParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Makes of the guard that would be used the one that is. */
  readonly guard: (original: Guard) => Guard;
  readonly pseudoFunctions: PseudoFunctions;
  /** Makes of the recorder that would be used the one that is. */
  readonly recorder: (original: Recorder) => Recorder;
  readonly kill: (sessions: SessionRegistry) => Kill;
  /** Makes of the RPCs that would be served those that are. */
  readonly service: (original: UntypedServiceImplementation) => UntypedServiceImplementation;
}

/** For a part that nothing replaces. */
export function unchanged<T>(part: T): T {
  return part;
}
