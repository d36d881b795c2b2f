import { FlightError } from '../client/flight-error.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { ServerNotStarted } from '../targets/launch.js';
import { LeftOpen, NotOffered, Untestable } from './lacks.js';

/** The part of a scenario that a step belongs to: *Given* is ground, *When* and *Then* are the promise. */
export type Part = 'ground' | 'action' | 'outcome';

const mayStandBetween =
  "the server's account of the connection is not the client's: a mapped port, a TLS terminator or a proxy may stand between (--direct says that nothing does)";

/** The first words of the reason why a scenario is untestable if the server refuses its ground. */
export const groundRefused = 'the server refuses what prepares this scenario';

/**
 * The error of a step as the part of the scenario allows it to be judged. A server that refuses the ground
 * breaks no requirement by that, so the scenario is untestable; the reason quotes the server. Nor does one whose
 * account of a connection differs from the client's where something may stand between.
 */
export function judgedByPart(part: Part, error: unknown, { isIndirect = false } = {}): unknown {
  if (part !== 'ground' && isIndirect && error instanceof PromiseBroken) {
    return new Untestable(`${mayStandBetween}; ${error.message}`, { cause: error });
  }
  if (part !== 'ground' || !(error instanceof PromiseBroken) || !isRefusal(error.cause)) {
    return error;
  }
  return new Untestable(`${groundRefused}: ${error.got} (sent: ${error.sent})`, { cause: error });
}

/**
 * Whether a scenario goes on after this error of a step, to be judged by what remains. An outcome that is
 * about what the server does not offer says nothing about the other outcomes.
 */
export function isOnlyLacking(part: Part, error: unknown): error is NotOffered | Untestable {
  return (
    part === 'outcome' &&
    (error instanceof NotOffered || (error instanceof Untestable && !(error instanceof LeftOpen)))
  );
}

function isRefusal(cause: unknown): boolean {
  return (cause instanceof FlightError && cause.answered) || cause instanceof ServerNotStarted;
}
