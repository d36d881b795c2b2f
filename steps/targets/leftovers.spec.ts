import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';

const program = fileURLToPath(new URL('./leave-behind-fixture.ts', import.meta.url));

it('removes at the end of the process what threads have left behind', async () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
  const { folder, pid } = JSON.parse(stdout) as { folder: string; pid: number };
  expect(existsSync(folder)).toBe(false);
  // A killed process may still exist for a moment.
  await vi.waitUntil(() => !isRunning(pid), { timeout: 20_000 });
});

it.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)(
  'and when %s ends it, with its whole group',
  async (signal) => {
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), program, 'stay'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      },
    );
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { folder, pid } = JSON.parse(String(line)) as { folder: string; pid: number };
    expect({ there: existsSync(folder), running: isRunning(pid) }).toEqual({
      there: true,
      running: true,
    });
    process.kill(-(child.pid ?? NaN), signal);
    await vi.waitUntil(() => !isRunning(pid) && !existsSync(folder), { timeout: 20_000 });
  },
);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
