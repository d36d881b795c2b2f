import type { ConformanceReport } from './model.js';

/** The exit codes of the process. The help of the command line documents the same numbers. */
export const exitCodes = { success: 0, failed: 1, usage: 2, suite: 3 } as const;

/**
 * The exit code of a run that wrote a report. 1 if a requirement failed, even in an incomplete run, because
 * the rest cannot change that. Otherwise 3 if the suite had an error, the run is incomplete or no requirement
 * could be tested. Otherwise 0: untestable, not offered and missing requirements do not fail a run in which
 * others passed.
 */
export function exitCodeOf({
  summary,
  complete,
}: Pick<ConformanceReport, 'summary' | 'complete'>): number {
  if (summary.failed > 0) {
    return exitCodes.failed;
  }
  const untested = summary.untestable + summary.notOffered + summary.missing;
  return summary.error > 0 || !complete || untested === summary.total
    ? exitCodes.suite
    : exitCodes.success;
}
