import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalogue } from '../fixtures/catalogue/catalogue.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = (folder: string): string => join(folder, 'node_modules');
let folder: string;
let files: string[];

/** Installs the packed package into an empty folder, with links to its dependencies only. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const told = JSON.parse(packed) as Record<string, unknown>;
  const [pack] = Object.values(told) as [{ filename: string; files: { path: string }[] }];
  files = pack.files.map(({ path }) => path);
  const own = join(modules(folder), 'gizmosql-conformance');
  mkdirSync(own, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, pack.filename), '-C', own, '--strip-components=1']);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>;
  };
  for (const [path, { dev }] of Object.entries(packages)) {
    if (dev !== true && path !== '' && path.lastIndexOf('node_modules/') === 0) {
      const link = join(folder, path);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, path), link);
    }
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const node = (...argv: string[]): string =>
  execFileSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });

/** The compile errors of a program. */
function compile(program: string): string {
  writeFileSync(join(folder, 'program.ts'), program);
  const tsc = join(modules(root), 'typescript', 'bin', 'tsc');
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022'];
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, 'program.ts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout;
}

describe('the packed package, in an empty folder', () => {
  it('holds nothing private or heavy', () => {
    expect(files).toContain('LICENSE');
    const strange = files.filter((file) =>
      /\.spec\.|nonconforming|mutants|\bbench\b|fixtures\/clients|^\.|\/out\//.test(file),
    );
    expect(strange).toEqual([]);
  });

  it('offers both commands', { timeout: 120_000 }, () => {
    const bin = join(modules(folder), 'gizmosql-conformance', 'bin');
    expect(node(join(bin, 'gizmosql-conformance.js'), 'list')).toContain(
      `${loadCatalogue().ever.requirements.length} requirements`,
    );
    expect(node(join(bin, 'gizmosql-reference.js'), '--version')).toContain('gizmosql-reference');
  });

  it('has types, by which a program that uses both functions compiles and a wrong one does not', () => {
    const program = `
      import { runConformance, startReferenceServer } from 'gizmosql-conformance';
      const { exitCode, report } = await runConformance({ only: ['kill'], parallel: 1 });
      const server = await startReferenceServer({ password: 'secret', port: 0 });
      const sum: number = exitCode + report.summary.notOffered + server.port;
      await server.stop();
      export { sum };
    `;
    expect(compile(program)).toBe('');
    expect(compile(`${program} void runConformance({ parallel: 'two' });`)).toMatch(/TS2322/);
    expect(compile(`${program} void startReferenceServer({ port: 0 });`)).toMatch(/password/);
  });

  it('runs the examples of the README', { timeout: 180_000 }, () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
    expect(examples).toHaveLength(2);
    for (const code of examples) {
      writeFileSync(join(folder, 'example.js'), code);
      expect(node('example.js')).toMatch(/^(passed: 1|listening on \d+)\n$/);
    }
  });
});
