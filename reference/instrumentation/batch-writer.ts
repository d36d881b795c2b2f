import pRetry from 'p-retry';
import type { Options } from 'p-retry';
import type { Connection } from '../engine/connection.js';
import { engineMessage } from '../engine/engine-error.js';
import type { Log } from '../log.js';
import type { PendingRows } from './pending-rows.js';
import { isWritten } from './row-writer.js';
import type { WriteRows } from './row-writer.js';
import { isWriteConflict } from './write-conflict.js';

/** How long a failed write waits before it is tried again; doubled each time. */
const firstRetryMs = 50;
/** How often a stopping server tries a failing write before it gives the records up. */
const lastTries = 3;
/** How often it tries where only another server was quicker, which sooner or later is no more so. */
const lastConflictTries = 50;

/**
 * Writes batches, and tries again what cannot be written for as long as the
 * server runs. The log hears once that nothing can be written, and once that
 * it can be again; of each commit that another server was quicker than; and of
 * records that are given up because the server stops.
 */
export class BatchWriter {
  /** Since when nothing can be written; null: it can. */
  private brokenSince: number | null = null;
  /** How often the batch in hand was tried. */
  private tries = 0;

  constructor(
    private readonly connection: Connection,
    private readonly log: Log,
    private readonly options: {
      readonly writeRows: WriteRows;
      /** How long the first failed try of a batch is waited for another: `firstRetryMs` unless said. */
      readonly leastRetryMs?: number;
      readonly mostRetryMs: number;
      /** Aborts when the server stops. */
      readonly closing: AbortSignal;
    },
  ) {}

  /** Resolves to false when the server stops and the batch is given up. */
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

  /** Tries until it works; false when the server stops meanwhile. */
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
        // Servers that got into each other's way once are not to do so again.
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
    // A commit whose answer got lost may have been one: no record is to be there twice.
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
