import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConformanceReport, RequirementStatus } from '../model.js';
import { sampleReport } from '../report-fixture.js';
import { summarize } from '../summarize.js';
import { terminalOn } from '../terminal.js';
import { compare } from './compare.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A complete report with these requirements and statuses. */
function reportOf(
  statuses: Record<string, RequirementStatus>,
  changes: Partial<ConformanceReport> = {},
): ConformanceReport {
  const samples = sampleReport().requirements;
  const requirements = Object.entries(statuses).flatMap(([id, status]) =>
    samples.filter((each) => each.status === status).map((each) => ({ ...each, id })),
  );
  return sampleReport({ requirements, summary: summarize(Object.values(statuses)), ...changes });
}

function save(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function run(
  files: readonly string[],
  { html, columns = 100 }: { html?: string; columns?: number } = {},
): { code: number; text: string } {
  let text = '';
  const stream = { isTTY: true, columns, write: (part: string) => (text += part) };
  const terminal = terminalOn(stream as unknown as NodeJS.WriteStream, { NO_COLOR: '1' });
  return { code: compare(files, html, terminal), text: text.replaceAll(`${folder}/`, '') };
}

describe('compare', () => {
  it('tells what was fixed, broken, changed, added and removed, and fails for what is broken', () => {
    const a = save(
      'a.json',
      reportOf({ w: 'failed', x: 'passed', y: 'missing', z: 'passed', gone: 'passed' }),
    );
    const b = save(
      'b.json',
      reportOf({ w: 'passed', x: 'failed', y: 'untestable', z: 'passed', new: 'failed' }),
    );
    const { code, text } = run([a, b]);
    expect(code).toBe(1);
    expect(text).toContain(
      [
        'added   new  failed',
        '        promised: refusal',
        'removed gone  passed',
        'changed y  missing -> untestable',
        '        the log cannot be read',
        'fixed   w  failed -> passed',
        'broken  x  passed -> failed',
        '        promised: refusal',
        '1 fixed, 1 broken, 1 changed, 1 added, 1 removed, 1 as before',
        'REGRESSION: 1 worse in b.json than in a.json.',
      ].join('\n'),
    );
    expect(text).toMatch(/^before {2}GizmoSQL v1\.17\.0, DuckDB v1\.4\.4: the reference server/);
  });

  it('of two revisions compares what both have, and says what it leaves out', () => {
    const of = (revision: string, statuses: Record<string, RequirementStatus>) => {
      const report = reportOf(statuses);
      return { ...report, suite: { ...report.suite, revision } };
    };
    const a = save('a.json', of('1.17', { w: 'passed', x: 'passed', old: 'passed' }));
    const b = save(
      'b.json',
      of('1.34', { w: 'passed', x: 'passed', new: 'failed', other: 'passed' }),
    );
    const { code, text } = run([a, b], { columns: 200 });
    expect(code).toBe(0);
    expect(text).toContain(
      [
        'left out  1 that only the report by revision 1.17 has: old',
        'left out  2 that only the report by revision 1.34 has: new, other',
      ].join('\n'),
    );
    expect(text).toContain('0 added, 0 removed, 2 as before');
    expect(text).toMatch(/^before .*, revision 1\.17 \(a\.json\)$/m);
    expect(text).toMatch(/^after .*, revision 1\.34 \(b\.json\)$/m);
    const worse = save('c.json', of('1.34', { w: 'failed', new: 'passed' }));
    expect(run([a, worse]).code).toBe(1);
  });

  it.each<[RequirementStatus, RequirementStatus, number]>([
    ['passed', 'passed', 0],
    ['failed', 'failed', 0],
    ['failed', 'passed', 0],
    ['failed', 'untestable', 0],
    ['missing', 'passed', 0],
    ['passed', 'failed', 1],
    ['passed', 'error', 1],
    ['passed', 'untestable', 1],
    ['passed', 'not-offered', 1],
    ['passed', 'missing', 1],
    ['untestable', 'failed', 1],
    ['error', 'failed', 1],
  ])('from %s to %s ends with %i', (before, after, code) => {
    const files = [save('a.json', reportOf({ x: before })), save('b.json', reportOf({ x: after }))];
    expect(run(files).code).toBe(code);
  });

  it('compares every other report with the first, and fails for any', () => {
    const files = ['passed', 'failed', 'passed'].map((status, index) =>
      save(`${index}.json`, reportOf({ x: status as RequirementStatus })),
    );
    const { code, text } = run(files);
    expect(code).toBe(1);
    expect(text).toContain('REGRESSION: 1 worse in 1.json than in 0.json.');
    expect(text).toContain('No regression from 0.json to 2.json.');
  });

  const whole = `${JSON.stringify(reportOf({ x: 'passed' }))}\n`;
  it.each([
    [
      'that is truncated',
      whole.slice(0, -40),
      /b\.json is not a conformance\.json, or is truncated: /,
    ],
    ['that is empty', '', /b\.json is not a conformance\.json, or is truncated: /],
    ['of something else', { a: 1 }, /b\.json is not a conformance report: /],
    [
      'of an incomplete run',
      reportOf({ x: 'passed' }, { complete: false }),
      /is of an incomplete run/,
    ],
    [
      'with a requirement cut out',
      { ...reportOf({ x: 'passed', y: 'failed' }), requirements: [] },
      /b\.json is not a conformance report: /,
    ],
    [
      'that claims a pass',
      reportOf({ x: 'failed' }, { summary: summarize(['passed']) }),
      /the summary says 0 for failed|the summary says 1 for passed/,
    ],
    [
      'about less',
      reportOf({ x: 'passed' }, { selection: ['x'] }),
      /b\.json is about x and .*everything/,
    ],
  ])('refuses a report %s, in one line, and prints nothing', (_, content, message) => {
    const a = save('a.json', whole);
    const b = save('b.json', content);
    let text = '';
    const terminal = { ...terminalOn(process.stdout, {}), write: (part: string) => (text += part) };
    for (const files of [
      [a, b],
      [a, a, b],
    ]) {
      expect(() => compare(files, undefined, terminal)).toThrow(message);
      expect(() => compare(files, undefined, terminal)).toThrow(/^[^\n]*$/);
    }
    expect(text).toBe('');
  });

  it('refuses a file that is not there, a single report, and a page that cannot be written', () => {
    const a = save('a.json', whole);
    expect(() => run([a, join(folder, 'no.json')])).toThrow(/no\.json cannot be read/);
    expect(() => run([a])).toThrow(/two reports or more/);
    expect(() => run([a, a], { html: join(folder, 'no', 'x.html') })).toThrow(/--html .*cannot/);
  });

  it('writes all side by side to a page when asked to', () => {
    const a = save('a.json', whole);
    const html = join(folder, 'x.html');
    expect(run([a, a]).text).not.toContain('html');
    expect(existsSync(html)).toBe(false);
    expect(run([a, a], { html }).text).toContain('report  x.html\n');
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('keeps to the width of the terminal, and removes control sequences', () => {
    const evil = { x: 'failed' } as const;
    const report = reportOf(evil);
    const requirements = report.requirements.map((each) => ({
      ...each,
      reason: `\u001b[2J\u0007${'word '.repeat(30)}`,
    }));
    const files = [
      save('a.json', reportOf({ x: 'passed' })),
      save('b.json', { ...report, requirements }),
    ];
    const { text } = run(files, { columns: 50 });
    expect(text).not.toMatch(/[\u001b\u0007]/);
    expect(text.split('\n').filter((line) => line.length > 50)).toEqual([]);
  });
});
