import type { ConformanceReport, RequirementReport, RequirementStatus } from '../model.js';

/**
 * How a requirement changed between two reports. `broken` is a regression: the status became `failed`, or it
 * was `passed` and is something else now. `fixed`: it was `failed` or `error` and is `passed` now. `changed`
 * is any other difference. `added` and `removed`: only one of the reports has the requirement.
 */
export type Change = 'fixed' | 'broken' | 'changed' | 'added' | 'removed' | 'same';

/** One requirement in both reports; a status is undefined where a report lacks it. */
export interface ComparedRequirement {
  readonly id: string;
  readonly change: Change;
  readonly before?: RequirementStatus;
  readonly after?: RequirementStatus;
  /** The reason for its status in the second report, or in the first if it was removed. */
  readonly reason?: string;
}

/**
 * Compares two complete reports. The order is that of the second; removed requirements come last. Of reports by
 * two revisions of the specification only what both have is compared: `leftOut` tells the rest.
 */
export function compareReports(
  before: ConformanceReport,
  after: ConformanceReport,
): ComparedRequirement[] {
  const compared = compareAll(before, after);
  return isOfOneRevision(before, after)
    ? compared
    : compared.filter(({ change }) => change !== 'added' && change !== 'removed');
}

/** The ids that only one of two reports has because they are about different revisions. */
export function leftOut(
  before: ConformanceReport,
  after: ConformanceReport,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const only = (change: Change): string[] =>
    compareAll(before, after)
      .filter((each) => each.change === change)
      .map(({ id }) => id);
  return isOfOneRevision(before, after)
    ? { before: [], after: [] }
    : { before: only('removed'), after: only('added') };
}

function isOfOneRevision({ suite }: ConformanceReport, after: ConformanceReport): boolean {
  return suite.revision === after.suite.revision;
}

function compareAll(before: ConformanceReport, after: ConformanceReport): ComparedRequirement[] {
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
