import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ConformanceReport } from '../model.js';
import { renderHtml } from './render-html.js';
import { sampleReport } from '../report-fixture.js';

/** The visible text, without style and markup, on one line. */
const textOf = (html: string): string =>
  html
    .replace(/<style>.*<\/style>|<script>.*<\/script>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ');

/** The sample report with every text replaced by markup, which must appear escaped. */
function hostileReport(attack: string): ConformanceReport {
  const keep = new Set(['status', 'startedAt']);
  return JSON.parse(JSON.stringify(sampleReport()), (key, value: unknown) =>
    typeof value === 'string' && !keep.has(key) ? attack : value,
  ) as ConformanceReport;
}

describe('renderHtml', () => {
  const html = renderHtml(sampleReport());
  const text = textOf(html);

  it('tells how soon records could be read, if that was measured', () => {
    const timeliness = { delaysMs: [3], samples: 40, medianMs: 3, worstMs: 21, limitMs: 10_000 };
    const timely = textOf(renderHtml(sampleReport({ timeliness })));
    expect(timely).toContain(
      'Timeliness records visible after 3 ms (median of 40), 21 ms at worst',
    );
    expect(text).not.toContain('Timeliness');
  });

  it('states the verdict and the server', () => {
    expect(text).toContain(
      'FAILED: 1 of 6 requirements not met (1 finding); 1 passed, 1 error, 1 not offered, 1 untestable, 1 missing.',
    );
    expect(text).toContain('GizmoSQL v1.17.0 , DuckDB v1.4.4'.replace(' ,', ','));
    expect(text).toContain('seed 42');
  });

  it('lists every requirement with a link of its own', () => {
    for (const { id } of sampleReport().requirements) {
      expect(html).toContain(`id="${id}"`);
      expect(html).toContain(`href="#${id}"`);
    }
  });

  it('shows the failures with what was sent and answered', () => {
    const failure = text.slice(text.indexOf('What went wrong'), text.indexOf('Status Requirement'));
    for (const said of [
      'failed kill.not-own',
      'Promised refusal Sent KILL SESSION Got OK',
      'as admin (root), alice',
      'SELECT * FROM t WHERE i = ? with [[1]]',
      '40 rows, the first 2',
      'two',
      'INVALID_ARGUMENT no',
      'CLOSED',
      '1 row changed',
      'The scenario did not wait for an answer.',
      'npx gizmosql-conformance run --only kill.not-own --seed 42',
      'error trace.statement',
      'no step definition matches',
    ]) {
      expect(failure).toContain(said);
    }
  });

  it('gives the reason where a requirement could not be tested', () => {
    expect(text).toContain('the log cannot be read');
    const silent = {
      status: 'error',
      reason: '1 of 1 scenario did not report',
      scenarios: [],
    } as const;
    const requirements = sampleReport().requirements.map((each) => ({ ...each, ...silent }));
    const cut = textOf(renderHtml(sampleReport({ requirements })));
    expect(cut).not.toContain('What went wrong');
    expect(cut.match(/did not report/g)).toHaveLength(requirements.length);
  });

  it('needs no other file and allows no other script', () => {
    expect(html).not.toMatch(/<link|<img|src=|url\(|@import|https?:/);
    const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, code = '']) =>
      createHash('sha256').update(code).digest('base64'),
    );
    expect(scripts).toHaveLength(1);
    expect(html).toContain(
      `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scripts[0] ?? ''}'`,
    );
  });

  it.each(['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', "' onload='x"])(
    'escapes %s everywhere',
    (attack) => {
      const hostile = renderHtml(hostileReport(attack));
      expect(hostile).not.toContain(attack);
      expect(hostile.match(/<script/g)).toHaveLength(1);
      expect(hostile).not.toMatch(/<img|onload='/);
    },
  );

  it('says so when the run was limited or incomplete', () => {
    const limited = textOf(
      renderHtml(sampleReport({ selection: ['kill', 'trace'], complete: false })),
    );
    expect(limited).toContain('Only kill, trace');
    expect(limited).toContain('The run is incomplete.');
  });
});
