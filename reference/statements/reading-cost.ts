import { Failure } from '../errors.js';

/** Runs of the characters that operators are made of; short ones cost nothing. */
const operatorRuns = /[~!@#^&|`?+\-*/%<>=]{16,}/g;

/**
 * What such runs may cost together, in steps of the engine's: a second or two. It reads a run of + or - in as many steps
 * as the cube of its length, and nothing ends it meanwhile, no KILL SESSION and no timeout: 4,000 take half a
 * minute, 64,000 a day.
 */
const mostSteps = 2e9;

/** Throws Failure('invalid-argument') for a text that the engine's parser would not be done with. */
export function mustBeReadable(sql: string): void {
  let steps = 0;
  for (const [run] of sql.matchAll(operatorRuns)) {
    steps += run.length ** 3;
  }
  if (steps > mostSteps) {
    throw new Failure(
      'invalid-argument',
      'The statement has too long runs of operator characters, such as + or -: reading it would occupy the server. A thousand in a row are the most',
    );
  }
}
