import { describe, expect, it } from 'vitest';
import type { Requirement } from '../fixtures/catalogue/catalogue.js';
import { exitCodeOf } from './exit-code.js';
import type { ScenarioStatus } from './model.js';
import type { PlannedScenario } from './planned-scenario.js';
import type { ScenarioResult } from './scenario-collector.js';
import type { Verdict } from './verdict.js';
import { judgeRun } from './verdict.js';

const requirement = (id: string): Requirement => ({
  id,
  chapter: 'One',
  text: `the text of ${id}`,
  level: 'MUST',
  needs: [],
  uses: ['instrumentation'],
  source: 'H',
  since: '1.17',
});

const plan = (line: number, ...requirements: string[]): PlannedScenario => ({
  feature: 'features/a.feature',
  line,
  name: `scenario ${line}`,
  requirements,
  needs: [],
  steps: 1,
  hasOutcome: true,
});

function result(
  { feature, line, name, requirements }: PlannedScenario,
  status: ScenarioStatus,
): ScenarioResult {
  const message = status === 'passed' ? {} : { message: `${status} because ${line}` };
  return { feature, line, name, requirements, status, durationMs: 1, ...message };
}

/** Judges one requirement by scenarios with these statuses; null is one that did not report. */
function judge(...statuses: (ScenarioStatus | null)[]): Verdict {
  const planned = statuses.map((_, index) => plan(index + 1, 'a.b'));
  const results = planned.flatMap((each, index) => {
    const status = statuses[index];
    return status ? [result(each, status)] : [];
  });
  return judgeRun({ selected: [requirement('a.b')], planned, results, faults: [] });
}

describe('the timeliness', () => {
  const planned = [plan(1, 'a.b'), plan(2, 'a.b')];
  const judgeResults = (...results: ScenarioResult[]): Verdict =>
    judgeRun({ selected: [requirement('a.b')], planned, results, faults: [] });
  const [one, other] = planned.map((each) => result(each, 'passed')) as [
    ScenarioResult,
    ScenarioResult,
  ];

  it('is that of all scenarios together', () => {
    const delays = (...delaysMs: number[]) => ({ delays: [{ delaysMs, limitMs: 50 }] });
    const { timeliness } = judgeResults({ ...one, ...delays(1, 9) }, { ...other, ...delays(2) });
    expect(timeliness).toEqual({
      delaysMs: [1, 2, 9],
      samples: 3,
      medianMs: 2,
      worstMs: 9,
      limitMs: 50,
    });
  });

  it('is left out of a run that measured none', () => {
    expect(judgeResults(one, other)).not.toHaveProperty('timeliness');
  });
});

describe('a requirement that holds in every edition', () => {
  it.each<[ScenarioStatus[], string]>([
    [['passed', 'not-offered'], 'passed'],
    [['failed', 'not-offered'], 'failed'],
    [['error', 'not-offered'], 'error'],
    [['passed', 'not-offered', 'untestable'], 'untestable'],
    [['not-offered', 'untestable'], 'not-offered'],
    [['not-offered'], 'not-offered'],
  ])('of scenarios %j is %s', (statuses, status) => {
    const planned = statuses.map((_, index) => plan(index + 1, 'a.b'));
    const results = planned.map((each, index) => result(each, statuses[index] ?? 'error'));
    const selected = [{ ...requirement('a.b'), uses: [] }];
    const { requirements } = judgeRun({ selected, planned, results, faults: [] });
    expect(requirements[0]?.status).toBe(status);
  });
});

