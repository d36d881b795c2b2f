import { spawnSync } from 'node:child_process';

/** Runs a command line with inherited output. Returns false when it fails. */
export function runShell(command: string): boolean {
  const { status, signal, error } = spawnSync(command, {
    shell: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error ?? signal) {
    console.log(`${command}: ${error?.message ?? `ended by ${signal ?? ''}`}`);
  }
  return status === 0;
}

/** A heading that stands out in a long log. */
export function announce(title: string): void {
  console.log(`\n=== ${title} ${'='.repeat(Math.max(3, 90 - title.length))}`);
}
