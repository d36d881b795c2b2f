import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCatalogue } from '../../fixtures/catalogue/catalogue.js';
import type { ConformanceReport } from '../../reports/model.js';
import { terminalOn } from '../../reports/terminal.js';
import { assertValidReport } from '../../reports/validate-report.js';
import type { OwnedServer } from '../targets/target.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { SuiteError, UsageError } from './errors.js';
import { readFeatures } from './read-features.js';
import type { RunOptions, Workshop } from './run.js';
import { run } from './run.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const catalogueText = `
title: S
revisions: ['1.17', '1.21']
chapters:
  One:
    one.kept: {text: It holds., level: MUST, source: H}
    one.broken: {text: It does not., level: MUST, source: H}
    one.wrong: {text: The suite errs., level: MUST, source: H}
  Two:
    two.untested: {text: It cannot be tested., level: MUST, source: H, needs: [lake]}
    two.uncovered: {text: Nothing covers it., level: MUST, source: H}
`;
const feature = `
Feature: F
  @one.kept
  Scenario: kept
    Then it holds
  @one.broken
  Scenario: broken
    Then it does not hold
  @one.wrong
  Scenario: wrong
    Then nobody knows
  @two.untested @needs:lake
  Scenario: untested
    Then it cannot be tested
`;
const steps = `
import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
Then('it holds', function () { assert.equal(this.parameters.shared.port, 4711); globalThis.holds?.(); });
Then('it does not hold', () => assert.fail('it does not'));
Then('it cannot be tested', function () {
  this.attach(JSON.stringify({ status: 'untestable', reason: 'no lake' }), 'application/vnd.gizmosql-conformance.verdict+json');
  return 'skipped';
});
`;

let root: string;
let ended: string[];
let written: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'run-'));
  ended = [];
  written = '';
  mkdirSync(join(root, 'features'));
  writeFileSync(join(root, 'features', 'a.feature'), feature);
  // Steps outside the repository have to find the very cucumber that runs them.
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const identity = { gizmosqlVersion: 'v1.17.0', edition: null, duckdbVersion: 'v2' };

function fakeServer(changes: Partial<OwnedServer> = {}): OwnedServer {
  const end = (how: string) => () => {
    ended.push(how);
    return Promise.resolve();
  };
  const fake = {
    address: { host: 'h', port: 4711, credentials: {} },
    stop: end('stop'),
    dispose: end('dispose'),
  };
  return { ...fake, ...changes } as unknown as OwnedServer;
}

function workshop(changes: Partial<Workshop> = {}): Workshop {
  // A module is loaded once in a process, so each run needs a file of its own.
  const support = join(root, `steps-${Math.random()}.mjs`);
  writeFileSync(support, steps);
  const stream = { write: (text: string) => (written += text) };
  return {
    suite: { name: 'n', version: '1', specification: 'S' },
    catalogue: parseCatalogue(catalogueText, 'c.yaml'),
    features: readFeatures(root),
    root,
    support: [support],
    target: targetOf(() => Promise.resolve(fakeServer())),
    identify: () => Promise.resolve({ identity, lacks: {}, refusedBasics: [] }),
    terminal: terminalOn(stream as unknown as NodeJS.WriteStream, {}),
    secrets: [],
    interrupted: new AbortController().signal,
    ...changes,
  };
}

function targetOf(start: () => Promise<OwnedServer>): Workshop['target'] {
  return {
    kind: 'fake',
    description: 'a fake server',
    settings: { kind: 'reference' },
    offers: () => Promise.resolve({ offered: true }),
    loading: () => Promise.resolve({ offered: true, sql: '' }),
    open: start,
    start,
  };
}

/** The exit code of a run. */
async function code(...args: Parameters<typeof run>): Promise<number> {
  return (await run(...args)).exitCode;
}

const reportFolder = (): string => join(root, 'out');
const options = (changes: Partial<RunOptions> = {}): RunOptions => ({
  reportFolder: reportFolder(),
  spec: 'auto',
  only: [],
  parallel: 1,
  visibilityMs: 1000,
  propertyRuns: 5,
  timeoutMs: 1000,
  failFast: false,
  allowances: { known: [], flaky: [], strict: false },
  quiet: false,
  settings: {},
  ...changes,
});

function readReport(): ConformanceReport {
  const report: unknown = JSON.parse(
    readFileSync(join(reportFolder(), 'conformance.json'), 'utf8'),
  );
  assertValidReport(report);
  return report;
}

describe('run', () => {
  it('runs everything, reports it, and fails because something failed', async () => {
    expect(await code(options({ seed: 7 }), workshop())).toBe(1);
    const report = readReport();
    expect(report).toMatchObject({
      suite: { name: 'n', version: '1', specification: 'S' },
      target: { kind: 'fake', description: 'a fake server', ...identity },
      seed: 7,
      complete: true,
      summary: {
        passed: 1,
        failed: 1,
        error: 1,
        untestable: 1,
        notOffered: 0,
        missing: 1,
        total: 5,
      },
    });
    expect(report).not.toHaveProperty('selection');
    expect(report.requirements.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'one.kept passed',
      'one.broken failed',
      'one.wrong error',
      'two.untested untestable',
      'two.uncovered missing',
    ]);
    expect(ended).toEqual(['stop', 'dispose']);
  });

  it.each([1, 2])(
    'writes no secret anywhere, however a scenario gives it away, with %i at a time',
    async (parallel) => {
      const password = 'canary-pa$$"word';
      const token = 'eyJjYW5hcnkxIjoxfQ.eyJjYW5hcnkyIjoxfQ.canary3';
      const clientKey = '-----BEGIN PRIVATE KEY-----\ncanary4\n-----END PRIVATE KEY-----\n';
      const address = {
        host: 'h',
        port: 4711,
        tls: { caCertificate: 'c', clientKey },
        credentials: {
          admin: { username: 'root', password },
          user: { username: 'token', password: token },
        },
      };
      const told = `${password} ${token} ${clientKey} Basic ${btoa(`root:${password}`)} canary5:`;
      const target = {
        ...targetOf(() => Promise.resolve(fakeServer({ address }))),
        description: `a server with ${told}`,
      };
      const support = join(root, `indiscreet-${Math.random()}.mjs`);
      const shared =
        'Object.values(this.parameters.shared.credentials).map((each) => each.password)';
      writeFileSync(
        support,
        `import { Before, Then } from '@cucumber/cucumber';
        const told = ${JSON.stringify(told)};
        Before(function () { this.attach(JSON.stringify([{ session: 's', role: 'admin', username: 'u', sql: told, parameters: [told], error: { code: 'C', message: told } }]), 'application/vnd.gizmosql-conformance.evidence+json'); this.log(told); });
        Then('it holds', function () { throw Object.assign(new Error(told + ${shared} + JSON.stringify(this.parameters)), { name: 'PromiseBroken' }); });
        Then('it does not hold', function () { throw new TypeError(told); });
        Then('it cannot be tested', function () {
          this.attach(JSON.stringify({ status: 'untestable', reason: told }), 'application/vnd.gizmosql-conformance.verdict+json');
          return 'skipped';
        });`,
      );
      await run(options({ parallel }), workshop({ target, support: [support] }));
      const files = readdirSync(reportFolder()).sort();
      expect(files).toEqual([
        'conformance.html',
        'conformance.json',
        'conformance.md',
        'junit.xml',
        'messages.ndjson',
      ]);
      const texts = files.map((file) => readFileSync(join(reportFolder(), file), 'utf8'));
      for (const text of [written, ...texts]) {
        // What is not secret shows that the rest of the message is there.
        expect(text).toContain('canary5');
        expect(text).not.toMatch(/canary-pa|canary4|canary3|eyJjYW5/);
        expect(text).not.toContain(btoa(`root:${password}`));
      }
      expect(readReport().requirements[0]?.scenarios[0]?.evidence).toHaveLength(1);
    },
  );

  it.each([
    [0, ['one.kept']],
    [0, ['one.kept', 'two']],
    [3, ['two.untested']],
    [1, ['one.broken', 'one.wrong']],
    [3, ['one.wrong', 'one.kept']],
  ])('ends with %i when limited to %j', async (ends, only) => {
    expect(await code(options({ only }), workshop())).toBe(ends);
    expect(readReport()).toMatchObject({ selection: only, complete: true });
  });

  it('makes a seed when none is given, and says which', async () => {
    await run(options({ only: ['one.kept'] }), workshop());
    expect(written).toContain(`seed ${readReport().seed}`);
  });

  it('shows its progress, or with quiet only the summary', async () => {
    await run(options(), workshop());
    expect(written).toContain(
      'GizmoSQL v1.17.0, DuckDB v2: a fake server\n4 scenarios of the revision 1.17 in ',
    );
    expect(written).toMatch(/^failed {5}one\.broken: broken \d+ ms$/m);
    written = '';
    await run(options({ quiet: true }), workshop());
    expect(written).not.toContain('one.broken: broken');
    expect(written).toContain('FAILED one.broken');
    expect(written).toMatch(
      /FAILED: 1 of 5 requirements not met \(1 finding\); .*, 1 missing\.\n$/,
    );
  });

  const revised = `${feature}
  @one.kept @until:1.21
  Scenario: as before
    Then it does not hold
  @one.new
  Scenario: since
    Then it holds
