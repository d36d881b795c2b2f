import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../fixtures/catalogue/catalogue.js';
import type { RequirementReport, RequirementStatus } from '../../reports/model.js';
import { summarize } from '../../reports/summarize.js';
import { UsageError } from './errors.js';
import { judgeAllowances, readAllowances } from './known-failures.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'known-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const read = (text: string) => {
  writeFileSync(join(folder, 'known.txt'), text);
  return readAllowances('--known-failures', join(folder, 'known.txt'), loadCatalogue());
};

describe('a file of known failures', () => {
  it('has an id a line, and comments', () => {
    expect(read('# all\n\nkill.not-own # a link\r\n  sessions.role\n').map(({ id }) => id)).toEqual(
      ['kill.not-own', 'sessions.role'],
    );
  });

  it.each([
    [
      'an id that is none',
      'kill.not-own\nkil1\n',
      /known\.txt:2: 'kil1' is no requirement: delete the line/,
    ],
    ['an id twice', 'kill.not-own\nkill.not-own', /known\.txt:2: .* twice: delete one/],
  ])('is refused for %s', (_, text, message) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(message);
  });

  it('is refused when it cannot be read', () => {
    expect(() => readAllowances('--flaky', '/no/such', loadCatalogue())).toThrow(
      /^--flaky \/no\/such: it cannot be read: /,
    );
  });
});

describe('the exit code with known failures', () => {
  const judge = (
    statuses: Record<string, RequirementStatus>,
    { known = [] as string[], flaky = [] as string[], strict = false, complete = true } = {},
  ) => {
    const place = (ids: string[]) => ids.map((id) => ({ id, place: 'known.txt:1' }));
    const requirements = Object.entries(statuses).map(
      ([id, status]) => ({ id, status }) as RequirementReport,
    );
    const report = { requirements, summary: summarize(Object.values(statuses)), complete };
    return judgeAllowances(report, { known: place(known), flaky: place(flaky), strict });
  };

  it.each<[string, number, Record<string, RequirementStatus>, Parameters<typeof judge>[1]]>([
    ['nothing allowed', 1, { a: 'failed' }, {}],
    ['a known failure', 0, { a: 'failed', b: 'passed' }, { known: ['a'] }],
    ['another failure beside it', 1, { a: 'failed', b: 'failed' }, { known: ['a'] }],
    ['one that passes', 1, { a: 'passed' }, { known: ['a'] }],
    ['one that erred', 3, { a: 'error' }, { known: ['a'] }],
    ['one that was not selected', 0, { b: 'passed' }, { known: ['a'] }],
    [
      'a known failure in a run that was cut short',
      3,
      { a: 'failed' },
      { known: ['a'], complete: false },
    ],
    ['a flaky one that fails', 0, { a: 'failed' }, { flaky: ['a'] }],
    ['a flaky one that passes', 0, { a: 'passed' }, { flaky: ['a'] }],
    ['a flaky one that erred', 3, { a: 'error' }, { flaky: ['a'] }],
    ['an untested one', 0, { a: 'untestable', b: 'passed' }, {}],
    ['an untested one, strictly', 1, { a: 'untestable', b: 'passed' }, { strict: true }],
    ['one that is not offered, strictly', 1, { a: 'not-offered' }, { strict: true }],
    [
      'one that no scenario covers yet, strictly',
      0,
      { a: 'missing', b: 'passed' },
      { strict: true },
    ],
  ])('for %s is %i', (_, code, statuses, allowances) => {
    expect(judge(statuses, allowances).code).toBe(code);
  });

  it('says what to delete', () => {
    expect(judge({ a: 'passed', b: 'failed' }, { known: ['a', 'b'] }).lines).toEqual([
      'allowed to fail: b',
      'exit code 1: a passes now: delete it from known.txt:1',
    ]);
  });
});
