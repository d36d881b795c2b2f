import { Failure } from '../errors.js';

/** Long runs of operator characters; the cost of short ones is negligible. */
const operatorRuns = /[~!@#^&|`?+\-*/%<>=]{16,}/g;

/**
 * The limit of the total cost, in parser steps: one to two seconds. The engine's parser takes n³ steps for a
 * run of n + or - characters, and neither KILL SESSION nor a timeout can interrupt it. 4,000 characters take
 * half a minute, 64,000 a day.
 */
const mostSteps = 2e9;

/** Throws Failure('invalid-argument') for a text that the engine's parser would take too long to read. */
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
