import { count, describeSender, repeatCommand } from '../describe-evidence.js';
import { describeServer } from '../describe-server.js';
import { failuresOf, findingsOf } from '../findings.js';
import type { Finding } from '../findings.js';
import { hasFailureToShow } from '../has-failure-to-show.js';
import type { ConformanceReport, RequirementReport, ScenarioReport } from '../model.js';
import { scenarioKey } from '../planned-scenario.js';
import { specificationLink } from '../specification-link.js';
import { statusName } from '../status-style.js';
import { describeTimeliness } from '../timeliness.js';
import { verdictLine } from '../verdict-line.js';
import { countStatuses } from './count-statuses.js';
import { layOutDelays } from './delay-plot.js';
import { renderPage } from './render-page.js';
import { toSlug } from './slug.js';
import { splitMessage } from '../split-message.js';

/** The last statements of a failed scenario are shown; earlier ones are folded. */
const openedOut = 5;
const slowestShown = 10;

/**
 * The report as one self-contained HTML page: the verdict and the target, a bar for each chapter, every
 * failure with its evidence, a searchable table of all requirements, a plot of the delays, durations and
 * settings.
 */
export function renderHtml(report: ConformanceReport): string {
  const { requirements, timeliness, target } = report;
  const verdict = verdictLine(report);
  const failures = requirements.filter(hasFailureToShow);
  const findings = findingsOf(report);
  const chapters = [...Map.groupBy(requirements, ({ chapter }) => chapter)];
  return renderPage('conformance', {
    title: `${verdict.text} ${target.description}`,
    report,
    verdict,
    server: describeServer(target),
    chapters: chapters.map(([name, those]) => ({
      name,
      slug: toSlug(name),
      requirements: those,
      shares: countStatuses(those).filter(({ count }) => count > 0),
    })),
    chapterNames: chapters.map(([name]) => name),
    counts: countStatuses(requirements),
    canDiffer: false,
    failures: describeFailures(failures, report, findings),
    findings,
    linkOf: (source: string) => specificationLink(report.suite, source),
    isShownAbove: (requirement: RequirementReport) => failures.includes(requirement),
    plot: timeliness && layOutDelays(timeliness),
    slowest: slowestScenarios(requirements),
    timeOf: ({ scenarios }: RequirementReport) =>
      scenarios.reduce((sum, { durationMs }) => sum + durationMs, 0),
    statusName,
    describeSender,
    amount: count,
    describeTimeliness,
    cell: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
    seconds: (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`,
  });
}

/**
 * The failed requirements with their findings, and the failed scenarios of each. A scenario that covers
 * several requirements is shown once; the others link to it.
 */
function describeFailures(
  failures: readonly RequirementReport[],
  report: ConformanceReport,
  findings: readonly Finding[],
): readonly object[] {
  const shown = new Map<string, string>();
  return failures.map((requirement) => ({
    repeat: repeatCommand(requirement, report),
    requirement,
    findings: failuresOf(requirement, findings).map(({ finding, scenarios }) => ({
      finding,
      scenarios: scenarios.map((scenario) => {
        const key = scenarioKey(scenario);
        const shownAt = shown.get(key);
        shown.set(key, shownAt ?? requirement.id);
        const { message = '', evidence = [] } = scenario;
        return {
          scenario,
          shownAt,
          told: splitMessage(message),
          earlier: evidence.slice(0, -openedOut),
          evidence: evidence.slice(-openedOut),
        };
      }),
    })),
  }));
}

function slowestScenarios(requirements: readonly RequirementReport[]): readonly ScenarioReport[] {
  const all = requirements.flatMap(({ scenarios }) => scenarios);
  const each = new Map(all.map((scenario) => [scenarioKey(scenario), scenario]));
  return [...each.values()].sort((a, b) => b.durationMs - a.durationMs).slice(0, slowestShown);
}
