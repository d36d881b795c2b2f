import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A server in a process of its own. */
export interface Program {
  readonly port: number;
  /** The time until it was ready, in milliseconds. */
  readonly readyMs: number;
  /** The lines of its standard output. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts a Node.js program and waits until `findPort` finds its port in a line of its standard output.
 * Rejects if the program ends first.
 */
export async function startProgram(
  args: readonly string[],
  findPort: (line: string) => number | undefined,
): Promise<Program> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const gone = once(child, 'exit').finally(() => process.off('exit', kill));
  const lines: string[] = [];
  let found: number | undefined;
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      found ??= findPort(line);
      if (found !== undefined) {
        resolve(found);
      }
    });
    void gone.then(() => {
      reject(new Error(`${args.join(' ')}: ended before it was ready`));
    });
  });
  return {
    port,
    readyMs: performance.now() - started,
    lines,
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
