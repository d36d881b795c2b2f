import { ResultReturnType } from '@duckdb/node-api';
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import type { EncodedFlightData } from '../../protocol/flight-data.js';
import { BatchEncoder } from './batch-encoder.js';
import type { Schema } from 'apache-arrow';

/** A result on its way out. */
export interface ResultBatch {
  readonly message: EncodedFlightData;
  readonly rows: number;
}

/** What a result asks of the connection that it comes through. */
export interface ResultSource {
  /** Why the result broke off: the engine's binding tells only that it did. */
  failure(): Promise<Error>;
  /** Lets go of a result that is not read to its end. */
  abandon(): Promise<void>;
}

/** The schema and dictionary messages that open the stream of a result. */
export function resultPreamble(result: DuckDBResult, schema: Schema): Buffer[] {
  return new BatchEncoder(schema, result.columnTypes()).preamble();
}

/**
 * Streams a result as record batches of about a megabyte, none over two unless
 * a single row is. The engine fetches
 * the next chunk while the last one is encoded and sent; no more than one chunk
 * is fetched ahead, so a slow reader holds the query back. The first batch
 * leaves as soon as there are rows. Throws what the engine says of a failure on
 * the way.
 */
export async function* resultBatches(
  result: DuckDBResult,
  schema: Schema,
  source: ResultSource,
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
      throw await source.failure();
    }
    yield* encoder.rest();
  } finally {
    // Whoever stops early must not leave a fetch behind that uses the connection.
    await next.catch(() => null);
    if (!ended) {
      await source.abandon();
    }
  }
}

function fetchAhead(result: DuckDBResult): Promise<DuckDBDataChunk | null> {
  const chunk = result.fetchChunk();
  // Its failure is reported when it is awaited, which may be later.
  chunk.catch(() => undefined);
  return chunk;
}
