import type { SkipVerdict } from '../../reports/model.js';

/** What a server says that it lacks, and why nothing that follows from it is tested. */
export interface Lacks {
  readonly instrumentation?: SkipVerdict;
  readonly kill?: SkipVerdict;
}

/** A step came to something that the server says it lacks: neither its fault nor the suite's. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered';
}

/** A step came to something that cannot be found out at this target, for the reason that the message gives. */
export class Untestable extends Error {
  override readonly name = 'Untestable';
}

/** Throws NotOffered or Untestable for a statement about something that the server lacks. */
export function mustBeOffered(sql: string, { instrumentation, kill }: Lacks): void {
  if (instrumentation !== undefined && /_gizmosql_instr/i.test(sql)) {
    throw asError(instrumentation);
  }
  if (kill !== undefined && /^\s*KILL\s+SESSION/i.test(sql)) {
    throw asError(kill);
  }
}

function asError({ status, reason }: SkipVerdict): Error {
  return status === 'untestable' ? new Untestable(reason) : new NotOffered(reason);
}
