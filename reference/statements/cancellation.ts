import { Failure } from '../errors.js';
import type { CancelCause } from '../sessions/session.js';

/** How soon an interrupt is repeated, in milliseconds: the engine forgets one that comes before it begins. */
export const interruptAgainMs = 20;

/** What a client is told of what was ended before its time. */
export function cancelFailure(cause: CancelCause, timeoutSeconds: number): Failure {
  switch (cause) {
    case 'timeout':
      return new Failure('timeout', `Query exceeded the timeout of ${timeoutSeconds} seconds`);
    case 'killed':
      return new Failure('cancelled', 'Your session has been killed. Please re-connect.');
    case 'cancelled':
      return new Failure('cancelled', 'Query was cancelled');
    case 'left':
      return new Failure('cancelled', 'The client left before it had the whole result');
  }
}
