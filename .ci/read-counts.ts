import { existsSync, readFileSync } from 'node:fs';
import type { Finding } from '../fixtures/nonconforming/selftest/judge.js';
import type { LookalikeOutcome } from '../fixtures/nonconforming/lookalikes/main.js';
import type { ConformanceReport } from '../reports/model.js';

/**
 * The number of passed tests of a part, and its failures: each with its name and the beginning of its
 * message.
 */
export interface Counts {
  readonly passed: number;
  readonly failures: readonly string[];
}

const nothing: Counts = { passed: 0, failures: [] };

/** This many characters of a failure are repeated at the end; the log has the whole message. */
const longestWhy = 600;

interface SpecFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
    readonly meta?: { readonly lacking?: string };
  }[];
}

/** Counts the tests in a report of vitest's json reporter; a file that cannot be loaded is a failure. */
export function specCounts(file: string): Counts {
  const files = specFiles(file);
  const failures = files.flatMap(({ name, status, message, assertionResults }) => {
    if (status === 'failed' && assertionResults.length === 0) {
      return [failure(name, message)];
    }
    return assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => failure(`${name}: ${test.fullName}`, test.failureMessages.join('\n')));
  });
  const passed = files.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'passed'),
  ).length;
  return { passed, failures };
}

/** Why tests were skipped, from vitest's JSON report: what the machine lacks. Each reason once. */
export function skippedFor(file: string): readonly string[] {
  const reasons = specFiles(file).flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ meta }) => meta?.lacking ?? []),
  );
  return [...new Set(reasons)];
}

/**
 * Counts the scenarios in a conformance report, each once even if it covers several requirements. Untestable
 * scenarios are neither passed nor failed.
 */
export function scenarioCounts(file: string): Counts {
  if (!existsSync(file)) {
    return nothing;
  }
  const { requirements } = JSON.parse(readFileSync(file, 'utf8')) as ConformanceReport;
  const scenarios = [
    ...new Map(
      requirements
        .flatMap((requirement) => requirement.scenarios)
        .map((scenario) => [`${scenario.feature}:${scenario.line}`, scenario] as const),
    ),
  ];
  return {
    passed: scenarios.filter(([, { status }]) => status === 'passed').length,
    failures: scenarios
      .filter(([, { status }]) => status === 'failed' || status === 'error')
      .map(([where, { name, message = '' }]) => failure(`${where}: ${name}`, message)),
  };
}

/** Counts the servers in a report of the self-test. A server passes if the suite caught it. */
export function selftestCounts(file: string): Counts {
  if (!existsSync(file)) {
    return nothing;
  }
  const { findings } = JSON.parse(readFileSync(file, 'utf8')) as {
    findings: readonly Finding[];
  };
  return {
    passed: findings.filter(({ caught }) => caught).length,
    failures: findings
      .filter(({ caught }) => !caught)
      .map(({ name, missed, faults }) =>
        failure(`${name} was not caught`, [`missed: ${missed.join(', ')}`, ...faults].join('\n')),
      ),
  };
}

/** Counts the look-alikes in their report. One passes if every requirement got the verdict on file. */
export function lookalikeCounts(file: string): Counts {
  if (!existsSync(file)) {
    return nothing;
  }
  const outcomes = JSON.parse(readFileSync(file, 'utf8')) as readonly LookalikeOutcome[];
  return {
    passed: outcomes.filter(({ differences }) => differences.length === 0).length,
    failures: outcomes
      .filter(({ differences }) => differences.length > 0)
      .map(({ name, differences }) =>
        failure(`${name} got another verdict than expected`, differences.join('\n')),
      ),
  };
}

function specFiles(file: string): readonly SpecFile[] {
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { testResults: SpecFile[] }).testResults
    : [];
}

function failure(name: string, why: string): string {
  const short = why.length > longestWhy ? `${why.slice(0, longestWhy)} …` : why;
  return [name, ...short.split('\n').filter((line) => line.trim() !== '')].join('\n    ');
}
