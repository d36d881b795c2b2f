import type { RequirementReport } from '../model.js';
import { statuses } from '../status-style.js';

/** The number of requirements with each status, the best status first. */
export function countStatuses(
  requirements: readonly Pick<RequirementReport, 'status'>[],
): { status: RequirementReport['status']; count: number }[] {
  return statuses.toReversed().map((status) => ({
    status,
    count: requirements.filter((each) => each.status === status).length,
  }));
}
