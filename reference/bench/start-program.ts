import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A server that runs as a program of its own. */
export interface Program {
  readonly port: number;
  /** How long it took to be ready, in milliseconds. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/**
 * Starts a Node.js program and waits until `findPort` finds its port in a line of its standard output.
 * Rejects when it ends before.
 */
export async function startProgram(
  args: readonly string[],
  findPort: (line: string) => number | undefined,
): Promise<Program> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const gone = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const port = findPort(line);
    if (port !== undefined) {
      child.stdout.resume(); // Read on, or it would stop when the pipe is full.
      return {
        port,
        readyMs: performance.now() - started,
        stop: async () => {
          child.kill('SIGTERM');
          await gone;
        },
      };
    }
  }
  throw new Error(`${args.join(' ')}: ended before it was ready`);
}
