import type { RequirementReport } from './model.js';

/**
 * Whether a requirement failed or erred in a scenario that can be shown. An `error` may also mean that
 * scenarios did not report, perhaps all of them after an interruption; the run says that once.
 */
export function hasFailureToShow({ status, scenarios }: RequirementReport): boolean {
  return (
    (status === 'failed' || status === 'error') &&
    scenarios.some((scenario) => scenario.status === status)
  );
}