describe('a requirement', () => {
  it.each<[(ScenarioStatus | null)[], string, string | undefined]>([
    [['passed'], 'passed', undefined],
    [['passed', 'passed'], 'passed', undefined],
    [['failed'], 'failed', 'failed because 1'],
    [['passed', 'failed', 'passed'], 'failed', '1 of 3 scenarios: failed because 2'],
    [['error', 'failed'], 'failed', '1 of 2 scenarios: failed because 2'],
    [['untestable', 'not-offered', 'failed'], 'failed', '1 of 3 scenarios: failed because 3'],
    [['failed', null], 'failed', '1 of 2 scenarios: failed because 1'],
    [['error'], 'error', 'error because 1'],
    [['passed', 'error', 'untestable'], 'error', '1 of 3 scenarios: error because 2'],
    [['passed', null], 'error', '1 of 2 scenarios did not report'],
    [[null], 'error', '1 of 1 scenario did not report'],
    [['untestable', null], 'error', '1 of 2 scenarios did not report'],
    [
      ['error', null],
      'error',
      '1 of 2 scenarios: error because 1; 1 of 2 scenarios did not report',
    ],
    [['untestable'], 'untestable', 'untestable because 1'],
    [['passed', 'untestable'], 'untestable', '1 of 2 scenarios: untestable because 2'],
    [
      ['not-offered', 'untestable', 'passed'],
      'not-offered',
      '1 of 3 scenarios: not-offered because 1',
    ],
    [[], 'missing', undefined],
  ])('of scenarios %j is %s', (statuses, status, reason) => {
    const [judged] = judge(...statuses).requirements;
    expect(judged?.status).toBe(status);
    expect(judged?.reason).toBe(reason);
    expect(judged?.scenarios).toHaveLength(statuses.filter((each) => each !== null).length);
  });

  it('is judged by exactly the scenarios with its id', () => {
    const planned = [plan(9, 'a.b', 'c.d'), plan(3, 'c.d'), plan(1, 'a.b')];
    const results = [
      result(plan(9, 'a.b', 'c.d'), 'passed'),
      result(plan(3, 'c.d'), 'failed'),
      result(plan(1, 'a.b'), 'passed'),
    ];
    const selected = ['a.b', 'c.d', 'e.f'].map(requirement);
    const { requirements, summary, complete } = judgeRun({
      selected,
      planned,
      results,
      faults: [],
    });
    expect(requirements.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'a.b passed',
      'c.d failed',
      'e.f missing',
    ]);
    expect(requirements[0]?.scenarios.map(({ line }) => line)).toEqual([1, 9]);
    expect(summary).toEqual({
      passed: 1,
      failed: 1,
      error: 0,
      untestable: 0,
      notOffered: 0,
      missing: 1,
      total: 3,
    });
    expect(complete).toBe(true);
  });
});

describe('a run', () => {
  const planned = [plan(1, 'a.b')];
  const passed = result(plan(1, 'a.b'), 'passed');
  const run = (results: ScenarioResult[], faults: string[] = []): Verdict =>
    judgeRun({ selected: [requirement('a.b')], planned, results, faults });

  it('is complete when what was planned reported, and only that', () => {
    expect(run([passed])).toMatchObject({ complete: true, shortcomings: [] });
  });

  it.each([
    [
      'nothing was planned',
      judgeRun({ selected: [requirement('a.b')], planned: [], results: [], faults: [] }),
      /nothing was tested/,
    ],
    ['nothing reported', run([]), /1 of 1 scenario did not report \(features\/a\.feature:1\)/],
    ['a scenario reported twice', run([passed, passed]), /more than once/],
    [
      'another scenario reported',
      run([passed, result(plan(2, 'a.b'), 'passed')]),
      /features\/a\.feature:2 reported although/,
    ],
    [
      'a scenario reported for another requirement',
      run([{ ...passed, requirements: ['c.d'] }]),
      /other requirements/,
    ],
    [
      'something went wrong outside of the scenarios',
      run([passed], ['a hook failed']),
      /^a hook failed$/,
    ],
  ])('is incomplete when %s', (_, verdict, shortcoming) => {
    expect(verdict.complete).toBe(false);
    expect(verdict.shortcomings).toEqual([expect.stringMatching(shortcoming)]);
    expect(exitCodeOf(verdict)).toBe(3);
  });
});

describe('the exit code', () => {
  it.each<[number, (ScenarioStatus | null)[]]>([
    [0, ['passed']],
    [0, ['untestable', 'not-offered', 'passed']],
    [1, ['failed']],
    [1, ['failed', 'error']],
    [1, ['failed', null]],
    [3, ['error', 'passed']],
    [3, [null, 'passed']],
    [3, ['untestable', 'not-offered']],
    [3, []],
  ])('is %i for scenarios %j', (code, statuses) => {
    const planned = statuses.map((_, index) => plan(index + 1, `a.${index}`));
    const results = planned.flatMap((each, index) => {
      const status = statuses[index];
      return status ? [result(each, status)] : [];
    });
    const selected = [...planned.keys(), 99].map((index) => requirement(`a.${index}`));
    expect(exitCodeOf(judgeRun({ selected, planned, results, faults: [] }))).toBe(code);
  });
});
