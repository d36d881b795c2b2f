import type { ConformanceReport, RequirementReport } from './model.js';

const scenario = { name: 'a scenario', feature: 'features/a.feature', line: 3, durationMs: 12 };

/** For specs: a report with one requirement of each status, the failed one with evidence. */
export function sampleReport(changes: Partial<ConformanceReport> = {}): ConformanceReport {
  const requirements: RequirementReport[] = [
    {
      id: 'kill.admin',
      chapter: 'Kill',
      text: 'An admin can.',
      status: 'passed',
      scenarios: [{ ...scenario, status: 'passed' }],
    },
    {
      id: 'kill.not-own',
      chapter: 'Kill',
      text: 'Nobody ends their own.',
      status: 'failed',
      reason: 'promised: refusal',
      scenarios: [
        {
          ...scenario,
          status: 'failed',
          message: 'promised: refusal\nsent: KILL SESSION\ngot: OK',
          evidence: [
            {
              session: 'alice',
              role: 'admin',
              username: 'root',
              sql: 'SELECT 2 AS k',
              answer: { columns: ['k'], rows: [[2]], rowCount: 1 },
            },
            {
              session: 'alice',
              role: 'admin',
              username: 'root',
              sql: 'CREATE TABLE t (i int)',
              answer: { updated: 1 },
            },
            {
              session: 'alice',
              role: 'admin',
              username: 'root',
              sql: 'SELECT * FROM t WHERE i = ?',
              parameters: [[1]],
              answer: {
                columns: ['i', 'j'],
                rows: [
                  [1, null],
                  [2, 'two'],
                ],
                rowCount: 40,
              },
            },
            {
              session: 'alice',
              role: 'admin',
              username: 'root',
              sql: 'CloseSession',
              answer: { value: 'CLOSED' },
            },
            {
              session: 'alice',
              role: 'admin',
              username: 'root',
              sql: 'KILL SESSION',
              error: { code: 'INVALID_ARGUMENT', message: 'no' },
            },
            { session: 'alice', role: 'admin', username: 'root', sql: 'SELECT 1' },
          ],
        },
      ],
    },
    {
      id: 'trace.statement',
      chapter: 'Tracing',
      text: 'The log knows it.',
      status: 'error',
      reason: 'no step definition matches',
      scenarios: [{ ...scenario, line: 9, status: 'error', message: 'no step definition matches' }],
    },
    {
      id: 'trace.execution',
      chapter: 'Tracing',
      text: 'The log knows it too.',
      status: 'untestable',
      reason: 'the log cannot be read',
      scenarios: [{ ...scenario, status: 'untestable', message: 'the log cannot be read' }],
    },
    {
      id: 'kill.status',
      chapter: 'Kill',
      text: 'It is marked.',
      status: 'not-offered',
      reason: 'Core',
      scenarios: [{ ...scenario, status: 'not-offered', message: 'Core' }],
    },
    {
      id: 'lake.shared',
      chapter: 'DuckLake',
      text: 'Many share one.',
      status: 'missing',
      scenarios: [],
    },
  ];
  return {
    schemaVersion: 1,
    suite: { name: 'gizmosql-conformance', version: '0.1.0', specification: 'S' },
    target: {
      kind: 'reference',
      description: 'the reference server',
      gizmosqlVersion: 'v1.17.0',
      edition: null,
      duckdbVersion: 'v1.4.4',
    },
    startedAt: '2026-11-23T02:45:00.000Z',
    durationMs: 1234,
    seed: 42,
    settings: { parallel: 2, visibility: 10, image: null },
    requirements,
    summary: { passed: 1, failed: 1, error: 1, untestable: 1, notOffered: 1, missing: 1, total: 6 },
    complete: true,
    ...changes,
  };
}
