import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from './command-line.js';
import { SuiteError, UsageError } from './errors.js';
import type { RunFlags } from './run-flags.js';

/** Runs a command line with actions that only remember what they were asked for. */
async function ask(...argv: string[]) {
  return askIn({}, ...argv);
}

/** The same with these variables in the environment. */
async function askIn(
  environment: Record<string, string>,
  ...argv: string[]
): Promise<{
  code: number;
  runs: RunFlags[];
  lists: number;
  compared: unknown[];
  inits: unknown[];
  printed: string;
}> {
  const seen = {
    inits: [] as unknown[],
    runs: [] as RunFlags[],
    lists: 0,
    compared: [] as unknown[],
    printed: '',
  };
  const code = await runCommandLine(argv, {
    version: '1.2.3',
    environment,
    init: (target, options) => {
      seen.inits.push([target, options]);
    },
    run: (options) => {
      seen.runs.push(options);
      return Promise.resolve(3);
    },
    list: () => {
      seen.lists += 1;
    },
    compare: (files, html) => {
      seen.compared.push([files, html]);
      return 1;
    },
    print: (text) => {
      seen.printed += text;
    },
  });
  return { code, ...seen };
}

const defaults = {
  report: 'reports/out',
  spec: 'auto',
  parallel: 2,
  timeout: 30,
  visibility: 10,
  propertyRuns: 30,
};

