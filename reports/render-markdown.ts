import type { BlockContent, PhrasingContent, Root, TableCell } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';
import { count, repeatCommand } from './describe-evidence.js';
import { failuresOf, findingsOf } from './findings.js';
import type { Finding } from './findings.js';
import { describeServer } from './describe-server.js';
import { hasFailureToShow } from './has-failure-to-show.js';
import type { ConformanceReport, RequirementReport, ScenarioReport } from './model.js';
import { specificationLink } from './specification-link.js';
import { statusName } from './status-style.js';
import { harmless } from './terminal.js';
import { describeTimeliness } from './timeliness.js';
import { verdictLine } from './verdict-line.js';

/** CI job pages limit the length of a summary; conformance.html is complete. */
const shownFailures = 20;
const shownLetters = 2000;

/**
 * A short form of the report as Markdown for a CI job page: the verdict and the server, a row for each
 * chapter, each failure with its messages and the command that repeats it, and what was not tested.
 */
export function renderMarkdown(report: ConformanceReport): string {
  const { requirements, target, timeliness, suite, seed, durationMs } = report;
  const failures = requirements.filter(hasFailureToShow);
  const findings = findingsOf(report);
  const more = failures.length - shownFailures;
  const root: Root = {
    type: 'root',
    children: [
      heading(1, text(verdictLine(report).text)),
      paragraph(text(`${describeServer(target)}: ${target.description}`)),
      chapterTable(requirements),
      ...(failures.length > 0 ? [heading(2, text('What went wrong'))] : []),
      ...failures
        .slice(0, shownFailures)
        .flatMap((each) => describeFailure(each, report, findings)),
      ...(more > 0 ? [paragraph(text(`${more} more are in conformance.html.`))] : []),
      ...describeUntested(requirements),
      paragraph(
        text(
          [
            `${suite.specification}${revisionOf(suite)}, judged by ${suite.name} ${suite.version}`,
            `seed ${seed}`,
            `${(durationMs / 1000).toFixed(1)} s`,
            ...(report.selection === undefined ? [] : [`only ${report.selection.join(', ')}`]),
            ...(report.notes ?? []),
            ...(timeliness === undefined ? [] : [describeTimeliness(timeliness)]),
          ].join('; '),
        ),
      ),
    ],
  };
  return toMarkdown(root, { extensions: [gfmTableToMarkdown()], bullet: '-', fences: true });
}

function chapterTable(requirements: readonly RequirementReport[]): BlockContent {
  const chapters = [...Map.groupBy(requirements, ({ chapter }) => chapter)];
  const row = (...cells: string[]) => ({
    type: 'tableRow' as const,
    children: cells.map((each): TableCell => ({ type: 'tableCell', children: [text(each)] })),
  });
  const counts = (name: string, those: readonly RequirementReport[]) => {
    const number = (...statuses: string[]): string =>
      String(those.filter(({ status }) => statuses.includes(status)).length);
    const untested = number('untestable', 'not-offered', 'missing');
    return row(name, number('passed'), number('failed'), number('error'), untested);
  };
  return {
    type: 'table',
    align: [null, 'right', 'right', 'right', 'right'],
    children: [
      row('Chapter', 'passed', 'failed', 'error', 'not tested'),
      ...chapters.map(([name, those]) => counts(name, those)),
      counts('All', requirements),
    ],
  };
}

function describeFailure(
  requirement: RequirementReport,
  report: ConformanceReport,
  findings: readonly Finding[],
): BlockContent[] {
  const { id, text: promise, status, source } = requirement;
  return [
    heading(3, text(`${statusName(status)}: `), code(id)),
    paragraph(text(promise), ...(source === undefined ? [] : [text(' '), link(report, source)])),
    ...failuresOf(requirement, findings).flatMap(({ finding, scenarios }) =>
      describeFinding(finding, scenarios),
    ),
    paragraph(text('To repeat it alone: '), code(repeatCommand(requirement, report))),
  ];
}

/** A finding by its first scenario; the others are counted. */
function describeFinding(
  finding: Finding,
  [first, ...others]: readonly ScenarioReport[],
): BlockContent[] {
  if (first === undefined) {
    return [];
  }
  const { name, feature, line, message = '' } = first;
  const more = others.length === 0 ? '' : ` and ${count(others.length, 'more scenario')}`;
  return [
    paragraph(text(`Finding ${finding.number}: `), code(finding.cause)),
    paragraph(text(`${name} `), code(`${feature}:${line}`), text(more)),
    { type: 'code', lang: 'text', value: shorten(harmless(message)) },
  ];
}

function link({ suite }: ConformanceReport, source: string): PhrasingContent {
  const { heading: title, url } = specificationLink(suite, source);
  return url === undefined
    ? text(`(${title})`)
    : { type: 'link', url, children: [text(`${title}, revision ${suite.revision ?? 'unknown'}`)] };
}

/** The reasons why requirements could not be tested; each reason once. */
function describeUntested(requirements: readonly RequirementReport[]): BlockContent[] {
  const those = requirements.filter(({ status }) =>
    ['untestable', 'not-offered', 'missing'].includes(status),
  );
  const groups = Map.groupBy(
    those,
    ({ status, reason = 'no scenario covers it yet' }) => `${statusName(status)}: ${reason}`,
  );
  if (groups.size === 0) {
    return [];
  }
  return [
    heading(2, text('Not tested')),
    {
      type: 'list',
      spread: false,
      children: [...groups].map(([why, each]) => ({
        type: 'listItem',
        spread: false,
        children: [paragraph(text(`${shorten(why)}: `), code(each.map(({ id }) => id).join(', ')))],
      })),
    },
  ];
}

function revisionOf({ revision }: ConformanceReport['suite']): string {
  return revision === undefined ? '' : `, revision ${revision}`;
}

function heading(depth: 1 | 2 | 3, ...children: PhrasingContent[]): BlockContent {
  return { type: 'heading', depth, children };
}

function paragraph(...children: PhrasingContent[]) {
  return { type: 'paragraph' as const, children };
}

function text(value: string): PhrasingContent {
  return { type: 'text', value: harmless(value).replace(/\s+/g, ' ') };
}

function code(value: string): PhrasingContent {
  return { type: 'inlineCode', value: harmless(value) };
}

function shorten(long: string): string {
  return long.length > shownLetters
    ? `${long.slice(0, shownLetters)}... (whole in conformance.html)`
    : long;
}
