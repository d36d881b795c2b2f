import { describe, expect, it } from 'vitest';
import type { ConformanceReport } from './model.js';
import { Progress } from './progress.js';
import { sampleReport } from './report-fixture.js';
import type { ScenarioResult } from './scenario-collector.js';
import { formatSummary } from './summary.js';
import type { Terminal } from './terminal.js';
import { terminalOn } from './terminal.js';

const files = ['reports/out/conformance.html', 'reports/out/conformance.json'];

/** A terminal that remembers what was written to it. */
function fakeTerminal(
  isTTY: boolean,
  environment = {},
  columns = 80,
): { terminal: Terminal; written: () => string } {
  let text = '';
  const stream = { isTTY, columns, write: (part: string) => (text += part) };
  const terminal = terminalOn(stream as unknown as NodeJS.WriteStream, environment);
  return { terminal, written: () => text };
}

const plain = fakeTerminal(false).terminal;

describe('formatSummary', () => {
  const summary = formatSummary(sampleReport(), [], files, plain);

  it('counts by chapter', () => {
    expect(summary).toContain('Kill      1 passed, 1 not offered, 1 failed\n');
    expect(summary).toContain('DuckLake  1 missing\n');
    expect(summary).toContain(
      'All       1 passed, 1 missing, 1 untestable, 1 not offered, 1 error, 1 failed\n',
    );
  });

  it('shows everything needed to understand and repeat a failure', () => {
    expect(summary).toContain(
      [
        'FAILED kill.not-own',
        '  promise    Nobody ends their own.',
        '  finding    1, 1 scenario: promised: refusal; got: OK',
        '  scenario   a scenario (features/a.feature:3)',
        '  sent       (3 earlier statements are in the report)',
        '  sent       as admin (root), alice: CloseSession',
        '  answer     "CLOSED"',
        '  sent       as admin (root), alice: KILL SESSION',
        '  answer     INVALID_ARGUMENT: no',
        '  sent       as admin (root), alice: SELECT 1',
        '  answer     the scenario did not wait for an answer',
        '  verdict    promised: refusal',
        '             sent: KILL SESSION',
        '             got: OK',
        '  repeat     npx gizmosql-conformance run --only kill.not-own --seed 42',
      ].join('\n'),
    );
  });

  it('shows a scenario of several requirements once', () => {
    const failed = sampleReport().requirements.filter(({ status }) => status === 'failed');
    const twin = failed.map((each) => ({ ...each, id: 'kill.must-exist' }));
    const both = formatSummary(
      sampleReport({ requirements: [...failed, ...twin] }),
      [],
      files,
      plain,
    );
    expect(both.match(/^ +verdict +promised: refusal/gm)).toHaveLength(1);
    expect(both).toContain(
      '  finding    1, 1 scenario: see above: promised: refusal; got: OK\n  scenario   a scenario\n  repeat ',
    );
  });

  it('does not repeat for each requirement that scenarios did not report', () => {
    const [first] = sampleReport().requirements;
    const silent = { status: 'error', reason: '1 of 1 scenario did not report', scenarios: [] };
    const requirements = [{ ...first, ...silent }] as unknown as ConformanceReport['requirements'];
    const cut = formatSummary(sampleReport({ requirements }), ['1 did not report'], files, plain);
    expect(cut).not.toContain('ERROR kill.admin');
    expect(cut.match(/did not report/g)).toHaveLength(1);
  });

  it('says why requirements could not be tested', () => {
    expect(summary).toContain('untestable: the log cannot be read\n  trace.execution\n');
    expect(summary).toContain('not offered: Core\n  kill.status\n');
  });

  it('tells how soon records could be read, if that was measured', () => {
    const timeliness = { delaysMs: [3], samples: 40, medianMs: 3, worstMs: 21, limitMs: 10_000 };
    const timely = formatSummary(sampleReport({ timeliness }), [], files, plain);
    expect(timely).toContain('timely  records visible after 3 ms (median of 40), 21 ms at worst');
    expect(summary).not.toContain('timely');
  });

  it('ends with where the report is and the verdict', () => {
    expect(summary).toContain(files.map((file) => `report  ${file}\n`).join(''));
    expect(summary.trimEnd().split('\n').slice(-2).join('')).toBe(
      'FAILED: 1 of 6 requirements not met (1 finding); 1 passed, 1 error, 1 not offered, 1 untestable, 1 missing.',
    );
  });

  const only = (status: string, counts: object, complete = true): string => {
    const requirements = sampleReport().requirements.filter((each) => status.includes(each.status));
    const none = { passed: 0, failed: 0, error: 0, untestable: 0, notOffered: 0, missing: 0 };
    const report = {
      requirements,
      summary: { ...none, total: requirements.length, ...counts },
      complete,
    };
    const shortcomings = complete ? [] : ['the run was interrupted'];
    return formatSummary(sampleReport(report), shortcomings, files, plain)
      .trimEnd()
      .split('\n')
      .slice(-5)
      .join('\n');
  };

  it.each([
    ['passed', { passed: 1 }, true, /^PASSED: all 1 requirements met\.$/m],
    [
      'passed missing',
      { passed: 1, missing: 1 },
      true,
      /^PASSED as far as tested: 1 of 2 requirements met; 1 missing\.$/m,
    ],
    [
      'passed',
      { passed: 1 },
      false,
      /^ {2}incomplete the run was interrupted\n(?:.*\n){3}INCOMPLETE: no verdict/m,
    ],
    ['error passed', { passed: 1, error: 1 }, true, /^ERROR: the suite itself failed on 1 of 2/m],
    ['untestable', { untestable: 1 }, true, /^NOTHING PASSED/m],
    ['missing', { missing: 1 }, true, /^NOTHING PASSED/m],
  ])('judges a run of %s in one line', (statuses, counts, complete, line) => {
    expect(only(statuses, counts, complete)).toMatch(line);
  });

  it('keeps to the width of the terminal, except for commands to copy', () => {
    const { terminal } = fakeTerminal(true, { NO_COLOR: '1' }, 50);
    const long = formatSummary(
      sampleReport({
        requirements: sampleReport().requirements.map((each) => ({
          ...each,
          text: 'word '.repeat(40),
        })),
      }),
      [],
      ['out'],
      terminal,
    );
    expect(
      long.split('\n').filter((line) => line.length > 50 && !/^ {2}repeat/.test(line)),
    ).toEqual([]);
  });

  it('removes control sequences from the text of a server', () => {
    const [first, second, ...rest] = sampleReport().requirements;
    const evil = '\u001b[2J\u0007\rgone\u009b1m';
    const requirements = [first, { ...second, text: evil }, ...rest] as typeof rest;
    expect(formatSummary(sampleReport({ requirements }), [evil], files, plain)).not.toMatch(
      /[\u001b\u0007\r\u009b]/,
    );
  });
});

