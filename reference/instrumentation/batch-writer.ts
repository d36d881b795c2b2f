import pRetry from 'p-retry';
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

  constructor(
    private readonly connection: Connection,
    private readonly log: Log,
    private readonly options: {
      readonly writeRows: WriteRows;
      readonly mostRetryMs: number;
      /** Aborts when the server stops. */
      readonly closing: AbortSignal;
    },
  ) {}

  async write(batch: PendingRows): Promise<void> {
    const { closing, mostRetryMs } = this.options;
    let triesLeft = lastTries;
    try {
      await pRetry((attempt) => this.attempt(batch, attempt), {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: firstRetryMs,
        maxTimeout: mostRetryMs,
        // Servers that got into each other's way once are not to do so again.
        randomize: true,
        shouldRetry: ({ error, attemptNumber }) =>
          !closing.aborted ||
          (isWriteConflict(error) ? attemptNumber < lastConflictTries : --triesLeft > 0),
        onFailedAttempt: ({ error, attemptNumber }) => {
          this.tell(batch, error, attemptNumber);
        },
      });
    } catch {
      this.log.error('instrumentation records are lost', { records: batch.size });
      return;
    }
    if (this.brokenSince !== null) {
      const afterMs = Math.round(performance.now() - this.brokenSince);
      this.log.info('instrumentation records are written again', { afterMs });
      this.brokenSince = null;
    }
  }

  private async attempt(batch: PendingRows, attempt: number): Promise<void> {
    // A commit whose answer got lost may have been one: no record is to be there twice.
    if (attempt === 1 || !(await isWritten(this.connection, batch))) {
      await this.options.writeRows(this.connection, batch);
    }
  }

  private tell(batch: PendingRows, error: unknown, attempt: number): void {
    const told = { records: batch.size, attempt, error: engineMessage(error) };
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
