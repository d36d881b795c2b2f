import type { DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Schema } from 'apache-arrow';
import type { DeferredFlightData } from '../../protocol/flight-data.js';
import { recordBatchHeader, schemaFlightData } from '../../protocol/arrow-ipc.js';
import { deferFlightData } from '../../protocol/flight-data.js';
import { DictionaryIds } from './dictionary-ids.js';
import { dictionaries } from './arrow-columns/dictionaries.js';
import { buildColumn } from './arrow-columns/build-column.js';
import { LayoutPlanner } from './arrow-columns/column-builder.js';
import type { ColumnBuilder } from './arrow-columns/column-builder.js';
import { batchBytes } from './message-size.js';

/**
 * The size limit in bytes of a batch of several rows: a batch that is nearly full may still get a chunk of up
 * to `batchBytes`. The rest of the message adds a few hundred bytes.
 */
const mostBatchBytes = 2 * batchBytes;

/** Consecutive rows of a chunk. */
interface Run {
  readonly start: number;
  readonly count: number;
}

export interface EncodedBatch {
  readonly message: DeferredFlightData;
  readonly rows: number;
}

/**
 * Encodes DuckDB's data chunks as FlightData messages. Chunks are collected without copying until a record
 * batch is complete. Each vector is copied once, into the message, when gRPC takes the message.
 */
export class BatchEncoder {
  private readonly columns: ColumnBuilder[];
  // DuckDB's vectors are views, so their chunks must live until the batch is written.
  private chunks: DuckDBDataChunk[] = [];
  private rows = 0;

  constructor(
    private readonly schema: Schema,
    private readonly types: readonly DuckDBType[],
  ) {
    this.columns = types.map(buildColumn);
  }

  /** The first messages of the stream: the schema, and the dictionaries of its ENUMs. */
  preamble(): Buffer[] {
    const ids = new DictionaryIds();
    return [
      schemaFlightData(this.schema),
      ...this.types.flatMap((type) => dictionaries(type, ids)),
    ];
  }

  /**
   * Adds the rows of a chunk. Yields the batches that have reached one megabyte; none exceeds two megabytes
   * unless it is a single row. A chunk of large rows yields several batches.
   */
  *add(chunk: DuckDBDataChunk): Generator<EncodedBatch> {
    yield* this.gather(chunk, { start: 0, count: chunk.rowCount });
  }

  *rest(): Generator<EncodedBatch> {
    if (this.rows > 0) {
      yield this.flush();
    }
  }

  /** The bytes collected for the next batch. */
  private get bytes(): number {
    return this.columns.reduce((bytes, column) => bytes + column.bytes, 0);
  }

  private *gather(chunk: DuckDBDataChunk, run: Run): Generator<EncodedBatch> {
    this.columns.forEach((column, i) => {
      column.append(duckdb.data_chunk_get_vector(chunk.chunk, i), run);
    });
    const { bytes } = this;
    if (bytes <= mostBatchBytes || this.rows + run.count === 1) {
      this.chunks.push(chunk);
      this.rows += run.count;
      if (bytes >= batchBytes) {
        yield this.flush();
      }
      return;
    }
    for (const column of this.columns) {
      column.undo();
    }
    if (this.rows > 0) {
      yield this.flush();
      yield* this.gather(chunk, run);
      return;
    }
    for (const part of split(run, bytes)) {
      yield* this.gather(chunk, part);
    }
  }

  /** Encodes the collected rows as one record batch. */
  private flush(): EncodedBatch {
    const planner = new LayoutPlanner();
    for (const column of this.columns) {
      column.plan(planner);
    }
    const { chunks, rows } = this;
    const layout = planner.layout(rows);
    this.chunks = [];
    this.rows = 0;
    for (const column of this.columns) {
      column.reset();
    }
    const message = deferFlightData(recordBatchHeader(layout), layout.bodyLength, (body) => {
      planner.write(body);
      chunks.length = 0;
    });
    return { rows, message };
  }
}

/** Splits a run of `bytes` bytes into parts of about a megabyte, assuming rows of equal size. */
function* split({ start, count }: Run, bytes: number): Generator<Run> {
  const parts = Math.max(2, Math.ceil(bytes / batchBytes));
  const most = Math.ceil(count / Math.min(parts, count));
  for (let at = start; at < start + count; at += most) {
    yield { start: at, count: Math.min(most, start + count - at) };
  }
}
