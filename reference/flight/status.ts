import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { Malformed } from '../../protocol/malformed.js';
import { Failure, faultText, isFault } from '../errors.js';
import type { FailureKind } from '../errors.js';

/**
 * The gRPC status code and the Arrow status code of each kind. Arrow clients read the latter from the
 * trailers.
 */
const codes: Readonly<Record<FailureKind, readonly [code: status, arrow: number]>> = {
  unauthenticated: [status.UNAUTHENTICATED, 5],
  'invalid-argument': [status.INVALID_ARGUMENT, 4],
  'not-found': [status.INVALID_ARGUMENT, 4],
  unimplemented: [status.UNIMPLEMENTED, 10],
  cancelled: [status.CANCELLED, 8],
  exhausted: [status.RESOURCE_EXHAUSTED, 6],
  unavailable: [status.UNAVAILABLE, 5],
  timeout: [status.DEADLINE_EXCEEDED, 5],
  permission: [status.PERMISSION_DENIED, 5],
  internal: [status.INTERNAL, 9],
  unknown: [status.UNKNOWN, 9],
};

/**
 * Maximum length of a message. Clients accept only a few kilobytes of trailers, which contain the message
 * twice, and close the connection beyond that. A message may quote a whole statement.
 */
const mostCharacters = 1_000;

/** Converts an error to a gRPC status. The message of an internal fault is not sent to the client. */
export function toStatus(error: unknown): Partial<ServiceError> {
  const failure = failureToSend(error);
  const [code, arrow] = codes[failure.kind];
  const details = shortened(failure.message).toWellFormed();
  const metadata = new Metadata();
  metadata.set('x-arrow-status', String(arrow));
  metadata.set('x-arrow-status-message-bin', Buffer.from(details));
  return { code, details, metadata };
}

function failureToSend(error: unknown): Failure {
  if (error instanceof Failure) {
    return error;
  }
  if (error instanceof Malformed) {
    return new Failure('invalid-argument', error.message);
  }
  return new Failure(
    'internal',
    error instanceof Error && !isFault(error) ? error.message : faultText,
  );
}

/** The causes of these kinds are the client's errors, so they are not logged as faults. */
const clientsFault: ReadonlySet<FailureKind> = new Set([
  'invalid-argument',
  'unauthenticated',
  'cancelled',
]);

/** The internal fault that caused an error; undefined if there is none. */
export function faultBehind(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Failure && !clientsFault.has(cause.kind)) {
    cause = cause.cause;
  }
  return cause !== undefined && !(cause instanceof Failure) && isFault(cause) ? cause : undefined;
}

/** Cuts out the middle: the start of a message says what failed, the end says why. */
function shortened(message: string): string {
  if (message.length <= mostCharacters) {
    return message;
  }
  const half = mostCharacters / 2;
  return `${message.slice(0, half)} […] ${message.slice(-half)}`;
}
