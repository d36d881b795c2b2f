import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Record<string, string>;
}
interface Action {
  readonly inputs: Record<string, { readonly default?: string }>;
  readonly runs: { readonly steps: readonly Step[] };
}

const repository = fileURLToPath(new URL('..', import.meta.url));
const actionText = readFileSync(join(repository, 'action.yml'), 'utf8');
const action = parse(actionText) as Action;
const recipes = readFileSync(join(repository, 'docs', 'recipes.md'), 'utf8');
const blocks = [...recipes.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, kind, text = '']) => ({
  kind,
  text,
  name: text.split('\n')[0] ?? '',
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'action-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a step of the action as GitHub does, with these inputs, in an empty workspace. */
function runStep(
  name: string,
  inputs: Record<string, string>,
  outputs: Record<string, string> = {},
) {
  const step = action.runs.steps.find((each) => each.name === name);
  const fill = (text: string): string =>
    text.replace(
      /\$\{\{ (inputs|steps\.run\.outputs)\.([\w-]+) \}\}/g,
      (_, of: string, key: string) =>
        of === 'inputs' ? (inputs[key] ?? action.inputs[key]?.default ?? '') : (outputs[key] ?? ''),
    );
  const files = { output: join(folder, '.output'), summary: join(folder, '.summary') };
  for (const file of Object.values(files)) {
    writeFileSync(file, '');
  }
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? 'exit 99'],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
        GITHUB_ACTION_PATH: repository,
        GITHUB_OUTPUT: files.output,
        GITHUB_STEP_SUMMARY: files.summary,
        ...Object.fromEntries(
          Object.entries(step?.env ?? {}).map(([key, value]) => [key, fill(value)]),
        ),
      },
    },
  );
  const [output, summary] = Object.values(files).map((file) => readFileSync(file, 'utf8'));
  return { status, said: stdout + stderr, output, summary };
}

describe('the action', () => {
  it('is what the schema of actions says', () => {
    expect(validateAction(actionText).errors).toEqual([]);
    expect(
      validateAction(actionText.replace('using: composite', 'using: magic')).errors,
    ).not.toEqual([]);
  });

  it('puts no input into the text of a script', () => {
    for (const { run = '' } of action.runs.steps) {
      expect(run).not.toContain('${{');
    }
  });

  // Both start the whole suite, which can take long on a busy machine.
  it(
    'runs the suite, summarizes the report, and passes the exit code on',
    { timeout: 300_000 },
    () => {
      const { status, said, output, summary } = runStep('Check conformance', {
        only: 'kill.must-exist\nkill.not-own',
        arguments: '--seed\n7\n',
      });
      expect({ status, output }, said).toEqual({ status: 0, output: 'exit-code=0\n' });
      expect(summary).toMatch(/^# PASSED: all selected \d+ requirements met\.\n/);
      expect(summary).toContain('seed 7');
      expect(readdirSync(join(folder, 'conformance-report'))).toContain('junit.xml');
    },
  );

  it(
    'reports that the run could not begin, and never executes the text of an input',
    { timeout: 300_000 },
    () => {
      const { status, said, output, summary } = runStep('Check conformance', {
        only: '$(touch${IFS}gone) `touch gone` no.such',
        report: '"; touch gone; "',
      });
      expect(said).toMatch(/no requirement has this id/);
      expect({ status, output }).toEqual({ status: 0, output: 'exit-code=2\n' });
      expect(summary).toBe('No report: the run could not begin (exit code 2). The log says why.\n');
      expect(readdirSync(folder)).not.toContain('gone');
    },
  );

  it.each(['0', '1', '3'])('ends with the exit code %s of the run', (code) => {
    expect(runStep('Fail if the run did', {}, { 'exit-code': code }).status).toBe(Number(code));
  });
});

describe('the recipes', () => {
  it.each(blocks.filter(({ name }) => name.startsWith('# .github/')))(
    'are valid GitHub workflows: $name',
    ({ text }) => {
      expect(validateWorkflow(text).errors).toEqual([]);
      const { jobs } = parse(text) as { jobs: Record<string, { steps: UsingStep[] }> };
      const ours = Object.values(jobs)
        .flatMap(({ steps }) => steps)
        .filter(({ uses = '' }) => /gizmosql-conformance@|^\.\/suite/.test(uses));
      expect(ours).toHaveLength(1);
      expect(Object.keys(action.inputs)).toEqual(
        expect.arrayContaining(Object.keys(ours[0]?.with ?? {})),
      );
    },
  );

  it.each(blocks.filter(({ kind }) => kind === 'bash'))('are valid bash scripts', ({ text }) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('contain only code that is checked here', () => {
    expect(blocks.map(({ kind }) => kind)).toEqual([
      'yaml',
      'text',
      'yaml',
      'yaml',
      'yaml',
      'bash',
    ]);
    for (const { kind, text } of blocks) {
      expect(() => kind === 'yaml' && (parse(text) as unknown)).not.toThrow();
    }
  });
});

interface UsingStep {
  readonly uses?: string;
  readonly with?: Record<string, string>;
}
