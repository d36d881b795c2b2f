import { setTimeout as sleep } from 'node:timers/promises';
import { ResultReturnType } from '@duckdb/node-api';
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import type { EncodedFlightData } from '../../protocol/flight-data.js';
import { BatchEncoder } from './batch-encoder.js';
import { BrokenOff } from './engine-error.js';
import type { Schema } from 'apache-arrow';

export interface ResultBatch {
  readonly message: EncodedFlightData;
  readonly rows: number;
}

/** The schema and dictionary messages at the start of a result stream. */
export function resultPreamble(result: DuckDBResult, schema: Schema): Buffer[] {
  return new BatchEncoder(schema, result.columnTypes()).preamble();
}

/**
 * The longest delay of the first batch, in milliseconds, while the next chunk is fetched. Most results have
 * no second chunk.
 */
const firstRowsWaitMs = 10;

/**
 * Streams a result as record batches of about a megabyte; none exceeds two megabytes unless it is a single
 * row. The engine fetches the next chunk while the last one is encoded and sent. Only one chunk is fetched
 * ahead, so a slow reader slows the query down. The first batch is sent as soon as there are rows. `release`
 * is called for a result that is not read to its end, after the pending fetch. Throws when the result fails.
 */
export async function* resultBatches(
  result: DuckDBResult,
  schema: Schema,
  release: () => Promise<void>,
): AsyncGenerator<ResultBatch> {
  const encoder = new BatchEncoder(schema, result.columnTypes());
  let next = fetchAhead(result);
  let first = true;
  let ended = false;
  try {
    for (;;) {
      const chunk = await next;
      if (chunk === null || chunk.rowCount === 0) {
        ended = true;
        break;
      }
      next = fetchAhead(result);
      if (first) {
        // A client that has all rows should learn at once that the result is complete, so the end is awaited
        // briefly.
        await Promise.race([next, sleep(firstRowsWaitMs, undefined, { ref: false })]);
      }
      // `yield*` would await a promise or two even without a batch.
      for (const batch of encoder.add(chunk)) {
        yield batch;
      }
      if (first) {
        first = false;
        yield* encoder.rest();
      }
    }
    if (result.returnType === ResultReturnType.INVALID) {
      throw new BrokenOff();
    }
    yield* encoder.rest();
  } finally {
    // A consumer that stops early must not leave a fetch behind that uses the connection.
    await next.catch(() => null);
    if (!ended) {
      await release();
    }
  }
}

function fetchAhead(result: DuckDBResult): Promise<DuckDBDataChunk | null> {
  const chunk = result.fetchChunk();
  // The rejection is handled where the chunk is awaited, perhaps later.
  chunk.catch(() => undefined);
  return chunk;
}
