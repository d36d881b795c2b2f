import { describe, expect, it } from 'vitest';
import type { ConformanceReport } from './model.js';
import { renderMarkdown } from './render-markdown.js';
import { sampleReport } from './report-fixture.js';

describe('renderMarkdown', () => {
  const markdown = renderMarkdown(sampleReport());

  it('begins with the verdict and the server', () => {
    expect(markdown).toMatch(
      /^# FAILED: 1 of 6 requirements not met \(1 finding\); 1 passed, .*, 1 missing\.\n\nGizmoSQL v1\.17\.0, DuckDB v1\.4\.4: the reference server\n/,
    );
  });

  it('counts by chapter', () => {
    expect(markdown).toContain('| Kill     |      1 |      1 |     0 |          1 |');
    expect(markdown).toContain('| All      |      1 |      1 |     1 |          3 |');
  });

  it('shows the failures, how to repeat them, and why something was not tested', () => {
    for (const said of [
      '### failed: `kill.not-own`\n\nNobody ends their own.\n',
      '```text\npromised: refusal\nsent: KILL SESSION\ngot: OK\n```',
      '`npx gizmosql-conformance run --only kill.not-own --seed 42`',
      '### error: `trace.statement`',
      '- not offered: Core: `kill.status`',
      '- missing: no scenario covers it yet: `lake.shared`',
    ]) {
      expect(markdown).toContain(said);
    }
  });

  it('states that the run was incomplete or limited', () => {
    const limited = renderMarkdown(sampleReport({ complete: false, selection: ['kill'] }));
    expect(limited).toContain('The run is incomplete.');
    expect(limited).toContain('; only kill');
  });

  it('stays short when everything fails with long messages', () => {
    const [, failed] = sampleReport().requirements;
    const requirements = Array.from({ length: 161 }, (_, index) => ({
      ...failed,
      id: `kill.n${index}`,
      scenarios: (failed?.scenarios ?? []).map((each) => ({ ...each, message: 'x'.repeat(1e5) })),
    })) as unknown as ConformanceReport['requirements'];
    const long = renderMarkdown(sampleReport({ requirements }));
    expect(long.length).toBeLessThan(100_000);
    expect(long).toContain('141 more are in conformance.html.');
  });

  it('escapes the text of a server', () => {
    const evil = '```\n# h\n<img src=x> | *b* [l](u) `c` \u001b[2J\n```` x';
    const keep = new Set(['status', 'startedAt', 'id', 'feature']);
    const hostile = JSON.parse(JSON.stringify(sampleReport()), (key, value: unknown) =>
      typeof value === 'string' && !keep.has(key) ? evil : value,
    ) as ConformanceReport;
    const outside = renderMarkdown(hostile).replace(/^(`{3,})text\n[^]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/^# h|(?<!\\)<img|(?<!\\)\*b\*|(?<!\\)\[l\]|\u001b/m);
  });
});
