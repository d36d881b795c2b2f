import { describe, expect, it } from 'vitest';
import type { Evidence } from './model.js';
import { sampleReport } from './report-fixture.js';
import { assertValidEvidence, assertValidReport } from './validate-report.js';

/** The sample report as plain data with the value at a path replaced, or removed if it is undefined. */
function spoilt(path: string, value: unknown): unknown {
  const report: unknown = JSON.parse(JSON.stringify(sampleReport()));
  const keys = path.split('/');
  const last = keys.pop() ?? '';
  const holder = keys.reduce((inner, key) => (inner as Record<string, unknown>)[key], report);
  (holder as Record<string, unknown>)[last] = value;
  return JSON.parse(JSON.stringify(report));
}

/** A report whose summary counts one pass too many and one failure too few. */
function miscounted(): unknown {
  const { summary } = sampleReport();
  return sampleReport({ summary: { ...summary, passed: 2, failed: 0 } });
}

describe('assertValidReport', () => {
  it('accepts a report with every status and every kind of evidence', () => {
    expect(() => {
      const timeliness = {
        delaysMs: [0.5],
        samples: 1,
        medianMs: 0.5,
        worstMs: 0.5,
        limitMs: 10_000,
      };
      assertValidReport(sampleReport({ selection: ['kill', 'trace'], timeliness }));
    }).not.toThrow();
  });

  const failedScenario = sampleReport().requirements[1]?.scenarios[0];

  it.each([
    ['another version', spoilt('schemaVersion', 2), /schemaVersion/],
    ['an unknown field', spoilt('extra', 1), /additional properties/],
    ['a missing field', spoilt('complete', undefined), /complete/],
    ['a time that is not UTC', spoilt('startedAt', '2026-11-23T02:45:00+01:00'), /startedAt/],
    ['a timeliness of no samples', spoilt('timeliness', { samples: 0 }), /timeliness/],
    ['a seed that is no number', spoilt('seed', '42'), /seed/],
    ['a version left out', spoilt('target/edition', undefined), /edition/],
    ['no requirements', spoilt('requirements', []), /requirements/],
    ['an unknown status', spoilt('requirements/0/status', 'skipped'), /requirements\/0/],
    ['a pass without a scenario', spoilt('requirements/0/scenarios', []), /requirements\/0/],
    [
      'a pass over a failed scenario',
      spoilt('requirements/0/scenarios/0', failedScenario),
      /requirements\/0/,
    ],
    ['a failure without a reason', spoilt('requirements/1/reason', undefined), /requirements\/1/],
    [
      'a failed scenario without a message',
      spoilt('requirements/1/scenarios/0/message', undefined),
      /scenarios\/0/,
    ],
    [
      'a missing requirement with a scenario',
      spoilt('requirements/5/scenarios', [failedScenario]),
      /requirements\/5/,
    ],
    ['a duration that JSON cannot hold', { ...sampleReport(), durationMs: NaN }, /durationMs/],
    ['a total that is none', spoilt('summary/total', 7), /summary/],
    ['counts that do not add up', spoilt('summary/passed', 2), /summary says 2 for passed/],
    ['counts that add up and are wrong', miscounted(), /summary says 2 for passed/],
    ['a requirement that is there twice', spoilt('requirements/5/id', 'kill.admin'), /twice/],
    ['a secret among the settings', spoilt('settings/tls', { key: 'k' }), /settings/],
    ['no report at all', null, /must be object/],
  ])('refuses %s', (_, report, message) => {
    expect(() => {
      assertValidReport(report);
    }).toThrow(message);
  });
});

describe('assertValidEvidence', () => {
  const sent: Evidence = { session: 's', role: 'admin', username: 'u', sql: 'SELECT 1' };
  const rows = (count: number): unknown => ({
    ...sent,
    answer: { columns: ['a'], rows: Array.from({ length: count }, () => [1]), rowCount: count },
  });

  it.each([
    ['nothing', []],
    ['no answer', [sent]],
    ['an answer', [{ ...sent, answer: { value: { any: ['thing'] } } }]],
    ['twenty rows', [rows(20)]],
  ])('accepts %s', (_, evidence) => {
    expect(() => {
      assertValidEvidence(evidence);
    }).not.toThrow();
  });

  it.each([
    ['no list', sent],
    ['no SQL', [{ ...sent, sql: undefined }]],
    ['a password', [{ ...sent, password: 'secret' }]],
    [
      'an answer and an error',
      [{ ...sent, answer: { updated: 1 }, error: { code: 'C', message: '' } }],
    ],
    ['two answers in one', [{ ...sent, answer: { updated: 1, value: 1 } }]],
    ['more rows than may be shown', [rows(21)]],
  ])('refuses %s', (_, evidence) => {
    expect(() => {
      assertValidEvidence(evidence);
    }).toThrow(/the evidence/);
  });
});
