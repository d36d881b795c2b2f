import { FlightError } from './flight-error.js';

/**
 * The server answered OK with bytes that are no Arrow data. No refusal, though
 * it goes the way of one: gRPC's own word for it is DATA_LOSS.
 */
export class MalformedAnswer extends FlightError {
  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super('DATA_LOSS', `the answer is malformed: ${why}`, false, { cause });
    this.name = 'MalformedAnswer';
  }
}
