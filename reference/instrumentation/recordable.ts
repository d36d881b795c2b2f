import { Failure } from '../errors.js';

/**
 * How many characters a statement, or the parameters of an execution as JSON, may have to be recorded
 * and so to run. Parsing takes a hundred times the memory of a text.
 */
export const mostTextLength = 16 * 1024 * 1024;

/** How many characters are kept of what is too long to be recorded whole. */
const keptOfRefused = 10_000;

/** How many characters of an error are recorded: more than one has that quotes a whole statement. */
const mostErrorLength = 20 * 1024 * 1024;

/** What is recorded of a text: all of it, or its beginning where it is refused for its length. */
export function recordedText(text: string): string {
  return text.length <= mostTextLength ? text : text.slice(0, keptOfRefused);
}

/** What is recorded of the parameters of an execution, which remains a JSON array. */
export function recordedParameters(json: string): string {
  return json.length <= mostTextLength ? json : JSON.stringify([json.slice(0, keptOfRefused)]);
}

/**
 * What is recorded of an error; null for none. Of a very long one that is its beginning, which says what
 * failed, and its end, which says why.
 */
export function recordedError(error: string | null): string | null {
  if (error === null || error.length <= mostErrorLength) {
    return error;
  }
  const half = mostErrorLength / 2;
  return `${error.slice(0, half)} […] ${error.slice(-half)}`;
}

/** Throws Failure('invalid-argument') for what is too long to be recorded; `what` it is in the plural or singular, with `has`. */
export function mustBeRecordable(what: string, text: string): void {
  if (text.length > mostTextLength) {
    throw new Failure(
      'invalid-argument',
      `${what} ${text.length} characters, more than the ${mostTextLength} that can be recorded: it is refused`,
    );
  }
}

/** What a request gets that cannot be recorded because too much waits to be. */
export function noRoom(): Failure {
  return new Failure(
    'exhausted',
    'The server cannot record the request now, since too many records wait to be written: try again later',
  );
}
