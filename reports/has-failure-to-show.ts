import type { RequirementReport } from './model.js';

/**
 * Whether a requirement has a failed or erroneous scenario to show. The status `error` alone is not enough:
 * it may only mean that scenarios did not report, which the report of an interrupted run says once.
 */
export function hasFailureToShow({ status, scenarios }: RequirementReport): boolean {
  return (
    (status === 'failed' || status === 'error') &&
    scenarios.some((scenario) => scenario.status === status)
  );
}
