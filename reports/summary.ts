import wrapAnsi from 'wrap-ansi';
import { count, describeAnswer, describeSender, repeatCommand } from './describe-evidence.js';
import { failuresOf, findingsOf } from './findings.js';
import type { Finding } from './findings.js';
import { hasFailureToShow } from './has-failure-to-show.js';
import type {
  ConformanceReport,
  RequirementReport,
  RequirementStatus,
  ScenarioReport,
} from './model.js';
import { specificationLink } from './specification-link.js';
import { paint, statuses, statusName } from './status-style.js';
import type { Terminal } from './terminal.js';
import { harmless } from './terminal.js';
import { describeTimeliness } from './timeliness.js';
import { verdictLine } from './verdict-line.js';

const labelWidth = 11;
/** The terminal shows only the last statements of a failed scenario; the report has all of them. */
const shownStatements = 3;

/** The findings of a report, and the numbers of those that were shown already. */
interface FailuresShown {
  readonly report: ConformanceReport;
  readonly findings: readonly Finding[];
  readonly shown: Set<number>;
}

/**
 * The summary of a run as text for a terminal: one line for each chapter, each failure with its evidence and
 * the command that repeats it, why requirements could not be tested, the verdict as the last line.
 * `shortcomings` are the reasons why the run is incomplete; `files` are the reports written.
 */
export function formatSummary(
  report: ConformanceReport,
  shortcomings: readonly string[],
  files: readonly string[],
  terminal: Terminal,
): string {
  const verdict = verdictLine(report);
  const failures = { report, findings: findingsOf(report), shown: new Set<number>() };
  return [
    ...formatChapters(report.requirements, terminal),
    ...report.requirements
      .filter(hasFailureToShow)
      .flatMap((requirement) => ['', ...formatFailure(requirement, failures, terminal)]),
    ...formatUntested(report.requirements, terminal),
    '',
    ...shortcomings.flatMap((text) => labelled('incomplete', text, terminal)),
    ...(report.notes ?? []).flatMap((text) => labelled('note', text, terminal)),
    ...(report.timeliness === undefined
      ? []
      : [`timely  ${describeTimeliness(report.timeliness)}`]),
    ...files.map((file) => `report  ${file}`),
    `seed    ${report.seed}, in ${(report.durationMs / 1000).toFixed(1)} s`,
    ...wrapped(paint(terminal, verdict.status, verdict.text), terminal.width),
    '',
  ].join('\n');
}

function formatChapters(requirements: readonly RequirementReport[], terminal: Terminal): string[] {
  const chapters = Map.groupBy(requirements, ({ chapter }) => chapter);
  const all = 'All';
  const width = Math.max(...[all, ...chapters.keys()].map(({ length }) => length));
  const line = (name: string, those: readonly RequirementReport[]): string[] => {
    const counts = statuses
      .map((status) => ({ status, count: those.filter((each) => each.status === status).length }))
      .filter(({ count }) => count > 0)
      .reverse()
      .map(({ status, count }) => paint(terminal, status, `${count} ${statusName(status)}`));
    return wrapped(counts.join(', '), terminal.width - width - 2).map(
      (part, index) => `${(index === 0 ? name : '').padEnd(width)}  ${part}`,
    );
  };
  return [
    '',
    ...[...chapters].flatMap(([chapter, those]) => line(chapter, those)),
    ...line(all, requirements),
  ];
}

/**
 * A requirement and what went wrong, by findings. Of each finding the first scenario is shown whole, once in the
 * report; the others are named.
 */
function formatFailure(
  requirement: RequirementReport,
  { report, findings, shown }: FailuresShown,
  terminal: Terminal,
): string[] {
  const { id, text, status, source } = requirement;
  const lines = [
    paint(terminal, status, terminal.colors.bold(`${status.toUpperCase()} ${id}`)),
    ...labelled('promise', text, terminal),
    ...(source === undefined ? [] : labelled('stated in', statedIn(report, source), terminal)),
  ];
  for (const { finding, scenarios } of failuresOf(requirement, findings)) {
    const [first, ...others] = scenarios;
    if (first === undefined) {
      continue;
    }
    const again = shown.has(finding.number) ? ': see above' : '';
    const heading = `${finding.number}, ${count(scenarios.length, 'scenario')}${again}: ${finding.cause}`;
    lines.push(...labelled('finding', heading, terminal));
    if (again === '') {
      shown.add(finding.number);
      lines.push(...formatScenario(first, status, terminal));
    } else {
      lines.push(...labelled('scenario', named(first), terminal));
    }
    if (others.length > 0) {
      lines.push(...labelled('and', others.map(named).join('\n'), terminal));
    }
  }
  // Not wrapped, so that it can be copied.
  const unbounded = { ...terminal, width: Infinity };
  return [...lines, ...labelled('repeat', repeatCommand(requirement, report), unbounded)];
}

/** A failed scenario with its last statements. */
function formatScenario(
  scenario: ScenarioReport,
  status: RequirementStatus,
  terminal: Terminal,
): string[] {
  const { feature, line, message = '', evidence = [] } = scenario;
  const earlier = evidence.length - shownStatements;
  return [
    ...labelled('scenario', `${named(scenario)} (${feature}:${line})`, terminal),
    ...(earlier > 0
      ? labelled('sent', `(${earlier} earlier statements are in the report)`, terminal)
      : []),
    ...evidence
      .slice(-shownStatements)
      .flatMap((each) => [
        ...labelled('sent', `${describeSender(each)}: ${each.sql}`, terminal),
        ...labelled('answer', shorten(describeAnswer(each)), terminal),
      ]),
    ...labelled(status === 'failed' ? 'verdict' : 'error', message, terminal),
  ];
}

function named({ number, name }: ScenarioReport): string {
  return `${number === undefined ? '' : `/${number} `}${name}`;
}

function statedIn({ suite }: ConformanceReport, source: string): string {
  const { heading, url } = specificationLink(suite, source);
  const revision = suite.revision === undefined ? '' : ` (revision ${suite.revision})`;
  return `${heading}${revision}${url === undefined ? '' : `: ${url}`}`;
}

/** The reasons why requirements could not be tested; each reason once. */
function formatUntested(requirements: readonly RequirementReport[], terminal: Terminal): string[] {
  const untested: readonly RequirementStatus[] = ['untestable', 'not-offered'];
  const those = requirements.filter(({ status }) => untested.includes(status));
  const groups = Map.groupBy(
    those,
    ({ status, reason }) => `${statusName(status)}: ${reason ?? ''}`,
  );
  return [...groups].flatMap(([why, [first, ...others]]) => [
    '',
    ...wrapped(harmless(why), terminal.width),
    ...wrapped([first, ...others].map((each) => each?.id).join(', '), terminal.width - 2).map(
      (line) => `  ${line}`,
    ),
  ]);
}

function labelled(label: string, text: string, terminal: Terminal): string[] {
  return wrapped(harmless(text), terminal.width - labelWidth - 2).map((line, index) =>
    `  ${terminal.colors.dim((index === 0 ? label : '').padEnd(labelWidth))}${line}`.trimEnd(),
  );
}

/** Wraps each line separately. A line break replaces the space where it stands. */
function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) =>
    wrapAnsi(line, width, { hard: true, trim: false })
      .split('\n')
      .map((part, index) => (index === 0 ? part : part.trimStart())),
  );
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}... (whole in the report)` : text;
}
