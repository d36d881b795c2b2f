import type { DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Schema } from 'apache-arrow';
import type { DeferredFlightData } from '../../protocol/flight-data.js';
import { recordBatchHeader, schemaFlightData } from '../../protocol/arrow-ipc.js';
import { deferFlightData } from '../../protocol/flight-data.js';
import { DictionaryIds } from './arrow-schema.js';
import { dictionaries } from './arrow-columns/dictionaries.js';
import { buildColumn } from './arrow-columns/build-column.js';
import { LayoutPlanner } from './arrow-columns/column-builder.js';
import type { ColumnBuilder } from './arrow-columns/column-builder.js';

/**
 * Turns DuckDB's data chunks into encoded FlightData messages. Chunks are
 * gathered, not copied, until `flush` lays a record batch out; each vector is
 * written once, into the message itself, when gRPC takes it.
 */
export class BatchEncoder {
  private readonly columns: ColumnBuilder[];
  // DuckDB's vectors are views: their chunks must live until the batch is written.
  private chunks: DuckDBDataChunk[] = [];
  private gatheredRows = 0;

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

  get rows(): number {
    return this.gatheredRows;
  }

  /** Bytes gathered for the next batch. */
  get bytes(): number {
    return this.columns.reduce((bytes, column) => bytes + column.bytes, 0);
  }

  add(chunk: DuckDBDataChunk): void {
    const count = chunk.rowCount;
    this.columns.forEach((column, i) => {
      column.append(duckdb.data_chunk_get_vector(chunk.chunk, i), { start: 0, count });
    });
    this.chunks.push(chunk);
    this.gatheredRows += count;
  }

  /** The gathered rows as one record batch. */
  flush(): DeferredFlightData {
    const planner = new LayoutPlanner();
    for (const column of this.columns) {
      column.plan(planner);
    }
    const layout = planner.layout(this.gatheredRows);
    const { chunks } = this;
    this.chunks = [];
    this.gatheredRows = 0;
    for (const column of this.columns) {
      column.reset();
    }
    return deferFlightData(recordBatchHeader(layout), layout.bodyLength, (body) => {
      planner.write(body);
      chunks.length = 0;
    });
  }
}
