import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How much may wait to be written, in bytes. */
const mostWaitingBytes = 1024 * 1024;
/** After how long it is tried again where nobody reads, in milliseconds. */
const retryMs = 50;

/** What waits to be written, and how many lines are lost if it never is. */
interface Waiting {
  rest: Buffer;
  readonly lines: number;
}

/**
 * Writes lines to a file, a pipe or a terminal without ever waiting for a reader. A line is written before
 * `write` returns if there is room; else it waits, up to a megabyte of them. Lines beyond that, and lines that the
 * system refuses, on a full disk say, are lost, and `tell` is called with their number once others are written again.
 */
export class LineWriter {
  private readonly descriptor: number;
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private lost = 0;
  private retry: NodeJS.Timeout | undefined;
  /** How many lines the one stands for that `tell` writes. */
  private telling = 0;

  constructor(
    descriptor: number,
    private readonly tell: (lost: number) => void,
  ) {
    this.descriptor = unblocked(descriptor);
  }

  write(line: string): void {
    const rest = Buffer.from(line);
    const lines = Math.max(1, this.telling);
    if (this.waitingBytes > 0 && this.waitingBytes + rest.length > mostWaitingBytes) {
      this.lost += lines;
      return;
    }
    this.waiting.push({ rest, lines });
    this.waitingBytes += rest.length;
    if (this.retry === undefined) {
      this.drain();
    }
  }

  /** Resolves when all is written, or after so many milliseconds. */
  async flush(patienceMs: number): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (this.waiting.length > 0 && performance.now() < deadline) {
      await sleep(retryMs / 5);
      this.drain();
    }
  }

  private drain(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    let first = this.waiting[0];
    while (first !== undefined) {
      try {
        const written = writeSync(this.descriptor, first.rest);
        first.rest = first.rest.subarray(written);
        this.waitingBytes -= written;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') {
          this.retry = setTimeout(() => {
            this.drain();
          }, retryMs).unref();
        } else {
          this.giveUp();
        }
        return;
      }
      if (first.rest.length === 0) {
        this.waiting.shift();
        first = this.waiting[0];
      }
    }
    this.tellLost();
  }

  private giveUp(): void {
    this.lost += this.waiting.reduce((sum, { lines }) => sum + lines, 0);
    this.waiting = [];
    this.waitingBytes = 0;
  }

  private tellLost(): void {
    const { lost } = this;
    if (lost > 0 && this.telling === 0) {
      this.lost = 0;
      this.telling = lost;
      this.tell(lost);
      this.telling = 0;
    }
  }
}

/**
 * A descriptor of the same that refuses to write where it would have to wait. A pipe or a terminal is opened
 * anew, so that who shares it with this process notices nothing; a socket cannot be.
 */
function unblocked(descriptor: number): number {
  const kind = fstatSync(descriptor);
  if (kind.isFIFO() || kind.isCharacterDevice()) {
    const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
    try {
      return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
    } catch {
      // Not on every system, and not for every user.
    }
  }
  if (kind.isFIFO() || kind.isSocket()) {
    // Node.js makes them so when it opens its own stream on them.
    return (descriptor === process.stdout.fd ? process.stdout : process.stderr).fd;
  }
  return descriptor;
}