describe('the command line', () => {
  it('runs everything by default, and ends as the run does', async () => {
    expect(await ask('run')).toEqual({
      code: 3,
      runs: [defaults],
      inits: [],
      lists: 0,
      compared: [],
      printed: '',
    });
  });

  it('compares any number of reports, and ends as the comparison does', async () => {
    const asked = await ask('compare', 'a.json', 'b.json', 'c.json', '--html', 'all.html');
    expect(asked).toMatchObject({
      code: 1,
      compared: [[['a.json', 'b.json', 'c.json'], 'all.html']],
    });
    await expect(ask('compare')).rejects.toThrow(/missing required argument 'report'/);
  });

  it.each([
    [['--only', 'kill', '--only', 'protect.delete']],
    [['--only', 'kill', 'protect.delete']],
  ])('takes several ids: %j', async (argv) => {
    expect((await ask('run', ...argv)).runs[0]?.only).toEqual(['kill', 'protect.delete']);
  });

  it('takes a folder, a seed, a number of workers and quiet', async () => {
    const { runs } = await ask(
      ...['run', '--report', 'here', '--seed', '2147483647', '--parallel', '3', '--quiet'],
    );
    expect(runs).toEqual([
      { ...defaults, report: 'here', seed: 2147483647, parallel: 3, quiet: true },
    ]);
  });

  it('lists', async () => {
    expect(await ask('list')).toMatchObject({ code: 0, lists: 1, runs: [] });
  });

  it.each([[['--help']], [['run', '--help']]])(
    'explains itself and its exit codes: %j',
    async (argv) => {
      const { code, runs, printed } = await ask(...argv);
      expect({ code, runs }).toEqual({ code: 0, runs: [] });
      expect(printed).toMatch(
        /Usage: gizmosql-conformance.*0 {2}the run is complete.*3 {2}the suite itself failed/s,
      );
    },
  );

  it('tells its version', async () => {
    expect(await ask('--version')).toMatchObject({ code: 0, printed: '1.2.3\n' });
  });

  it.each([
    [
      'nothing',
      [],
      'no command given: run, list, compare or init (see gizmosql-conformance --help)',
    ],
    ['an unknown command', ['walk'], "unknown command 'walk'"],
    ['an unknown flag', ['run', '--sed', '1'], /^unknown option '--sed'/],
    ['an argument too many', ['run', 'kill'], /too many arguments.*kill/],
    ['a flag without its value', ['run', '--only'], /--only <id...>' argument missing/],
    ['a seed that is a word', ['run', '--seed', 'x'], /argument 'x' is invalid/],
    ['a seed that is negative', ['run', '--seed=-1'], /argument '-1' is invalid/],
    ['a seed that is broken', ['run', '--seed', '1.5'], /argument '1.5' is invalid/],
    ['a seed that is too large', ['run', '--seed', '2147483648'], /from 0 to 2147483647/],
    ['no workers', ['run', '--parallel', '0'], /from 1 to 64/],
    ['workers that are a word', ['run', '--parallel', 'all'], /from 1 to 64/],
    ['a visibility of nothing', ['run', '--visibility', '0'], /seconds above 0/],
    ['a specification that there is not', ['run', '--spec', 'new'], /It must be auto, or a rev/],
    ['one before the first', ['run', '--spec', 'v1.16.9'], /from 1\.17 on, such as 1\.21 or 1\.36/],
    ['one to list that there is not', ['list', '--spec', '1'], /It must be auto, or a revision/],
    ['an empty seed', ['run', '--seed='], /is invalid/],
  ])('refuses %s in one line', async (_, argv, message) => {
    const error: unknown = await ask(...argv).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    const said = (error as UsageError).message;
    expect(said).toMatch(message);
    expect(said).not.toContain('\n');
  });

  it('passes on what a command throws', async () => {
    const fault = new SuiteError('broken');
    const actions = {
      version: '1',
      environment: {},
      init: () => undefined,
      print: () => undefined,
      list: () => undefined,
      compare: () => 0,
    };
    const run = (): Promise<number> => Promise.reject(fault);
    await expect(runCommandLine(['run'], { ...actions, run })).rejects.toBe(fault);
  });
});

describe('settings', () => {
  let folder: string;
  const write = (text: string): string => {
    const file = join(folder, 'settings.yaml');
    writeFileSync(file, text);
    return file;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('come from flags, then the environment, then the file', async () => {
    const file = write('seed: 1\nparallel: 5\ntimeout: 7\nonly: [kill, protect]\nstrict: true\n');
    const environment = {
      GIZMOSQL_CONFORMANCE_SETTINGS: file,
      GIZMOSQL_CONFORMANCE_SEED: '2',
      GIZMOSQL_CONFORMANCE_PARALLEL: '6',
      GIZMOSQL_CONFORMANCE_FAIL_FAST: 'false',
      GIZMOSQL_CONFORMANCE_PASSWORD: 'not for here',
      OTHER: 'x',
    };
    const { runs } = await askIn(environment, 'run', '--seed', '3');
    expect(runs).toEqual([
      {
        ...defaults,
        settings: file,
        seed: 3,
        parallel: 6,
        timeout: 7,
        only: ['kill', 'protect'],
        strict: true,
        failFast: false,
      },
    ]);
  });

  it('of several values are separated by commas in a variable', async () => {
    const { runs } = await askIn({ GIZMOSQL_CONFORMANCE_ONLY: 'kill, roles' }, 'run');
    expect(runs[0]?.only).toEqual(['kill', 'roles']);
  });

  it.each([
    ['an unknown name', 'sed: 1', /settings\.yaml: sed is no setting; there are: endpoint, /],
    [
      'a wrong value',
      'seed: x',
      /settings\.yaml: seed: 'x' is invalid\. It must be a whole number/,
    ],
    ['a wrong truth', 'strict: maybe', /strict: 'maybe' is invalid\. It must be true or false/],
    ['a secret', 'password: x', /no secret is read from here; use GIZMOSQL_CONFORMANCE_PASSWORD/],
    ['a wrong form', '- seed', /must hold settings by name/],
    ['no YAML', 'a: [', /settings\.yaml: it is no YAML/],
    ['a nested value', 'seed: {a: 1}', /seed must be a text, a number/],
  ])('are refused for %s in the file, in one line', async (_, text, message) => {
    const error: unknown = await ask('run', '--settings', write(text)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });

  it('are refused for a file that is not there, and for an unknown variable', async () => {
    await expect(ask('run', '--settings', 'no/such.yaml')).rejects.toThrow(
      /^no\/such\.yaml: the settings cannot be read: /,
    );
    await expect(askIn({ GIZMOSQL_CONFORMANCE_SED: '1' }, 'run')).rejects.toThrow(
      /^GIZMOSQL_CONFORMANCE_SED: there is no such setting/,
    );
    await expect(askIn({ GIZMOSQL_CONFORMANCE_SEED: 'x' }, 'run')).rejects.toThrow(
      /^GIZMOSQL_CONFORMANCE_SEED: 'x' is invalid/,
    );
  });
});
