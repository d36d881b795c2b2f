import { FlightError } from '../client/flight-error.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { ServerNotStarted } from '../targets/launch.js';
import { NotOffered, Untestable } from './lacks.js';

/** The part of a scenario that a step belongs to: *Given* is ground, *When* and *Then* are the promise. */
export type Part = 'ground' | 'action' | 'outcome';

/** The first words of the reason why a scenario is untestable if the server refuses its ground. */
export const groundRefused = 'the server refuses what prepares this scenario';

/**
 * The error of a step as the part of the scenario allows it to be judged. A server that refuses the ground
 * breaks no requirement by that, so the scenario is untestable; the reason quotes the server.
 */
export function judgedByPart(part: Part, error: unknown): unknown {
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
  return part === 'outcome' && (error instanceof NotOffered || error instanceof Untestable);
}

function isRefusal(cause: unknown): boolean {
  return (cause instanceof FlightError && cause.answered) || cause instanceof ServerNotStarted;
}
