import type { ResultBatch } from '../engine/result-stream.js';
import type { Turn } from '../sessions/connection-lane.js';

/** How many bytes of a result may wait in memory so that another statement can run. */
const mostBufferedBytes = 512 << 20;

/**
 * Passes the batches of a result on while their reader is slow to take them,
 * without keeping the session's next statement waiting for that reader: when
 * somebody wants the connection, the rest of the result is read into memory and
 * the turn released. A result too big for that keeps the connection until its
 * reader has caught up. What is abandoned ends without its reader.
 */
export async function* yieldConnection(
  source: AsyncGenerator<ResultBatch>,
  turn: Turn,
): AsyncGenerator<ResultBatch> {
  const ahead: Promise<IteratorResult<ResultBatch>>[] = [];
  const buffer = { bytes: 0, full: false };
  const readAhead = async () => {
    buffer.full = false;
    let ended = false;
    while (!ended && buffer.bytes < mostBufferedBytes) {
      const next = source.next();
      ahead.push(next);
      ended = await next.then(
        (result) => {
          buffer.bytes += result.done === true ? 0 : result.value.message.byteLength;
          return result.done === true;
        },
        () => true, // Whoever takes it from the queue sees the failure.
      );
    }
    buffer.full = !ended;
    if (ended) {
      turn.release();
    }
  };
  turn.onWanted(() => {
    void readAhead();
  });
  turn.onAbandoned(() => {
    ahead.length = 0;
    void source.return(undefined).finally(() => {
      turn.release();
    });
  });
  try {
    for (;;) {
      const queued = ahead.shift();
      const result = await (queued ?? source.next());
      if (result.done === true) {
        return;
      }
      if (queued) {
        buffer.bytes -= result.value.message.byteLength;
        if (buffer.full && buffer.bytes < mostBufferedBytes / 2) {
          void readAhead();
        }
      }
      yield result.value;
    }
  } finally {
    await source.return(undefined);
  }
}
