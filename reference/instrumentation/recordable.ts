import { Failure } from '../errors.js';

/**
 * The most characters of a statement, or of the parameters of an execution as JSON. A longer one cannot be
 * recorded, so it is refused. (Parsing takes a hundred times the memory of the text.)
 */
export const mostTextLength = 16 * 1024 * 1024;

/** The number of characters recorded of a text that is refused for its length. */
const keptOfRefused = 10_000;

/** The most characters of a recorded error: enough for one that quotes the longest statement. */
const mostErrorLength = 20 * 1024 * 1024;

/** The whole text, or its beginning when it is refused for its length. */
export function recordedText(text: string): string {
  return text.length <= mostTextLength ? text : text.slice(0, keptOfRefused);
}

/** The same for the parameters of an execution; the result is a JSON array, too. */
export function recordedParameters(json: string): string {
  return json.length <= mostTextLength ? json : JSON.stringify([json.slice(0, keptOfRefused)]);
}

/**
 * The message of an error; null for none. A very long one is shortened to its beginning, which names the
 * failure, and its end, which has the cause.
 */
export function recordedError(error: string | null): string | null {
  if (error === null || error.length <= mostErrorLength) {
    return error;
  }
  const half = mostErrorLength / 2;
  return `${error.slice(0, half)} […] ${error.slice(-half)}`;
}

/** Throws Failure('invalid-argument') for a text that is too long to be recorded; `what` begins its message: 'The statement has'. */
export function mustBeRecordable(what: string, text: string): void {
  if (text.length > mostTextLength) {
    throw new Failure(
      'invalid-argument',
      `${what} ${text.length} characters, more than the ${mostTextLength} that can be recorded: it is refused`,
    );
  }
}

/** The failure of a request that cannot be recorded because the queue is full. */
export function noRoom(): Failure {
  return new Failure(
    'exhausted',
    'The server cannot record the request now, since too many records wait to be written: try again later',
  );
}
