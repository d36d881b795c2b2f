import { readFileSync } from 'node:fs';
import type { Catalogue } from '../../fixtures/catalogue/catalogue.js';
import { exitCodeOf, exitCodes } from '../../reports/exit-code.js';
import type { ConformanceReport } from '../../reports/model.js';
import { messageOf } from '../errors/message-of.js';
import { UsageError } from './errors.js';

/** One requirement that a file says may fail. */
export interface Allowance {
  readonly id: string;
  /** File and line, for messages. */
  readonly place: string;
}

/** What a run is told to put up with. */
export interface Allowances {
  /** They fail, and nothing else. */
  readonly known: readonly Allowance[];
  /** They may fail or pass. */
  readonly flaky: readonly Allowance[];
  /** Whether what could not be tested counts as a failure. */
  readonly strict: boolean;
}

/**
 * Reads a file of requirement ids, one a line; `#` begins a comment. Throws a UsageError that says what
 * to delete for an id that is no requirement or is there twice.
 */
export function readAllowances(flag: string, file: string, { byId }: Catalogue): Allowance[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${flag} ${file}: it cannot be read: ${messageOf(error)}`);
  }
  const seen = new Set<string>();
  return text.split('\n').flatMap((line, index) => {
    const id = line.replace(/#.*/, '').trim();
    if (id === '') {
      return [];
    }
    const place = `${file}:${index + 1}`;
    if (!byId.has(id)) {
      throw new UsageError(
        `${place}: '${id}' is no requirement: delete the line (see: gizmosql-conformance list)`,
      );
    }
    if (seen.has(id)) {
      throw new UsageError(`${place}: '${id}' is there twice: delete one of the lines`);
    }
    seen.add(id);
    return [{ id, place }];
  });
}

/**
 * The exit code of a run with allowances, and what a reader must be told of them, a line each. Only a
 * requirement that failed uses up its allowance: one that passed, or could not be tested, does not, and
 * an error of the suite never does.
 */
export function judgeAllowances(
  report: Pick<ConformanceReport, 'requirements' | 'summary' | 'complete'>,
  { known, flaky, strict }: Allowances,
): { code: number; lines: string[] } {
  const statuses = new Map(report.requirements.map(({ id, status }) => [id, status]));
  const allowed = [...known, ...flaky].filter(({ id }) => statuses.get(id) === 'failed');
  const passed = known.filter(({ id }) => statuses.get(id) === 'passed');
  const { summary } = report;
  const left = { ...report, summary: { ...summary, failed: summary.failed - allowed.length } };
  const untested = summary.untestable + summary.notOffered + summary.missing;
  const lines = [
    ...(allowed.length === 0 ? [] : [`allowed to fail: ${allowed.map(({ id }) => id).join(', ')}`]),
    ...passed.map(({ id, place }) => `exit code 1: ${id} passes now: delete it from ${place}`),
    ...(strict && untested > 0
      ? [
          `exit code 1: --strict, and ${untested} of ${summary.total} requirements could not be tested`,
        ]
      : []),
  ];
  const failed = passed.length > 0 || (strict && untested > 0);
  return { code: failed ? exitCodes.failed : exitCodeOf(left), lines };
}
