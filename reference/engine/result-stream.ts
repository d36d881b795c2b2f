import { setTimeout as sleep } from 'node:timers/promises';
import { ResultReturnType } from '@duckdb/node-api';
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import type { EncodedFlightData } from '../../protocol/flight-data.js';
import { BatchEncoder } from './batch-encoder.js';
import { BrokenOff } from './engine-error.js';
import type { Schema } from 'apache-arrow';

/** A result on its way out. */
export interface ResultBatch {
  readonly message: EncodedFlightData;
  readonly rows: number;
}

/** The schema and dictionary messages that open the stream of a result. */
export function resultPreamble(result: DuckDBResult, schema: Schema): Buffer[] {
  return new BatchEncoder(schema, result.columnTypes()).preamble();
}

/** How long the first rows wait for the next ones, in milliseconds: most results have no more. */
const firstRowsWaitMs = 10;

/**
 * Streams a result as record batches of about a megabyte, none over two unless
 * a single row is. The engine fetches
 * the next chunk while the last one is encoded and sent; no more than one chunk
 * is fetched ahead, so a slow reader holds the query back. The first batch
 * leaves as soon as there are rows. `release` lets go of a result that is not
 * read to its end, once the engine has looked up. Throws when the result breaks off.
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
        // Whoever has the last rows of a result should not be waited for to know that it is over.
        await Promise.race([next, sleep(firstRowsWaitMs, undefined, { ref: false })]);
      }
      // A loop, for `yield*` would wait for a promise or two even where there is no batch.
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
    // Whoever stops early must not leave a fetch behind that uses the connection.
    await next.catch(() => null);
    if (!ended) {
      await release();
    }
  }
}

function fetchAhead(result: DuckDBResult): Promise<DuckDBDataChunk | null> {
  const chunk = result.fetchChunk();
  // Its failure is reported when it is awaited, which may be later.
  chunk.catch(() => undefined);
  return chunk;
}
