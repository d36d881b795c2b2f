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
 * The most bytes of a batch of several rows: a chunk that is added to a batch which is nearly full
 * may bring as much again. What else a message has, besides what columns count, are some hundred bytes.
 */
const mostBatchBytes = 2 * batchBytes;

/** Rows of a chunk that follow one another. */
interface Run {
  readonly start: number;
  readonly count: number;
}

/** A record batch on its way out. */
export interface EncodedBatch {
  readonly message: DeferredFlightData;
  readonly rows: number;
}

/**
 * Turns DuckDB's data chunks into encoded FlightData messages. Chunks are
 * gathered, not copied, until a record batch is laid out; each vector is
 * written once, into the message itself, when gRPC takes it.
 */
export class BatchEncoder {
  private readonly columns: ColumnBuilder[];
  // DuckDB's vectors are views: their chunks must live until the batch is written.
  private chunks: DuckDBDataChunk[] = [];
  private rows = 0;

  constructor(
    private readonly schema: Schema,
    private readonly types: readonly DuckDBType[],
  ) {
    this.columns = types.map(buildColumn);
  }

  /** What opens the stream: the schema, and the values of its ENUMs. */
  preamble(): Buffer[] {
    const ids = new DictionaryIds();
    return [
      schemaFlightData(this.schema),
      ...this.types.flatMap((type) => dictionaries(type, ids)),
    ];
  }

  /**
   * Gathers the rows of a chunk; yields the batches that have a megabyte or
   * more, and none that has over two unless a single row has. A chunk of large
   * rows comes out as several batches.
   */
  *add(chunk: DuckDBDataChunk): Generator<EncodedBatch> {
    yield* this.gather(chunk, { start: 0, count: chunk.rowCount });
  }

  /** The rows that are left as a last batch, if there are any. */
  *rest(): Generator<EncodedBatch> {
    if (this.rows > 0) {
      yield this.flush();
    }
  }

  /** Bytes gathered for the next batch. */
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

  /** The gathered rows as one record batch. */
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

/** Cuts a run that has so many bytes into parts of a megabyte each, were its rows of one size. */
function* split({ start, count }: Run, bytes: number): Generator<Run> {
  const parts = Math.max(2, Math.ceil(bytes / batchBytes));
  const most = Math.ceil(count / Math.min(parts, count));
  for (let at = start; at < start + count; at += most) {
    yield { start: at, count: Math.min(most, start + count - at) };
  }
}
