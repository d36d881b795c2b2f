import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generated-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('equals the output of buf for the definitions', { timeout: 120_000 }, async () => {
  const template = parse(await readFile(join(root, 'buf.gen.yaml'), 'utf8')) as {
    plugins: { out: string }[];
  };
  const out = join(folder, 'out');
  const plugins = template.plugins.map((plugin) => ({ ...plugin, out }));
  const file = join(folder, 'buf.gen.yaml');
  await writeFile(file, stringify({ ...template, plugins }));
  await promisify(execFile)(join(bin, 'buf'), ['generate', '--template', file], {
    cwd: root,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
  });
  const made = await readdir(out);
  const committed = join(root, 'protocol', 'gen');
  expect(made.length).toBeGreaterThan(0);
  expect(made.sort()).toEqual((await readdir(committed)).sort());
  for (const name of made) {
    expect(await readFile(join(committed, name), 'utf8')).toBe(
      await readFile(join(out, name), 'utf8'),
    );
  }
});
