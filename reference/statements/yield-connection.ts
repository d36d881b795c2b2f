import { engineMessage } from '../engine/engine-error.js';
import type { ResultBatch } from '../engine/result-stream.js';
import { Failure } from '../errors.js';
import type { Turn } from '../sessions/connection-lane.js';
import { UnreadBatches } from './unread-batches.js';
import type { UnreadLimits } from './unread-batches.js';

/**
 * Passes on the batches of a result to a slow reader without blocking the session's next statement. When
 * another call wants the connection, the rest of the result is read ahead, into memory and then into a file,
 * and the turn is released. If the rest exceeds the limits, the waiting calls are refused. A cancelled result
 * ends without its reader. With `mostAhead`, the result is read ahead in any case, but into memory only, and
 * pauses while too much of it is unread. `ended` is called when the engine has given the last batch, or failed.
 */
export async function* yieldConnection(
  source: AsyncGenerator<ResultBatch>,
  turn: Turn,
  limits: UnreadLimits,
  ended: () => void = () => undefined,
): AsyncGenerator<ResultBatch> {
  const ahead = new ReadAhead(source, turn, limits, ended);
  try {
    for (let batch = await ahead.next(); batch; batch = await ahead.next()) {
      yield batch;
    }
  } finally {
    await ahead.close();
  }
}

class ReadAhead {
  private readonly unread: UnreadBatches;
  /** The read-ahead in progress; null if only the reader reads. */
  private reading: Promise<void> | null = null;
  /** The source has given its last batch, or failed. */
  private ended = false;
  /** No more batches are wanted. The connection is free only when the source is closed, too. */
  private closed = false;
  private failure: { readonly error: unknown } | null = null;
  /** Another call waits for the connection, so the whole rest must be read. */
  private wanted = false;

  constructor(
    private readonly source: AsyncGenerator<ResultBatch>,
    private readonly turn: Turn,
    private readonly limits: UnreadLimits,
    private readonly onEnd: () => void,
  ) {
    this.unread = new UnreadBatches(limits);
    turn.onWanted(() => {
      this.makeWay();
    });
    turn.onAbandoned(() => {
      this.closed = true;
      this.unread.close();
      void source.return(undefined).finally(() => {
        turn.release();
      });
    });
  }

  /**
   * The next batch for the reader; undefined after the last. Throws the source's error at its position in the
   * stream.
   */
  async next(): Promise<ResultBatch | undefined> {
    for (;;) {
      const batch = await this.unread.take();
      this.goAhead();
      if (batch) {
        return batch;
      }
      if (this.failure) {
        throw this.failure.error;
      }
      if (this.ended || this.closed) {
        return undefined;
      }
      if (this.reading === null) {
        return await this.readDirectly();
      }
      await this.reading;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.source.return(undefined);
    await this.reading;
    this.unread.close();
  }

  private async readDirectly(): Promise<ResultBatch | undefined> {
    try {
      const result = await this.source.next();
      if (result.done !== true) {
        return result.value;
      }
    } catch (error) {
      this.end();
      throw error;
    }
    this.end();
    return undefined;
  }

  private end(): void {
    this.ended = true;
    this.onEnd();
  }

  /** Begins or continues to read ahead although nobody waits. */
  private goAhead(): void {
    if (this.reading === null && !this.ended && !this.closed && this.unread.mayGoAhead) {
      void this.readOn();
    }
  }

  private makeWay(): void {
    this.wanted = true;
    if (this.unread.full) {
      this.turn.refuseWaiting(this.tooMuch());
    } else if (this.reading === null && !this.ended && !this.closed) {
      void this.readOn();
    }
  }

  private async readOn(): Promise<void> {
    while (!this.ended && !this.closed && this.mayReadOn) {
      // One batch at a time, so that the reader waits for at most one.
      this.reading = this.readOne();
      await this.reading;
    }
    this.reading = null;
    if (this.ended) {
      this.turn.release();
    } else if (!this.closed && this.wanted) {
      this.turn.refuseWaiting(this.tooMuch());
    }
  }

  private get mayReadOn(): boolean {
    return this.wanted ? !this.unread.full : this.unread.mayGoAhead;
  }

  private async readOne(): Promise<void> {
    try {
      const result = await this.source.next();
      if (result.done === true) {
        this.end();
      } else if (!this.closed) {
        await this.unread.add(result.value);
      }
    } catch (error) {
      this.failure = { error };
      this.end();
    }
  }

  private tooMuch(): Failure {
    const { fileFailure } = this.unread;
    const why =
      fileFailure === undefined
        ? `of which more than ${this.limits.mostInFile >> 20} MiB are unread`
        : `that cannot be kept for its reader (${engineMessage(fileFailure)})`;
    return new Failure(
      'exhausted',
      `The session is busy with a result ${why}: read it to its end or close it, then try again`,
    );
  }
}
