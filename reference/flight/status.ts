import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { Failure } from '../errors.js';
import type { FailureKind } from '../errors.js';

/** gRPC's code and Arrow's number of the same failure, which clients built on Arrow read from the trailers. */
const codes: Readonly<Record<FailureKind, readonly [code: status, arrow: number]>> = {
  unauthenticated: [status.UNAUTHENTICATED, 5],
  'invalid-argument': [status.INVALID_ARGUMENT, 4],
  'not-found': [status.INVALID_ARGUMENT, 4],
  unimplemented: [status.UNIMPLEMENTED, 10],
  cancelled: [status.CANCELLED, 6],
  timeout: [status.DEADLINE_EXCEEDED, 5],
  permission: [status.PERMISSION_DENIED, 5],
  internal: [status.INTERNAL, 9],
  unknown: [status.UNKNOWN, 9],
};

/** A failure as gRPC carries it. What is no Failure is a fault of the server's own. */
export function toStatus(error: unknown): Partial<ServiceError> {
  const failure =
    error instanceof Failure
      ? error
      : new Failure('internal', error instanceof Error ? error.message : String(error));
  const [code, arrow] = codes[failure.kind];
  const metadata = new Metadata();
  metadata.set('x-arrow-status', String(arrow));
  metadata.set('x-arrow-status-message-bin', Buffer.from(failure.message));
  return { code, details: failure.message, metadata };
}
