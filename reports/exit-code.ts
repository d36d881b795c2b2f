import type { ConformanceReport } from './model.js';

/** What the process ends with; the command line documents the same numbers. */
export const exitCodes = { success: 0, failed: 1, usage: 2, suite: 3 } as const;

/**
 * The exit code of a run that wrote a report: 1 if a requirement failed, in an incomplete run too,
 * because nothing that is still to come can mend that; else 3 if the suite erred anywhere, the run is
 * incomplete or not one requirement could be tested; else 0. Beside tested ones, untestable, not offered
 * and missing requirements do not make a run fail.
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
