import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Maximum bytes that wait to be written. */
const mostWaitingBytes = 1024 * 1024;
/** The interval between attempts while the reader is blocked, in milliseconds. */
const retryMs = 50;

/** Bytes that wait to be written, and the number of lines lost if they cannot be. */
interface Waiting {
  rest: Buffer;
  readonly lines: number;
}

/**
 * Writes lines to a file, pipe or terminal without blocking. A line is written before `write` returns if the
 * reader has room; else it is queued, up to 1 MiB. Further lines, and lines that the operating system refuses
 * (such as on a full disk), are dropped. `tell` is called with their number when writing works again.
 */
export class LineWriter {
  private readonly descriptor: number;
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private lost = 0;
  private retry: NodeJS.Timeout | undefined;
  /** The number of lost lines that the line from `tell` reports. */
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

  /** Resolves when all lines are written, or after `patienceMs` milliseconds. */
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
 * Returns a non-blocking descriptor of the same file. A pipe or terminal is reopened, so that other processes
 * that share it keep theirs blocking. A socket cannot be reopened.
 */
function unblocked(descriptor: number): number {
  const kind = fstatSync(descriptor);
  if (kind.isFIFO() || kind.isCharacterDevice()) {
    const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
    try {
      return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
    } catch {
      // Some systems and users do not allow reopening.
    }
  }
  if (kind.isFIFO() || kind.isSocket()) {
    // Node.js makes these non-blocking when it opens its own stream on them.
    return (descriptor === process.stdout.fd ? process.stdout : process.stderr).fd;
  }
  return descriptor;
}
