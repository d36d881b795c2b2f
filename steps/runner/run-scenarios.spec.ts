import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScenarioResult } from '../../reports/scenario-collector.js';
import { ScenarioCollector } from '../../reports/scenario-collector.js';
import { runScenarios } from './run-scenarios.js';

const evidence = { session: 's', role: 'admin', username: 'u', sql: 'SELECT 1' };

/** Steps that do one thing each that a scenario can do; the judge must tell them all apart. */
const stepModule = `
import assert from 'node:assert/strict';
import { After, AfterAll, Before, BeforeAll, Given, Then, setDefaultTimeout } from '@cucumber/cucumber';
setDefaultTimeout(300);
class PromiseBroken extends Error {}
const verdict = 'application/vnd.gizmosql-conformance.verdict+json';
const attach = (world, value) => world.attach(JSON.stringify(value), verdict);
Then('it holds', () => {});
Then('it holds, asynchronously', async () => {});
Then('an assertion fails', () => assert.equal(1, 2, 'one is not two'));
Then('a promise is broken', async () => { throw new PromiseBroken('promised: x'); });
Then('the step is wrong', () => { undefined.property; });
Then('something else is thrown', () => { throw 'just text'; });
Then('an error calls itself AssertionError', () => {
  const error = new Error('not really'); error.name = 'AssertionError'; throw error;
});
Then('it never ends', () => new Promise(() => {}));
Then('an error comes out of nowhere', () => new Promise(() => {
  setImmediate(() => { throw new TypeError('from nowhere'); });
}));
Then('it is pending', () => 'pending');
Then('it is skipped', () => 'skipped');
Then('it is untestable', function () { attach(this, { status: 'untestable', reason: 'no such thing' }); return 'skipped'; });
Then('it is not offered', function () { attach(this, { status: 'not-offered', reason: 'Core' }); return 'skipped'; });
Then('it calls itself untestable and goes on', function () { attach(this, { status: 'untestable', reason: 'r' }); });
Then('it gives a verdict that is none', function () { attach(this, { status: 'passed', reason: 'r' }); return 'skipped'; });
Then('it comes upon what is not offered', () => { class NotOffered extends Error {} throw new NotOffered('Core'); });
Then('it comes upon what is untestable', () => { class Untestable extends Error {} throw new Untestable('off'); });
Then('it comes upon what is left open', () => { class LeftOpen extends Error {} throw new LeftOpen('open'); });
Then('it could be judged partly', function () { attach(this, { status: 'untestable', reason: 'r', partly: true }); });
Then('it is skipped, though partly judged', function () { attach(this, { status: 'untestable', reason: 'r', partly: true }); return 'skipped'; });
Then('it is skipped without a reason', function () { attach(this, { status: 'untestable', reason: '' }); return 'skipped'; });
Then('its evidence is garbage', function () {
  this.attach('[{"sql": 1}]', 'application/vnd.gizmosql-conformance.evidence+json');
});
Then('it leaves evidence', function () {
  this.attach('${JSON.stringify([evidence])}', 'application/vnd.gizmosql-conformance.evidence+json');
});
Then('two match', () => {});
Then(/^two mat.h$/, () => {});
Before({ tags: '@before-fails' }, () => assert.fail('in Before'));
Before({ tags: '@before-skips' }, function () { attach(this, { status: 'untestable', reason: 'hook' }); return 'skipped'; });
After({ tags: '@after-fails' }, () => { throw new PromiseBroken('in After'); });
let tries = 0;
Then('it fails at first', () => { tries += 1; assert.ok(tries > 1, 'first try'); });
Then('the step is wrong at first', () => { tries += 1; if (tries < 2) throw new TypeError('first try'); });
`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'run-scenarios-'));
  mkdirSync(join(root, 'features'));
  // Steps outside the repository have to find the very cucumber that runs them.
  symlinkSync(
    fileURLToPath(new URL('../../node_modules', import.meta.url)),
    join(root, 'node_modules'),
  );
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

