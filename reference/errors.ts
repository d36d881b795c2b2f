/** Why a call failed, independent of gRPC: `flight/` maps it to a status code. */
export type FailureKind =
  | 'unauthenticated'
  | 'invalid-argument'
  | 'not-found'
  | 'unimplemented'
  | 'cancelled'
  | 'timeout'
  | 'exhausted'
  | 'permission'
  | 'internal'
  | 'unknown';

/**
 * An expected failure. Its message is worded once, for whoever sent the
 * request: the client, the audit record and the command line show it as it is.
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

/** What a client is told in place of what JavaScript says of a fault, which the log has. */
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

/** Whether an error is the language's or the runtime's own: it says something of this program and nothing of its input. */
export function isFault(error: unknown): boolean {
  return (
    !(error instanceof Error) ||
    languageErrors.includes(error.constructor) ||
    (error as NodeJS.ErrnoException).code?.startsWith('ERR_') === true
  );
}
