import pRetry from 'p-retry';
import type { Options } from 'p-retry';
import type { Connection } from '../engine/connection.js';
import { engineMessage } from '../engine/engine-error.js';
import type { Log } from '../log.js';
import type { PendingRows } from './pending-rows.js';
import { isWritten } from './row-writer.js';
import type { WriteRows } from './row-writer.js';
import { isWriteConflict } from './write-conflict.js';

/** The wait before a failed write is tried again, in milliseconds; it doubles each time. */
const firstRetryMs = 50;
/** The tries of a stopping server before it gives up the records. */
const lastTries = 3;
/** The same if each try conflicted with another server's commit: sooner or later a try succeeds. */
const lastConflictTries = 50;

/**
 * Writes batches, and retries a failed one for as long as the server runs. It logs once that writing fails,
 * once that it succeeds again, each conflict with another server's commit, and the records that are lost
 * because the server stops.
 */
export class BatchWriter {
  /** The `performance.now()` of the first failure; null while batches can be written. */
  private brokenSince: number | null = null;
  /** The tries of the current batch. */
  private tries = 0;

  constructor(
    private readonly connection: Connection,
    private readonly log: Log,
    private readonly options: {
      readonly writeRows: WriteRows;
      /** The first wait in milliseconds; `firstRetryMs` by default. */
      readonly leastRetryMs?: number;
      readonly mostRetryMs: number;
      /** Aborts when the server stops. */
      readonly closing: AbortSignal;
    },
  ) {}

  /** Resolves to false if the server stops and the batch is lost. */
  async write(batch: PendingRows): Promise<boolean> {
    const { closing } = this.options;
    this.tries = 0;
    const written =
      (await this.keepTrying(batch, closing)) ||
      // The wait for the next try ends when the server stops.
      (closing.aborted && (await this.tryForTheLastTime(batch)));
    if (!written) {
      this.log.error('instrumentation records are lost', { records: batch.size });
    } else if (this.brokenSince !== null) {
      const afterMs = Math.round(performance.now() - this.brokenSince);
      this.log.info('instrumentation records are written again', { afterMs });
      this.brokenSince = null;
    }
    return written;
  }

  /** Tries until a write succeeds. Resolves to false if the server stops first. */
  private keepTrying(batch: PendingRows, signal: AbortSignal): Promise<boolean> {
    const minTimeout = this.options.leastRetryMs ?? firstRetryMs;
    return this.tryToWrite(batch, { retries: Number.POSITIVE_INFINITY, minTimeout, signal });
  }

  private async tryForTheLastTime(batch: PendingRows): Promise<boolean> {
    let triesLeft = lastTries;
    return this.tryToWrite(batch, {
      retries: lastConflictTries - 1,
      shouldRetry: ({ error }) => isWriteConflict(error) || --triesLeft > 0,
    });
  }

  private async tryToWrite(batch: PendingRows, options: Options): Promise<boolean> {
    try {
      await pRetry(() => this.attempt(batch), {
        minTimeout: firstRetryMs,
        maxTimeout: this.options.mostRetryMs,
        // Servers that conflicted once must not try again at the same moment.
        randomize: true,
        onFailedAttempt: ({ error }) => {
          this.tell(batch, error);
        },
        ...options,
      });
      return true;
    } catch {
      return false;
    }
  }

  private async attempt(batch: PendingRows): Promise<void> {
    this.tries++;
    // A commit whose answer was lost may have succeeded; writing it again would duplicate records.
    if (this.tries === 1 || !(await isWritten(this.connection, batch))) {
      await this.options.writeRows(this.connection, batch);
    }
  }

  private tell(batch: PendingRows, error: unknown): void {
    const told = { records: batch.size, attempt: this.tries, error: engineMessage(error) };
    if (isWriteConflict(error)) {
      this.log.info('instrumentation records wait for another server', told);
    } else if (this.brokenSince === null) {
      this.brokenSince = performance.now();
      this.log.error('cannot write instrumentation records', told);
    } else {
      this.log.debug('still cannot write instrumentation records', told);
    }
  }
}
