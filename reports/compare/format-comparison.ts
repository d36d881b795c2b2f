import wrapAnsi from 'wrap-ansi';
import { describeServer } from '../describe-server.js';
import type { ConformanceReport, RequirementStatus } from '../model.js';
import { paint, statusName } from '../status-style.js';
import type { Terminal } from '../terminal.js';
import { harmless } from '../terminal.js';
import { leftOut } from './compare-reports.js';
import type { Change, ComparedRequirement } from './compare-reports.js';

/** A report and the file that it was read from. */
export interface NamedReport {
  readonly file: string;
  readonly report: ConformanceReport;
}

/**
 * The changes to list, in this order: the worst stand last, next to the verdict. Unchanged requirements are
 * only counted.
 */
const shown: readonly Exclude<Change, 'same'>[] = [
  'added',
  'removed',
  'changed',
  'fixed',
  'broken',
];
const counted: readonly Change[] = ['fixed', 'broken', 'changed', 'added', 'removed', 'same'];
const colors = {
  fixed: 'passed',
  broken: 'failed',
  changed: 'untestable',
  added: 'not-offered',
  removed: 'missing',
} as const satisfies Record<Exclude<Change, 'same'>, RequirementStatus>;

/**
 * The comparison as text for a terminal: both servers, one line for each change, the verdict as the last
 * line.
 */
export function formatComparison(
  before: NamedReport,
  after: NamedReport,
  compared: readonly ComparedRequirement[],
  terminal: Terminal,
): string {
  const broken = compared.filter(({ change }) => change === 'broken').length;
  const counts = counted.map(
    (change) =>
      `${compared.filter((each) => each.change === change).length} ${change === 'same' ? 'as before' : change}`,
  );
  const verdict =
    broken > 0
      ? paint(
          terminal,
          'failed',
          `REGRESSION: ${broken} worse in ${after.file} than in ${before.file}.`,
        )
      : paint(terminal, 'passed', `No regression from ${before.file} to ${after.file}.`);
  return [
    ...describe('before', before, terminal),
    ...describe('after', after, terminal),
    ...describeLeftOut(before, after, terminal),
    '',
    ...shown.flatMap((change) =>
      compared
        .filter((each) => each.change === change)
        .flatMap((each) => formatChange(each, change, terminal)),
    ),
    ...wrapped(counts.join(', '), terminal.width),
    ...wrapped(verdict, terminal.width),
    '',
  ].join('\n');
}

/** What only one of two revisions has, and so is not compared. */
function describeLeftOut(before: NamedReport, after: NamedReport, terminal: Terminal): string[] {
  const ids = leftOut(before.report, after.report);
  return (
    [
      [before, ids.before],
      [after, ids.after],
    ] as const
  ).flatMap(([{ report }, those]) =>
    those.length === 0
      ? []
      : indented(
          'left out'.padEnd(10),
          `${those.length} that only the report by revision ${report.suite.revision ?? 'unknown'} has: ${those.join(', ')}`,
          terminal,
        ),
  );
}

function describe(label: string, { file, report }: NamedReport, terminal: Terminal): string[] {
  const { target, suite } = report;
  const revision = suite.revision === undefined ? '' : `, revision ${suite.revision}`;
  const text = `${describeServer(target)}: ${target.description}, by ${suite.name} ${suite.version}${revision} (${file})`;
  return indented(label.padEnd(8), harmless(text), terminal);
}

function formatChange(
  { id, before, after, reason }: ComparedRequirement,
  change: Exclude<Change, 'same'>,
  terminal: Terminal,
): string[] {
  const statuses = [before, after]
    .filter((status) => status !== undefined)
    .map((status) => paint(terminal, status, statusName(status)));
  const [first = ''] = (reason ?? '').split('\n');
  return [
    `${paint(terminal, colors[change], change.padEnd(8))}${terminal.colors.bold(id)}  ${statuses.join(' -> ')}`,
    ...(first === '' || change === 'removed'
      ? []
      : indented(' '.repeat(8), harmless(first), terminal)),
  ];
}

function indented(label: string, text: string, { width }: Terminal): string[] {
  return wrapped(text, width - label.length).map(
    (line, index) => (index === 0 ? label : ' '.repeat(label.length)) + line,
  );
}

function wrapped(text: string, width: number): string[] {
  return wrapAnsi(text, width, { hard: true }).split('\n');
}
