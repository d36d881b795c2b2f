import { describe, expect, it } from 'vitest';
import { runCommandLine } from './command-line.js';
import { SuiteError, UsageError } from './errors.js';
import type { RunOptions } from './run.js';

/** Runs a command line with actions that only remember what they were asked for. */
async function ask(...argv: string[]): Promise<{
  code: number;
  runs: RunOptions[];
  lists: number;
  compared: unknown[];
  printed: string;
}> {
  const seen = { runs: [] as RunOptions[], lists: 0, compared: [] as unknown[], printed: '' };
  const code = await runCommandLine(argv, {
    version: '1.2.3',
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

describe('the command line', () => {
  it('runs everything by default, and ends as the run does', async () => {
    expect(await ask('run')).toEqual({
      code: 3,
      runs: [{ reportFolder: 'reports/out', only: [], seed: undefined, parallel: 2, quiet: false }],
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
      { reportFolder: 'here', only: [], seed: 2147483647, parallel: 3, quiet: true },
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
    ['nothing', [], 'no command given: run, list or compare (see gizmosql-conformance --help)'],
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
      print: () => undefined,
      list: () => undefined,
      compare: () => 0,
    };
    const run = (): Promise<number> => Promise.reject(fault);
    await expect(runCommandLine(['run'], { ...actions, run })).rejects.toBe(fault);
  });
});
