import { countFindings } from './findings.js';
import type { ConformanceReport, RequirementStatus, Summary } from './model.js';
import { statusName } from './status-style.js';

/** The verdict on a run: a status, which decides the colour, and one sentence. */
export function verdictLine(report: ConformanceReport): {
  status: RequirementStatus;
  text: string;
} {
  const { summary, complete, selection } = report;
  const { passed, failed, error, untestable, notOffered, missing, total } = summary;
  if (failed > 0) {
    const unfinished = complete ? '' : ' The run is incomplete.';
    return {
      status: 'failed',
      text: `FAILED: ${failed} of ${total} requirements not met (${countFindings(report)})${others(summary)}.${unfinished}`,
    };
  }
  if (!complete) {
    return { status: 'error', text: 'INCOMPLETE: no verdict on the server.' };
  }
  if (error > 0) {
    return {
      status: 'error',
      text: `ERROR: the suite itself failed on ${error} of ${total} requirements; no verdict on those.`,
    };
  }
  if (passed === 0) {
    return { status: 'untestable', text: 'NOTHING PASSED: no requirement could be tested here.' };
  }
  const untested = untestable + notOffered + missing;
  if (untested > 0) {
    return {
      status: 'passed',
      text: `PASSED as far as tested: ${passed} of ${total} requirements met${others({ ...summary, passed: 0 })}.`,
    };
  }
  const scope = selection === undefined ? 'all' : 'all selected';
  return { status: 'passed', text: `PASSED: ${scope} ${total} requirements met.` };
}

/** How many requirements have which other status: `; 5 passed, 150 not offered`. */
function others({ passed, error, untestable, notOffered, missing }: Summary): string {
  const counts: [RequirementStatus, number][] = [
    ['passed', passed],
    ['error', error],
    ['not-offered', notOffered],
    ['untestable', untestable],
    ['missing', missing],
  ];
  const told = counts
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${statusName(status)}`);
  return told.length === 0 ? '' : `; ${told.join(', ')}`;
}
