import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import { describe, expect, it } from 'vitest';
import type { ConformanceReport } from './model.js';
import { renderJunit } from './render-junit.js';
import { sampleReport } from './report-fixture.js';

interface Case {
  readonly '@name': string;
  readonly '@classname': string;
  readonly '@time': string;
  readonly failure?: Told[];
  readonly error?: Told[];
  readonly skipped?: Told[];
}
interface Told {
  readonly '@message': string;
  readonly '@type'?: string;
  readonly '#text'?: string;
}
interface Suite extends Record<string, unknown> {
  readonly '@name': string;
  readonly testcase: Case[];
}

const lists = ['testsuite', 'testcase', 'property', 'failure', 'error', 'skipped'];
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  isArray: (name) => lists.includes(name),
});
const counts = ['@tests', '@failures', '@errors', '@skipped'];

/** Reads a report as CI tools do, and checks their rules for JUnit XML. */
function read(report: ConformanceReport): { root: Record<string, unknown>; suites: Suite[] } {
  const xml = renderJunit(report);
  expect(
    SyntaxValidator.validate(xml, {
      xmlDeclaraion: { optional: false },
      invalidCharSequence: { tagValue: true, attrLt: true },
    }),
  ).toBe(true);
  const { testsuites, ...rest } = parser.parse(xml) as {
    testsuites: Record<string, unknown> & { testsuite: Suite[] };
  };
  expect(Object.keys(rest)).toEqual(['?xml']);
  const { testsuite: suites, ...root } = testsuites;
  for (const suite of suites) {
    const cases = suite.testcase;
    const having = (name: 'failure' | 'error' | 'skipped') =>
      cases.filter((each) => each[name] !== undefined).length;
    expect(counts.map((name) => Number(suite[name]))).toEqual([
      cases.length,
      ...(['failure', 'error', 'skipped'] as const).map(having),
    ]);
    expect(suite['@timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
    for (const each of [suite, ...cases]) {
      expect(each['@name']).not.toBe('');
      expect(each['@time']).toMatch(/^\d+\.\d{3}$/);
    }
    for (const { failure = [], error = [], skipped = [], ...rest } of cases) {
      expect(failure.length + error.length + skipped.length).toBeLessThanOrEqual(1);
      expect(Object.keys(rest).sort()).toEqual(['@classname', '@name', '@time']);
    }
  }
  for (const name of counts) {
    expect(Number(root[name])).toBe(suites.reduce((sum, suite) => sum + Number(suite[name]), 0));
  }
  return { root, suites };
}

describe('renderJunit', () => {
  const { root, suites } = read(sampleReport());
  const caseOf = (id: string) =>
    suites.flatMap(({ testcase }) => testcase).find((each) => each['@name'] === id);

  it('has a suite for each chapter and a case for each requirement', () => {
    expect(suites.map((suite) => suite['@name'])).toEqual(['Kill', 'Tracing', 'DuckLake']);
    expect(counts.map((name) => root[name])).toEqual(['6', '1', '1', '3']);
  });

  it('shows what a failure promised, sent and got, and how to repeat it', () => {
    const [failure] = caseOf('kill.not-own')?.failure ?? [];
    expect(failure).toMatchObject({ '@message': 'promised: refusal', '@type': 'failed' });
    for (const said of [
      'Nobody ends their own.',
      'a scenario (features/a.feature:3)',
      'sent: KILL SESSION',
      'as admin (root), alice: KILL SESSION\n  -> INVALID_ARGUMENT: no',
      'repeat: npx gizmosql-conformance run --only kill.not-own --seed 42',
    ]) {
      expect(failure?.['#text']).toContain(said);
    }
  });

  it('distinguishes errors and untested requirements from failures', () => {
    expect(caseOf('kill.admin')).not.toHaveProperty('skipped');
    expect(caseOf('trace.statement')?.error?.[0]?.['@message']).toBe('no step definition matches');
    expect(
      ['trace.execution', 'kill.status', 'lake.shared'].map(
        (id) => caseOf(id)?.skipped?.[0]?.['@message'],
      ),
    ).toEqual([
      'untestable: the log cannot be read',
      'not-offered: Core',
      'missing: no scenario covers it yet',
    ]);
  });

  it('does not look like a pass when the run was incomplete', () => {
    const incomplete = read(sampleReport({ complete: false }));
    expect(incomplete.root['@errors']).toBe('2');
    expect(incomplete.suites.at(-1)).toMatchObject({ '@name': 'Run', '@errors': '1' });
  });

  it('is valid XML whatever text a server sends', () => {
    const evil = '<&"\'>]]>\u0000\u001b[2J\ud800\uffff\n<x/>';
    const keep = new Set(['status', 'startedAt', 'id', 'chapter']);
    const hostile = JSON.parse(JSON.stringify(sampleReport()), (key, value: unknown) =>
      typeof value === 'string' && !keep.has(key) ? evil : value,
    ) as ConformanceReport;
    expect(read(hostile).suites).toHaveLength(3);
    expect(renderJunit(hostile)).not.toMatch(/[\u0000\u001b\ud800-\udfff\uffff]/);
  });
});

it('names the revision that the server was held to', () => {
  const report = sampleReport();
  const { suites } = read({ ...report, suite: { ...report.suite, revision: '1.26.3' } });
  expect(suites[0]?.['properties']).toMatchObject({
    property: expect.arrayContaining([{ '@name': 'revision', '@value': '1.26.3' }]) as unknown,
  });
});
