import { FlightError } from '../client/flight-error.js';
import { messageOf } from '../errors/message-of.js';

/** Error messages of the libraries, and what they mean for the given address. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [
    /wrong version number|packet length too long/i,
    'it does not speak TLS: give its URL as grpc://',
  ],
  [/ECONNREFUSED/, 'nothing listens there (ECONNREFUSED)'],
  [/ENOTFOUND|EAI_AGAIN|name resolution failed/i, 'there is no host of this name'],
  [/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/, 'no way leads there'],
  [
    /self[- ]signed|unable to (get|verify)|altnames|certificate has expired/i,
    'its certificate is not trusted: give --ca-certificate or --skip-verify',
  ],
  [
    /certificate required|bad certificate|handshake failure|unknown ca/i,
    'it asks for a client certificate that it trusts: give --client-certificate and --client-key',
  ],
  [
    /ECONNRESET|Connection dropped|Protocol error|socket hang up|ECONNCLOSED/i,
    'it hung up: if it speaks TLS, give its URL as grpc+tls://',
  ],
];

/** The reason why a server is unreachable, in one line. */
export function whyUnreachable(error: unknown): string {
  const message = messageOf(error).replace(/\s+/g, ' ').trim();
  if (!(error instanceof FlightError)) {
    return message;
  }
  if (error.code === 'UNAUTHENTICATED' || error.code === 'PERMISSION_DENIED') {
    return `it refuses the login: ${message}`;
  }
  if (error.code === 'UNIMPLEMENTED') {
    return `it is no Flight SQL server: ${message}`;
  }
  const meaning = meanings.find(([pattern]) => pattern.test(message));
  return error.answered || meaning === undefined ? message : meaning[1];
}
