import { setTimeout as sleep } from 'node:timers/promises';
import { ResultReturnType } from '@duckdb/node-api';
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import type { EncodedFlightData } from '../../protocol/flight-data.js';
import { BatchEncoder } from './batch-encoder.js';
import { BrokenOff } from './engine-error.js';
import type { Schema } from 'apache-arrow';

/** About how many bytes a record batch has: what gRPC moves best. */
const batchBytes = 1 << 20;

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
 * Streams a result as record batches of about a megabyte. The engine fetches
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
      encoder.add(chunk);
      if (first) {
        // Whoever has the last rows of a result should not be waited for to know that it is over.
        await Promise.race([next, sleep(firstRowsWaitMs, undefined, { ref: false })]);
      }
      if (first || encoder.bytes >= batchBytes) {
        first = false;
        yield flushed(encoder);
      }
    }
    if (result.returnType === ResultReturnType.INVALID) {
      throw new BrokenOff();
    }
    if (encoder.rows > 0) {
      yield flushed(encoder);
    }
  } finally {
    // Whoever stops early must not leave a fetch behind that uses the connection.
    await next.catch(() => null);
    if (!ended) {
      await release();
    }
  }
}

function flushed(encoder: BatchEncoder): ResultBatch {
  const { rows } = encoder;
  return { rows, message: encoder.flush() };
}

function fetchAhead(result: DuckDBResult): Promise<DuckDBDataChunk | null> {
  const chunk = result.fetchChunk();
  // Its failure is reported when it is awaited, which may be later.
  chunk.catch(() => undefined);
  return chunk;
}
