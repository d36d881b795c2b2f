import { FlightError } from './flight-error.js';

/**
 * The server answered OK with bytes that are no such answer. No refusal, though
 * it goes the way of one: gRPC's own word for it is DATA_LOSS.
 */
export class MalformedAnswer extends FlightError {
  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super('DATA_LOSS', `the answer is malformed: ${why}`, false, { cause });
    this.name = 'MalformedAnswer';
  }
}

/** An Arrow type that the suite knows no normal form for: the suite's lack, not the answer's. */
export class UnknownType extends TypeError {}

/** What `read` makes of the bytes of an answer; MalformedAnswer when it throws. */
export function readAnswer<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw malformed(error);
  }
}

/** What went wrong with an answer, as a FlightError unless it is the suite's own fault. */
export function malformed(error: unknown): Error {
  return error instanceof FlightError || error instanceof UnknownType
    ? error
    : new MalformedAnswer(error);
}