async function runFeature(
  feature: string,
  { steps = stepModule, lines }: { steps?: string; lines?: number[] } = {},
): Promise<ScenarioCollector> {
  writeFileSync(join(root, 'features', 'a.feature'), feature);
  // A module is loaded once in a process, so each run needs a file of its own.
  const support = join(root, `steps-${Math.random()}.mjs`);
  writeFileSync(support, steps);
  const collector = new ScenarioCollector();
  await runScenarios(
    {
      root,
      support: [support],
      only: lines?.map((line) => ({ feature: 'features/a.feature', line })),
      seed: 1,
      parallel: 1,
      worldParameters: {},
    },
    collector,
  );
  return collector;
}

async function runSteps(tags: string, ...steps: string[]): Promise<ScenarioResult | undefined> {
  const collector = await runFeature(
    `Feature: F\n  @a.b ${tags}\n  Scenario: S\n${steps.map((step) => `    * ${step}\n`).join('')}`,
  );
  expect(collector.faults).toEqual([]);
  expect(collector.results.length).toBeLessThanOrEqual(1);
  return collector.results[0];
}

describe('a scenario', () => {
  it('passes when all of its steps do', async () => {
    expect(await runSteps('@c.d', 'it holds', 'it holds, asynchronously')).toEqual({
      name: 'S',
      feature: 'features/a.feature',
      line: 3,
      requirements: ['a.b', 'c.d'],
      status: 'passed',
      durationMs: expect.any(Number) as number,
    });
  });

  it.each([
    [
      'an assertion',
      ['it holds', 'an assertion fails', 'it holds'],
      /^one is not two\n.*\nin step: an assertion fails$/s,
    ],
    ['a broken promise', ['a promise is broken'], /^promised: x\nin step: a promise is broken$/],
    [
      'an assertion before an undefined step',
      ['an assertion fails', 'nobody knows this'],
      /one is not two/,
    ],
    [
      'an assertion although its evidence is garbage',
      ['its evidence is garbage', 'an assertion fails'],
      /one is not two/,
    ],
  ])('fails by %s', async (_, steps, message) => {
    const result = await runSteps('', ...steps);
    expect(result?.status).toBe('failed');
    expect(result?.message).toMatch(message);
  });

  it('fails by an assertion although a hook fails after it', async () => {
    expect(await runSteps('@after-fails', 'an assertion fails')).toMatchObject({
      status: 'failed',
    });
  });

  it.each([
    [
      'a fault in a step',
      '',
      ['the step is wrong'],
      /^TypeError: Cannot read.*\nat .*\nin step: the step is wrong$/s,
    ],
    ['something thrown that is no error', '', ['something else is thrown'], /^Error: just text/],
    [
      'an error that only bears the name of an assertion',
      '',
      ['an error calls itself AssertionError'],
      /^Error: not really/,
    ],
    [
      'an undefined step',
      '',
      ['it holds', 'nobody knows this'],
      /^no step definition matches\nin step: nobody knows this$/,
    ],
    ['an ambiguous step', '', ['two match'], /^more than one step definition matches/],
    ['a pending step', '', ['it is pending'], /status PENDING/],
    ['a step that takes too long', '', ['it never ends'], /^Error: function timed out/],
    ['an error out of nowhere', '', ['an error comes out of nowhere'], /^TypeError: from nowhere/],
    [
      'an assertion in a Before hook',
      '@before-fails',
      ['it holds'],
      /^AssertionError: in Before\n.*in a hook$/s,
    ],
    [
      'a broken promise in an After hook',
      '@after-fails',
      ['it holds'],
      /^PromiseBroken: in After\n.*in a hook$/s,
    ],
    [
      'a failing After hook behind a skip',
      '@before-skips @after-fails',
      ['it holds'],
      /^PromiseBroken: in After/,
    ],
    ['a skip without a verdict', '', ['it is skipped'], /skipped without a reason/],
    [
      'a skip with an empty reason',
      '',
      ['it is skipped without a reason'],
      /verdict cannot be read/,
    ],
    [
      'a verdict that is none',
      '',
      ['it gives a verdict that is none'],
      /verdict cannot be read.*passed/,
    ],
    [
      'a verdict without a skip',
      '',
      ['it calls itself untestable and goes on'],
      /ran to its end.*untestable: r/,
    ],
    [
      'a skip with the verdict of what ran',
      '',
      ['it is skipped, though partly judged'],
      /was skipped although its verdict is untestable: r/,
    ],
    ['evidence that is garbage', '', ['its evidence is garbage'], /evidence cannot be read/],
  ])('is an error by %s', async (_, tags, steps, message) => {
    const result = await runSteps(tags, ...steps);
    expect(result?.status).toBe('error');
    expect(result?.message).toMatch(message);
  });

  it('is untestable or not offered when it says so and skips', async () => {
    expect(await runSteps('', 'it holds', 'it is untestable', 'it holds')).toMatchObject({
      status: 'untestable',
      message: 'no such thing',
    });
    expect(await runSteps('', 'it is not offered')).toMatchObject({
      status: 'not-offered',
      message: 'Core',
    });
    expect(await runSteps('', 'it comes upon what is not offered')).toMatchObject({
      status: 'not-offered',
      message: 'Core',
    });
    expect(await runSteps('', 'it comes upon what is untestable')).toMatchObject({
      status: 'untestable',
      message: 'off',
    });
    expect(await runSteps('', 'it comes upon what is left open')).toMatchObject({
      status: 'untestable',
      message: 'open',
    });
    expect(await runSteps('', 'it could be judged partly')).toMatchObject({
      status: 'untestable',
      message: 'r',
    });
    expect(await runSteps('@before-skips', 'an assertion fails')).toMatchObject({
      status: 'untestable',
      message: 'hook',
    });
  });

  it('keeps its evidence, whether it passed or not', async () => {
    expect((await runSteps('', 'it leaves evidence'))?.evidence).toEqual([evidence]);
    expect((await runSteps('', 'it leaves evidence', 'an assertion fails'))?.evidence).toEqual([
      evidence,
    ]);
  });

  it('is an error when it has no steps', async () => {
    expect(await runSteps('')).toMatchObject({ status: 'error', message: 'it has no steps' });
  });

  it('is not tried again', async () => {
    expect(await runSteps('', 'it fails at first')).toMatchObject({ status: 'failed' });
  });
});

