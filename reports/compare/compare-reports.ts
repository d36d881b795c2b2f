import type { ConformanceReport, RequirementReport, RequirementStatus } from '../model.js';

/**
 * What became of a requirement from one report to another. `broken` is a regression: it failed and had
 * not, or it had passed and no longer does, for whatever reason. `fixed` failed or erred and passes now;
 * `changed` is any other change; `added` and `removed` are in one of the reports only.
 */
export type Change = 'fixed' | 'broken' | 'changed' | 'added' | 'removed' | 'same';

/** One requirement in both reports; a status is undefined where a report lacks it. */
export interface ComparedRequirement {
  readonly id: string;
  readonly change: Change;
  readonly before?: RequirementStatus;
  readonly after?: RequirementStatus;
  /** Why it is as it is now, or was if it is gone. */
  readonly reason?: string;
}

/** Compares two complete reports, in the order of the second; what was removed comes last. */
export function compareReports(
  before: ConformanceReport,
  after: ConformanceReport,
): ComparedRequirement[] {
  const earlier = new Map(before.requirements.map((each) => [each.id, each]));
  const later = new Set(after.requirements.map(({ id }) => id));
  return [
    ...after.requirements.map((each) => compare(earlier.get(each.id), each)),
    ...before.requirements
      .filter(({ id }) => !later.has(id))
      .map(({ id, status, reason }) => ({
        id,
        change: 'removed' as const,
        before: status,
        ...(reason !== undefined && { reason }),
      })),
  ];
}

function compare(
  before: RequirementReport | undefined,
  { id, status, reason }: RequirementReport,
): ComparedRequirement {
  return {
    id,
    change: before === undefined ? 'added' : changeOf(before.status, status),
    ...(before !== undefined && { before: before.status }),
    after: status,
    ...(reason !== undefined && { reason }),
  };
}

function changeOf(before: RequirementStatus, after: RequirementStatus): Change {
  if (before === after) {
    return 'same';
  }
  if (before === 'passed' || after === 'failed') {
    return 'broken';
  }
  return after === 'passed' && (before === 'failed' || before === 'error') ? 'fixed' : 'changed';
}
