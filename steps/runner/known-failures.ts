import { readFileSync } from 'node:fs';
import type { Revisions } from '../../fixtures/catalogue/catalogue.js';
import { exitCodeOf, exitCodes } from '../../reports/exit-code.js';
import type { ConformanceReport } from '../../reports/model.js';
import { messageOf } from '../errors/message-of.js';
import { UsageError } from './errors.js';

/** A requirement that a file allows to fail. */
export interface Allowance {
  readonly id: string;
  /** File and line, for messages. */
  readonly place: string;
}

/** The failures that a run allows. */
export interface Allowances {
  /** Requirements that fail. If one passes, the run fails, so that its line is deleted. */
  readonly known: readonly Allowance[];
  /** Requirements that may fail or pass. */
  readonly flaky: readonly Allowance[];
  /** Whether untestable requirements count as failures. */
  readonly strict: boolean;
}

/**
 * Reads a file of requirement ids, one per line; `#` begins a comment. Throws a UsageError that names the
 * line to delete, for an unknown id or one that occurs twice.
 */
export function readAllowances(
  flag: string,
  file: string,
  catalogue: Pick<Revisions, 'ever'>,
): Allowance[] {
  const { byId } = catalogue.ever;
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
 * The exit code of a run with allowances, and the notes for its reader. Only a requirement that failed uses
 * its allowance; one that passed or was untestable does not. Errors of the suite are never allowed.
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
  // What no scenario covers yet is the suite's own lack, not the target's.
  const untested = summary.untestable + summary.notOffered;
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
