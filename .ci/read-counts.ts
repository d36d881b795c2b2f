import { existsSync, readFileSync } from 'node:fs';
import type { ConformanceReport } from '../reports/model.js';

/** How many tests of a part passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const nothing: Counts = { passed: 0, failed: 0 };

/** Counts the tests in a report of vitest's json reporter; a file that cannot be loaded is a failure. */
export function specCounts(file: string): Counts {
  if (!existsSync(file)) {
    return nothing;
  }
  const { testResults, numPassedTests, numFailedTests } = JSON.parse(
    readFileSync(file, 'utf8'),
  ) as {
    numPassedTests: number;
    numFailedTests: number;
    testResults: { status: string; assertionResults: unknown[] }[];
  };
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed: numPassedTests, failed: numFailedTests + broken.length };
}

/** What a machine lacked for tests that were skipped, by vitest's json report; each reason once. */
export function skippedFor(file: string): readonly string[] {
  if (!existsSync(file)) {
    return [];
  }
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as {
    testResults: { assertionResults: { meta?: { lacking?: string } }[] }[];
  };
  const reasons = testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ meta }) => meta?.lacking ?? []),
  );
  return [...new Set(reasons)];
}

/**
 * Counts the scenarios in a conformance report, each once though it may prove several requirements.
 * Those that the target cannot be tested for are neither passed nor failed.
 */
export function scenarioCounts(file: string): Counts {
  if (!existsSync(file)) {
    return nothing;
  }
  const { requirements } = JSON.parse(readFileSync(file, 'utf8')) as ConformanceReport;
  const statuses = new Map(
    requirements.flatMap(({ scenarios }) =>
      scenarios.map(({ feature, line, status }) => [`${feature}:${line}`, status] as const),
    ),
  );
  const count = (...counted: string[]) =>
    [...statuses.values()].filter((status) => counted.includes(status)).length;
  return { passed: count('passed'), failed: count('failed', 'error') };
}

/** Counts the servers in a report of the self-test: passed is that the suite caught them. */
export function selftestCounts(file: string): Counts {
  if (!existsSync(file)) {
    return nothing;
  }
  const { findings } = JSON.parse(readFileSync(file, 'utf8')) as {
    findings: { caught: boolean }[];
  };
  const passed = findings.filter(({ caught }) => caught).length;
  return { passed, failed: findings.length - passed };
}
