import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { PromiseBroken } from '../errors/promise-broken.js';
import { lastLines, patience, readyMark, ServerNotStarted } from './launch.js';
import type { Launched } from './launch.js';
import { isGone, mustGo } from './leftovers.js';

/** A program to run as a server. */
export interface ServerProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

const { startMs, stopMs } = patience;
const running = new Set<ChildProcess>();

/** Signals a program and its children. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(pid ?? NaN), signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

/** A running server process. Only its own handle ends it; it is killed when the suite ends. */
export class ServerProcess implements Launched {
  private output = '';
  private readonly gone: Promise<void>;

  private constructor(private readonly child: ChildProcess) {
    const { pid } = child;
    if (pid !== undefined) {
      running.add(child);
      mustGo({ kind: 'processes', id: pid });
    }
    this.gone = new Promise((resolve) => {
      child.once('close', () => {
        running.delete(child);
        if (pid !== undefined) {
          isGone({ kind: 'processes', id: pid });
        }
        resolve();
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** Starts the program and waits for its ready line. Rejects with its last lines if none comes. */
  static async start(
    program: ServerProgram,
  ): Promise<{ server: ServerProcess; readyLine: string }> {
    const child = spawn(program.command, program.arguments, {
      cwd: program.workingDirectory,
      env: program.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: a server that a script starts is ended with the script, and Ctrl-C
      // reaches only the suite.
      detached: true,
    });
    const server = new ServerProcess(child);
    try {
      await once(child, 'spawn');
      return { server, readyLine: await server.ready() };
    } catch (error) {
      await server.kill();
      throw error;
    }
  }

  /** Its standard output and error so far. */
  log(): string {
    return this.output;
  }

  /** Stops it by SIGTERM. If it does not end in time, kills it and rejects. */
  async stop(): Promise<void> {
    if (this.running) {
      signalGroup(this.child, 'SIGTERM');
    }
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

  /** Kills it by SIGKILL. */
  async kill(): Promise<void> {
    if (this.running) {
      signalGroup(this.child, 'SIGKILL');
      await this.gone;
    }
  }

  private get running(): boolean {
    return this.child.pid !== undefined && running.has(this.child);
  }

  private ready(): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (what: string): void => {
        reject(
          new ServerNotStarted(`the server ${what}; its last lines:\n${lastLines(this.output)}`),
        );
      };
      const timer = setTimeout(
        fail,
        startMs,
        `did not log '${readyMark}' within ${startMs / 1000} s`,
      );
      const look = (): void => {
        // The last part is an incomplete line.
        const lines = this.output.split('\n').slice(0, -1);
        const readyLine = lines.find((line) => line.includes(readyMark));
        if (readyLine !== undefined) {
          clearTimeout(timer);
          // Searching the whole log again for every new line would be slow with a busy server.
          this.child.stdout?.off('data', look);
          this.child.stderr?.off('data', look);
          resolve(readyLine);
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
