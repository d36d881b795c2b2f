import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { nullLog } from './log-fixture.js';
import { watchFiles } from './watch-files.js';

let folder: string;
let path: string;
let another: string;
let end: () => void;
const error = vi.fn();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-'));
  path = join(folder, 'my.db');
  another = join(folder, 'another.db');
  await writeFile(path, 'one');
  await writeFile(another, 'two');
  error.mockClear();
  const files = [
    { what: 'the database', path },
    { what: 'another', path: another },
    { what: 'nothing', path: join(folder, 'not there') },
  ];
  end = await watchFiles(files, { ...nullLog, error }, 5);
});
afterEach(async () => {
  end();
  await rm(folder, { recursive: true });
});

it.each<[string, () => Promise<void>]>([
  ['deleted or moved', () => rm(path)],
  [
    'replaced by another file',
    async () => {
      await writeFile(join(folder, 'other'), 'two');
      await rename(join(folder, 'other'), path);
    },
  ],
])('says once that a file was %s', async (how, change) => {
  await writeFile(path, 'changed, and still the same');
  await change();
  await expect.poll(() => error.mock.calls).toHaveLength(1);
  // When this is said, the first was looked at again.
  await rm(another);
  await expect.poll(() => error.mock.calls).toHaveLength(2);
  const lost = 'what is written from now on is lost when the server stops';
  expect(error.mock.calls).toEqual([
    [`the database was ${how}: ${lost}`, { path }],
    [`another was deleted or moved: ${lost}`, { path: another }],
  ]);
});
