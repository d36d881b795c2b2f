/**
 * The run cannot start, for a reason that the user can correct: a wrong argument, or a target that cannot be
 * started or reached. Only its message is shown; the exit code is 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An error of the suite itself. Only its message is shown; the exit code is 3. */
export class SuiteError extends Error {
  override readonly name = 'SuiteError';
}
