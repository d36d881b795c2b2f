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
