import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const program = fileURLToPath(new URL('../bin/gizmosql-reference.js', import.meta.url));

/** The program as a child process with an empty environment. */
export class Program {
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  private readonly exited: Promise<number | null>;
  output = '';
  errors = '';

  /**
   * `folder` is its working directory. `mostFileBlocks` limits the files it writes, in blocks of 512 bytes.
   */
  constructor(
    folder: string,
    argv: readonly string[],
    environment: Record<string, string> = {},
    mostFileBlocks?: number,
  ) {
    const limit = mostFileBlocks === undefined ? '' : `ulimit -f ${mostFileBlocks}; `;
    const command = [process.execPath, program, ...argv];
    this.child = spawn('/bin/sh', ['-c', `${limit}exec "$@"`, 'sh', ...command], {
      cwd: folder,
      env: environment,
    });
    this.child.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
    this.child.stderr?.on('data', (data: Buffer) => (this.errors += data.toString()));
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
    this.exited = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  get pid(): number {
    return this.child.pid ?? expect.fail('it was not started');
  }

  /** Its port, once it listens. */
  async port(): Promise<number> {
    const [, port] = /port=(\d+)/.exec(await this.line('GizmoSQL server - started')) ?? [];
    return Number(port);
  }

  /** Its exit code once its output is closed; null if a signal ended it. */
  end(): Promise<number | null> {
    return this.ended;
  }

  /** Resumes or pauses reading its standard error. */
  read(on: boolean): void {
    if (on) {
      this.child.stderr?.resume();
    } else {
      this.child.stderr?.pause();
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Like `end`, but does not wait until its output is read. */
  exit(): Promise<number | null> {
    return this.exited;
  }

  /** The first line on standard error that contains `text`. Throws if the program ends first. */
  async line(text: string): Promise<string> {
    const found = () => this.errors.split('\n').find((line) => line.includes(text));
    while (found() === undefined && this.child.exitCode === null) {
      await Promise.race([once(this.child.stderr ?? this.child, 'data'), this.ended]);
    }
    return found() ?? expect.fail(`it ended without saying '${text}': ${this.errors}`);
  }
}
