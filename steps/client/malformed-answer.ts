import { FlightError } from './flight-error.js';

/**
 * The server answered OK with invalid bytes. This is not a refusal, but it is a FlightError; gRPC's code for
 * it is DATA_LOSS.
 */
export class MalformedAnswer extends FlightError {
  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super('DATA_LOSS', `the answer is malformed: ${why}`, false, { cause });
    this.name = 'MalformedAnswer';
  }
}

/** An Arrow type that the suite cannot read: a limit of the suite, not a fault of the answer. */
export class UnknownType extends TypeError {}

/** The value of `read`. Throws MalformedAnswer when it throws. */
export function readAnswer<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw malformed(error);
  }
}

/** Converts an error about an answer to a FlightError, unless it is a limit of the suite. */
export function malformed(error: unknown): Error {
  return error instanceof FlightError || error instanceof UnknownType
    ? error
    : new MalformedAnswer(error);
}
