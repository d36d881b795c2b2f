import type { ResultBatch } from '../engine/result-stream.js';
import type { Turn } from '../sessions/connection-lane.js';

/** How many bytes of a result may wait in memory so that another statement can run. */
const mostBufferedBytes = 512 << 20;

/**
 * Passes the batches of a result on while their reader is slow to take them,
 * without keeping the session's next statement waiting for that reader: when
 * somebody wants the connection, the rest of the result is read into memory and
 * the turn released. A result too big for that keeps the connection until its
 * reader has caught up.
 */
export async function* yieldConnection(
  source: AsyncGenerator<ResultBatch>,
  turn: Turn,
): AsyncGenerator<ResultBatch> {
  const ahead: Promise<IteratorResult<ResultBatch>>[] = [];
  let buffered = 0;
  let readingAhead = false;
  const readAhead = async () => {
    for (;;) {
      const next = source.next();
      next.catch(() => undefined); // Whoever takes it from the queue sees the failure.
      ahead.push(next);
      const result = await next;
      if (result.done === true) {
        turn.release();
        return;
      }
      buffered += result.value.message.length;
      if (buffered >= mostBufferedBytes) {
        readingAhead = false;
        return;
      }
    }
  };
  turn.onWanted(() => {
    readingAhead = true;
    void readAhead().catch(() => undefined);
  });
  try {
    for (;;) {
      const queued = ahead.shift();
      const result = await (queued ?? source.next());
      if (result.done === true) {
        return;
      }
      if (queued) {
        buffered -= result.value.message.length;
        if (!readingAhead && buffered < mostBufferedBytes / 2 && ahead.length === 0) {
          readingAhead = true;
          void readAhead().catch(() => undefined);
        }
      }
      yield result.value;
    }
  } finally {
    await source.return(undefined);
  }
}
