import { Failure } from '../errors.js';
import type { ExecutionEnd } from '../instrumentation/records.js';
import type { CancelCause } from '../sessions/session.js';

/**
 * Interval between two interrupts, in milliseconds. The engine drops an interrupt that arrives before the
 * query starts, so interrupts are repeated.
 */
export const interruptAgainMs = 20;

/** The recorded status of an execution that was ended early. */
export const endsAs: Readonly<Record<CancelCause, ExecutionEnd>> = {
  cancelled: 'cancelled',
  killed: 'cancelled',
  timeout: 'timeout',
  left: 'cancelled',
};

/** The error for the client of an execution that was ended early. */
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
