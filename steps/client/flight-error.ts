import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

/** A call that did not end with OK. */
export class FlightError extends Error {
  constructor(
    /** The name of the gRPC status code, such as `INVALID_ARGUMENT`. */
    readonly code: string,
    /** The server's message. */
    message: string,
    /** False when the server gave no answer: the connection broke, or the deadline passed. */
    readonly answered: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'FlightError';
  }

  /**
   * Converts an error of grpc-js; other errors are returned unchanged. `deadline` is the call's, in ms since
   * the epoch. A DEADLINE_EXCEEDED before it was sent by the server.
   */
  static from(error: unknown, deadline: number): Error {
    if (!isServiceError(error)) {
      return error instanceof Error ? error : new Error(String(error));
    }
    const unreachable = error.code === status.UNAVAILABLE;
    const expired = error.code === status.DEADLINE_EXCEEDED && Date.now() >= deadline;
    return new FlightError(status[error.code], error.details, !unreachable && !expired, {
      cause: error,
    });
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error;
}