describe('terminalOn', () => {
  it('has the current width of its window, and a fixed width for a pipe', () => {
    const stream = { isTTY: true, columns: 80, write: () => true };
    const terminal = terminalOn(stream as unknown as NodeJS.WriteStream, {});
    expect(terminal.width).toBe(80);
    stream.columns = 60;
    expect(terminal.width).toBe(60);
    stream.columns = 5;
    expect(terminal.width).toBe(40);
    expect(fakeTerminal(false, {}, 60).terminal.width).toBe(100);
  });

  const coloured = (isTTY: boolean, environment = {}): boolean =>
    fakeTerminal(isTTY, environment).terminal.colors.red('x') !== 'x';

  it('has colours on a TTY, unless NO_COLOR is set', () => {
    expect(coloured(true)).toBe(true);
    expect(coloured(false)).toBe(false);
    expect(coloured(true, { NO_COLOR: '1' })).toBe(false);
    expect(coloured(true, { NO_COLOR: '' })).toBe(true);
    expect(coloured(true, { TERM: 'dumb' })).toBe(false);
    expect(coloured(false, { FORCE_COLOR: '1' })).toBe(true);
  });
});

describe('Progress', () => {
  const result = (status: ScenarioResult['status']): ScenarioResult => ({
    name: `a scenario with a ${'very '.repeat(20)}long name`,
    feature: 'features/a.feature',
    line: 3,
    requirements: ['kill.not-own'],
    status,
    durationMs: 12,
  });

  it('writes plain whole lines to a pipe', () => {
    const { terminal, written } = fakeTerminal(false);
    const progress = new Progress(terminal, 2);
    progress.finished({ ...result('passed'), name: 'one' });
    progress.finished({ ...result('failed'), name: 'two\u001b[2J' });
    progress.end();
    expect(written()).toBe(
      'passed     kill.not-own: one 12 ms\nfailed     kill.not-own: two 12 ms\n',
    );
  });

  it('counts in a line of its own on a terminal, and removes it at the end', () => {
    const { terminal, written } = fakeTerminal(true, { NO_COLOR: '1' });
    const progress = new Progress(terminal, 3);
    progress.finished(result('passed'));
    progress.finished(result('failed'));
    expect(written()).toContain('1 of 3 scenarios\r\u001b[2K');
    expect(written()).toMatch(/2 of 3 scenarios, 1 not well$/);
    progress.end();
    expect(written()).toMatch(/\r\u001b\[2K$/);
    const lines = written().split('\n').slice(0, -1);
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.replace(/^[^]*\u001b\[2K/, '').length < 80)).toBe(true);
  });
});
