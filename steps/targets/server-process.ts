import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { PromiseBroken } from '../promise-broken.js';

/** A program to run as a server, and how to tell that it is ready. */
export interface ServerProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Finds the port in the log line that says the server accepts connections. */
  readonly readyPort: (line: string) => number | undefined;
}

/** The program ran, but would not serve. */
export class ServerNotStarted extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ServerNotStarted';
  }
}

const startMs = 30_000;
const stopMs = 30_000;
const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) {
    child.kill('SIGKILL');
  }
});

/** A running server process, ended only by its own handle and never left behind. */
export class ServerProcess {
  private output = '';
  private readonly gone: Promise<void>;

  private constructor(private readonly child: ChildProcess) {
    running.add(child);
    this.gone = new Promise((resolve) => {
      child.once('close', () => {
        running.delete(child);
        resolve();
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** Starts the program and waits for its ready line; rejects with its last words if none comes. */
  static async start(program: ServerProgram): Promise<{ process: ServerProcess; port: number }> {
    const child = spawn(program.command, program.arguments, {
      cwd: program.workingDirectory,
      env: program.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new ServerProcess(child);
    try {
      await once(child, 'spawn');
      const port = await server.ready(program);
      return { process: server, port };
    } catch (error) {
      await server.kill();
      throw error;
    }
  }

  /** What the process wrote to its two outputs so far. */
  log(): string {
    return this.output;
  }

  /** Asks it to stop (SIGTERM); if it won't in time, kills it and rejects. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const late = Symbol('late');
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<symbol>((resolve) => {
      timer = setTimeout(resolve, stopMs, late);
    });
    const outcome = await Promise.race([this.gone, timeout]);
    clearTimeout(timer);
    if (outcome === late) {
      await this.kill();
      throw new PromiseBroken(
        `the server stops within ${stopMs / 1000} s`,
        'SIGTERM',
        `it was still running; its last lines:\n${lastLines(this.output)}`,
      );
    }
  }

  /** Ends it at once (SIGKILL). */
  async kill(): Promise<void> {
    if (this.child.pid !== undefined) {
      this.child.kill('SIGKILL');
      await this.gone;
    }
  }

  private ready(program: ServerProgram): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (what: string): void => {
        reject(
          new ServerNotStarted(`the server ${what}; its last lines:\n${lastLines(this.output)}`),
        );
      };
      const timer = setTimeout(fail, startMs, `was not ready after ${startMs / 1000} s`);
      const look = (): void => {
        // The last part is a line that is still being written.
        for (const line of this.output.split('\n').slice(0, -1)) {
          const port = program.readyPort(line);
          if (port !== undefined) {
            clearTimeout(timer);
            resolve(port);
          }
        }
      };
      this.child.stdout?.on('data', look);
      this.child.stderr?.on('data', look);
      void this.gone.then(() => {
        clearTimeout(timer);
        fail(`ended with ${this.child.exitCode ?? this.child.signalCode ?? 'no code'}`);
      });
    });
  }
}

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-10).join('\n') || '(it wrote nothing)';
}