`;
  const withNew = catalogueText.replace(
    '  Two:',
    "    one.new: {text: It is new., level: MUST, source: H, since: '1.21'}\n  Two:",
  );

  it.each([
    ['auto', 'v1.17.3', '1.17', 'failed', undefined, []],
    ['auto', 'v1.21.0-LTS', '1.21', 'passed', 'passed', []],
    ['auto', 'unknown', '1.21', 'passed', 'passed', [/not readable.*the newest revision, 1\.21$/]],
    ['1.17', 'v1.21.0', '1.17', 'failed', undefined, []],
    ['1.20', 'v1.21.0', '1.17', 'failed', undefined, []],
    ['1.21', 'v1.17.0', '1.21', 'passed', 'passed', []],
  ])(
    'with --spec %s holds a server of %s to %s, by the scenarios about it',
    async (spec, gizmosqlVersion, revision, kept, newer, notes) => {
      writeFileSync(join(root, 'features', 'a.feature'), revised);
      const { report } = await run(
        options({ spec }),
        workshop({
          catalogue: parseCatalogue(withNew, 'c.yaml'),
          identify: () =>
            Promise.resolve({
              identity: { ...identity, gizmosqlVersion },
              lacks: {},
              refusedBasics: [],
            }),
        }),
      );
      const status = (id: string) => report.requirements.find((each) => each.id === id)?.status;
      expect(report.suite.revision).toBe(revision);
      expect(report.complete).toBe(true);
      expect([status('one.kept'), status('one.new')]).toEqual([kept, newer]);
      expect(report.notes ?? []).toEqual(
        notes.map((note) => expect.stringMatching(note) as string),
      );
      expect(written).toContain(`of the revision ${revision} in`);
    },
  );

  it('refuses what the revision of the server has not, and ends the server', async () => {
    writeFileSync(join(root, 'features', 'a.feature'), revised);
    const shop = workshop({ catalogue: parseCatalogue(withNew, 'c.yaml') });
    await expect(run(options({ only: ['one.new'] }), shop)).rejects.toThrow(
      '--only one.new: no requirement of the revision 1.17 has this id or begins with it',
    );
    expect(ended).toEqual(['dispose']);
    await expect(run(options({ only: ['one.new'], spec: '1.17' }), shop)).rejects.toThrow(
      'revision 1.17',
    );
  });

  it('is incomplete when a scenario that the features state does not run', async () => {
    const shop = workshop();
    const [first] = shop.features.scenarios;
    const ghost = { ...first, line: 99, name: 'ghost' } as NonNullable<typeof first>;
    const features = { ...shop.features, scenarios: [...shop.features.scenarios, ghost] };
    expect(await code(options({ only: ['one.kept'] }), { ...shop, features })).toBe(3);
    expect(readReport()).toMatchObject({ complete: false, summary: { passed: 0, error: 1 } });
    expect(written).toContain('1 of 2 scenarios did not report (features/a.feature:99)');
  });

  it('is incomplete when the steps cannot be loaded', async () => {
    const support = join(root, 'broken.mjs');
    writeFileSync(support, 'throw new Error("broken module");');
    expect(await code(options(), workshop({ support: [support] }))).toBe(3);
    expect(readReport()).toMatchObject({ complete: false, summary: { error: 4, missing: 1 } });
    expect(written).toContain('broken module');
  });

  it('is incomplete when the server does not stop, and gets rid of it', async () => {
    const stop = (): Promise<void> => Promise.reject(new Error('still there'));
    const target = targetOf(() => Promise.resolve(fakeServer({ stop })));
    expect(await code(options({ only: ['one.kept'] }), workshop({ target }))).toBe(3);
    expect(readReport().complete).toBe(false);
    expect(written).toContain('the server did not stop: still there');
    expect(ended).toEqual(['dispose']);
  });

  it('is complete when the server had to be killed, and says so', async () => {
    const stop = (): Promise<void> =>
      Promise.reject(new PromiseBroken('the server stops within 30 s', 'SIGTERM', 'it ran on'));
    const target = targetOf(() => Promise.resolve(fakeServer({ stop })));
    expect(await code(options({ only: ['one.kept'] }), workshop({ target }))).toBe(0);
    const { complete, notes = [] } = readReport();
    expect({ complete, count: notes.length }).toEqual({ complete: true, count: 1 });
    expect(notes[0]).toMatch(/^the server was killed after the run: .*SIGTERM/s);
    expect(written).toContain('the server was killed after the run');
  });

  it('reports what had finished when it is interrupted', async () => {
    const controller = new AbortController();
    const done = run(options(), workshop({ interrupted: controller.signal }));
    Object.assign(globalThis, {
      holds: () => {
        controller.abort();
      },
    });
    const { exitCode: code } = await done;
    Object.assign(globalThis, { holds: undefined });
    const { complete, summary, requirements } = readReport();
    expect(complete).toBe(false);
    expect(summary.passed).toBe(0);
    expect(requirements[0]?.status).toBe('error');
    expect(code).toBe(summary.failed > 0 ? 1 : 3);
    expect(written).toContain('the run was interrupted');
    expect(ended).toEqual(['stop', 'dispose']);
  });
});

describe('a run that cannot begin', () => {
  const rejection = async (
    changed: Partial<Workshop>,
    given: Partial<RunOptions> = {},
  ): Promise<Error> => {
    // The report of an earlier run stays until another takes its place.
    mkdirSync(reportFolder(), { recursive: true });
    writeFileSync(join(reportFolder(), 'conformance.json'), '{}');
    const error: unknown = await run(options(given), workshop(changed)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    return error as Error;
  };

  it('because the target does not start', async () => {
    const target = targetOf(() =>
      Promise.reject(new Error('it ended with 1; its last lines:\nno room')),
    );
    const error = await rejection({ target });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe(
      'cannot start a fake server: it ended with 1; its last lines:\nno room',
    );
    expect(readdirSync(reportFolder())).toEqual(['conformance.json']);
  });

  it('because the server cannot be reached, and then it is not left running', async () => {
    const error = await rejection({ identify: () => Promise.reject(new Error('no connection')) });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe('cannot judge a fake server on h:4711: no connection');
    expect(ended).toEqual(['dispose']);
    expect(readdirSync(reportFolder())).toEqual(['conformance.json']);
  });

  it('because --only matches nothing', async () => {
    const error = await rejection({}, { only: ['three'] });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(/^--only three: /);
  });

  it('because nothing covers what is selected', async () => {
    const error = await rejection({}, { only: ['two.uncovered'] });
    expect(error).toBeInstanceOf(SuiteError);
    expect(error.message).toBe('no scenario covers two.uncovered yet: nothing was run');
    expect(readdirSync(reportFolder())).toEqual(['conformance.json']);
  });

  it('because there are no scenarios at all', async () => {
    const error = await rejection({ features: { scenarios: [], problems: [] } });
    expect(error.message).toBe('no scenario covers anything yet: nothing was run');
  });

  it('because the features do not fit the catalogue', async () => {
    const problems = ['features/a.feature:3: nonsense'];
    const error = await rejection({ features: { scenarios: [], problems } });
    expect(error).toBeInstanceOf(SuiteError);
    expect(error.message).toContain('features/a.feature:3: nonsense');
  });

  it('because the report cannot be written', async () => {
    writeFileSync(join(root, 'file'), '');
    const folder = join(root, 'file', 'out');
    const error = await rejection({}, { reportFolder: folder });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(`--report ${folder}: `);
  });
});

describe('interrupting a program that runs', () => {
  it('lets the current scenario end and starts no other, not even its hooks', () => {
    const marker = join(root, 'trace.txt');
    writeFileSync(marker, '');
    const trace = `const trace = (text) => appendFileSync(${JSON.stringify(marker)}, text + '\\n');`;
    writeFileSync(
      join(root, 'features', 'a.feature'),
      'Feature: F\n  @one.kept\n  Scenario Outline: S <n>\n    Then it holds\n    Examples:\n      | n |\n      | 1 |\n      | 2 |\n      | 3 |\n',
    );
    writeFileSync(
      join(root, 'steps.mjs'),
      `import { appendFileSync } from 'node:fs';
       import { After, Before, Then } from '@cucumber/cucumber';
       ${trace}
       Before(() => trace('before'));
       Then('it holds', () => { trace('step'); globalThis.controller.abort(); });
       After(() => trace('after'));`,
    );
    const module = (path: string): string => JSON.stringify(join(repository, path));
    writeFileSync(
      join(root, 'driver.mts'),
      `import { parseCatalogue } from ${module('fixtures/catalogue/catalogue.ts')};
       import { terminalOn } from ${module('reports/terminal.ts')};
       import { readFeatures } from ${module('steps/runner/read-features.ts')};
       import { run } from ${module('steps/runner/run.ts')};
       const controller = globalThis.controller = new AbortController();
       const nothing = async () => {};
       const options = { reportFolder: 'out', spec: 'auto', only: [], parallel: 1, visibilityMs: 1000, timeoutMs: 1000, propertyRuns: 5, failFast: false,
         allowances: { known: [], flaky: [], strict: false }, quiet: true, settings: {} };
       const { exitCode } = await run(options, {
         suite: { name: 'n', version: '1', specification: 'S' },
         catalogue: parseCatalogue(${JSON.stringify(catalogueText)}, 'c.yaml'),
         features: readFeatures('.'),
         root: process.cwd(),
         support: [${module('steps/runner/skip-when-interrupted.ts')}, process.cwd() + '/steps.mjs'],
         target: { kind: 'fake', description: 'fake', open: async () =>
           ({ address: { host: 'h', port: 1, credentials: {} }, stop: nothing, dispose: nothing }) },
         identify: async () => ({ identity: ${JSON.stringify(identity)}, lacks: {}, refusedBasics: [] }),
         terminal: terminalOn(process.stdout, {}),
         secrets: [],
         interrupted: controller.signal,
       });
       process.exitCode = exitCode;`,
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'driver.mts'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
    expect(stdout).toContain('the run was interrupted');
    expect(status).toBe(3);
    // Cleaning up is always done, and has nothing to clean where nothing began.
    expect(readFileSync(marker, 'utf8').trim().split('\n')).toEqual([
      'before',
      'step',
      'after',
      'after',
      'after',
    ]);
    expect(existsSync(join(root, 'out', 'conformance.json'))).toBe(true);
  });
});