describe('a run', () => {
  const three = `
Feature: F
  @kill.not-own
  Scenario: one
    * it holds
  @kill.not-own-at-all
  Scenario: two
    * it holds
  @kill.admin @kill.not-own
  Scenario: three
    * it holds
`;

  it('runs only the scenarios asked for, by their lines', async () => {
    const { results } = await runFeature(three, { lines: [4, 10] });
    expect(results.map(({ name }) => name).sort()).toEqual(['one', 'three']);
  });

  it('runs in the order that the seed makes', async () => {
    const rows = Array.from({ length: 20 }, (_, index) => `      | ${index} |\n`).join('');
    const feature = `Feature: F\n  @a.b\n  Scenario Outline: S <n>\n    * it holds\n    Examples:\n      | n |\n${rows}`;
    const names = async (): Promise<string[]> =>
      (await runFeature(feature)).results.map(({ name }) => name);
    const first = await names();
    expect(first).toHaveLength(20);
    expect(first).not.toEqual(first.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2))));
    expect(await names()).toEqual(first);
  });

  it('has no results and no fault when nothing is to run', async () => {
    const { results, faults } = await runFeature('Feature: F\n');
    expect({ results, faults }).toEqual({ results: [], faults: [] });
  });

  it('has a fault when a feature cannot be parsed', async () => {
    const { results, faults } = await runFeature(
      'Feature: F\n  Scenario: S\n    * a\n    nonsense\n',
    );
    expect(results).toEqual([]);
    expect(faults).toContainEqual(expect.stringMatching(/nonsense/));
  });

  it.each([
    ['before it', 'BeforeAll', 0],
    ['after it', 'AfterAll', 3],
  ])('has a fault when a hook %s fails', async (_, hook, ran) => {
    const { results, faults } = await runFeature(three, {
      steps: `${stepModule}\n${hook}(() => { throw new Error('no room'); });`,
    });
    expect(results).toHaveLength(ran);
    expect(faults).toEqual([expect.stringMatching(/no room/)]);
  });

  it('rejects when the steps cannot be loaded', async () => {
    await expect(runFeature(three, { steps: 'throw new Error("broken module");' })).rejects.toThrow(
      'broken module',
    );
  });

  it('pays no attention to settings for cucumber that lie about', async () => {
    writeFileSync(join(root, 'cucumber.json'), '{"default": {"dryRun": true, "retry": 3}}');
    const { results } = await runFeature(three.replaceAll('it holds', 'an assertion fails'));
    expect(results.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
  });
});
