import type { Offering } from '../../fixtures/catalogue/catalogue.js';
import type { SkipVerdict } from '../../reports/model.js';

/** What a server does not offer, with the verdict for tests that need it. */
export type Lacks = Partial<Record<Offering, SkipVerdict>>;

/** A step needs a feature that the server lacks. This is neither a failure of the server nor of the suite. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered';
}

/** A step cannot be judged at this target; the message gives the reason. */
export class Untestable extends Error {
  override readonly name = 'Untestable';
}

/** The server does what the specification leaves open, so the rest of the scenario says nothing about it. */
export class LeftOpen extends Untestable {}

/** Throws NotOffered or Untestable for a statement that needs a feature the server lacks. */
export function mustBeOffered(sql: string, { instrumentation, 'kill-session': kill }: Lacks): void {
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
