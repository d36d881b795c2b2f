/**
 * The run cannot begin, for a reason that whoever started it can mend: a wrong argument, or a target
 * that cannot be started or reached. Shown as its message alone; the exit code is 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The suite itself is at fault. Shown as its message alone; the exit code is 3. */
export class SuiteError extends Error {
  override readonly name = 'SuiteError';
}
