import wrapAnsi from 'wrap-ansi';
import { describeAnswer, describeSender, repeatCommand } from './describe-evidence.js';
import { hasFailureToShow } from './has-failure-to-show.js';
import type { ConformanceReport, RequirementReport, RequirementStatus } from './model.js';
import { paint, statuses, statusName } from './status-style.js';
import type { Terminal } from './terminal.js';
import { harmless } from './terminal.js';
import { describeTimeliness } from './timeliness.js';
import { verdictLine } from './verdict-line.js';

const labelWidth = 11;
/** The terminal shows only the last statements of a failed scenario; the report has all of them. */
const shownStatements = 3;

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
  const shown = new Set<string>();
  return [
    ...formatChapters(report.requirements, terminal),
    ...report.requirements
      .filter(hasFailureToShow)
      .flatMap((requirement) => ['', ...formatFailure(requirement, report, shown, terminal)]),
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
 * A requirement and its scenarios. A scenario that is in `shown` was printed under another requirement, so it
 * is only named.
 */
function formatFailure(
  requirement: RequirementReport,
  report: ConformanceReport,
  shown: Set<string>,
  terminal: Terminal,
): string[] {
  const { id, text, status, scenarios } = requirement;
  const lines = [
    paint(terminal, status, terminal.colors.bold(`${status.toUpperCase()} ${id}`)),
    ...labelled('promise', text, terminal),
  ];
  const bad = scenarios.filter((scenario) => scenario.status === status);
  for (const { name, feature, line, number, message, evidence = [] } of bad) {
    const place = `${feature}:${line}`;
    const numbered = number === undefined ? '' : `/${number} `;
    const again = shown.has(place) ? ': see above' : '';
    lines.push(...labelled('scenario', `${numbered}${name} (${place})${again}`, terminal));
    if (again !== '') {
      continue;
    }
    shown.add(place);
    const earlier = evidence.length - shownStatements;
    if (earlier > 0) {
      lines.push(
        ...labelled('sent', `(${earlier} earlier statements are in the report)`, terminal),
      );
    }
    for (const each of evidence.slice(-shownStatements)) {
      lines.push(...labelled('sent', `${describeSender(each)}: ${each.sql}`, terminal));
      lines.push(...labelled('answer', shorten(describeAnswer(each)), terminal));
    }
    lines.push(...labelled(status === 'failed' ? 'verdict' : 'error', message ?? '', terminal));
  }
  // Not wrapped, so that it can be copied.
  const unbounded = { ...terminal, width: Infinity };
  return [...lines, ...labelled('repeat', repeatCommand(requirement, report), unbounded)];
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
