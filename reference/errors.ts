/** The kind of a failure, independent of gRPC: `flight/` maps it to a status code. */
export type FailureKind =
  | 'unauthenticated'
  | 'invalid-argument'
  | 'not-found'
  | 'unimplemented'
  | 'cancelled'
  | 'timeout'
  | 'exhausted'
  /** Try again later: the server has too much to do. */
  | 'unavailable'
  | 'permission'
  | 'internal'
  | 'unknown';

/**
 * An expected failure. Its message is written for the sender of the request; the client, the record and the
 * command line show it unchanged.
 */
export class Failure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Failure';
  }
}

/** The message that a client gets for an internal fault. The log has the original error. */
export const faultText =
  'The server failed at this request through a fault of its own; its log says more';

const languageErrors: readonly unknown[] = [
  TypeError,
  RangeError,
  ReferenceError,
  SyntaxError,
  EvalError,
  URIError,
];

/**
 * Whether an error comes from JavaScript or Node.js itself: it indicates a bug in this program, not bad
 * input.
 */
export function isFault(error: unknown): boolean {
  return (
    !(error instanceof Error) ||
    languageErrors.includes(error.constructor) ||
    (error as NodeJS.ErrnoException).code?.startsWith('ERR_') === true
  );
}
