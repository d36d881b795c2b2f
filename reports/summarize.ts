import type { RequirementStatus, Summary } from './model.js';

/** Counts the requirements by status. */
export function summarize(statuses: readonly RequirementStatus[]): Summary {
  const count = (status: RequirementStatus): number =>
    statuses.filter((each) => each === status).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    error: count('error'),
    untestable: count('untestable'),
    notOffered: count('not-offered'),
    missing: count('missing'),
    total: statuses.length,
  };
}
