import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../fixtures/catalogue/catalogue.js';

const program = fileURLToPath(new URL('../../bin/gizmosql-conformance.js', import.meta.url));

/** Runs the program with code that is loaded before it, and without what the test runner sets. */
function start(
  argv: string[],
  { before = '', debug = '' } = {},
): { status: number | null; stdout: string; stderr: string } {
  const preload = `data:text/javascript,${encodeURIComponent(before)}`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', preload, program, ...argv],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], GIZMOSQL_CONFORMANCE_DEBUG: debug },
    },
  );
  return { status, stdout, stderr };
}

const otherNode = (version: string): string =>
  `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
/** Makes an error that nothing catches as soon as somebody listens for such errors. */
const uncaught = `process.on('newListener', (name) => {
  if (name === 'uncaughtException') queueMicrotask(() => process.emit(name, new TypeError('boom')));
});`;

describe('gizmosql-conformance', () => {
  it('lists the requirements', () => {
    const { status, stdout, stderr } = start(['list']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}kill\.not-admin {2}MUST, needs roles$/m);
    expect(stdout).toContain(`\n${loadCatalogue().ever.requirements.length} requirements, `);
  });

  it('answers wrong usage with one line and exit code 2', () => {
    expect(start(['run', '--only', 'kil1'])).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'gizmosql-conformance: --only kil1: no requirement has this id or begins with it (see: gizmosql-conformance list)\n',
    });
  });

  it('refuses a report that cannot be compared with one line and exit code 2', () => {
    const { status, stdout, stderr } = start(['compare', 'package.json', 'none.json']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(
      /^gizmosql-conformance: package\.json is not a conformance report: .*\n$/,
    );
  });

  it('refuses a Node.js that is too old, in one line', () => {
    const { status, stdout, stderr } = start(['list'], { before: otherNode('20.20.2') });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^gizmosql-conformance: .*20\.20\.2.*\n$/);
  });

  it('answers an error of its own with one line and exit code 3, with a stack only when asked', () => {
    expect(start(['list'], { before: uncaught })).toMatchObject({
      status: 3,
      stderr: 'gizmosql-conformance: boom\n',
    });
    expect(start(['list'], { before: uncaught, debug: '1' }).stderr).toMatch(
      /boom\nTypeError: boom\n +at /,
    );
  });
});
