import { DuckDBDataChunk } from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { RecordBatch } from 'apache-arrow';
import { valueReader } from './duckdb-value.js';
import { portions } from './portions.js';

/**
 * A batch as chunks for an appender, written column by column. `types` are those of the batch's columns
 * (`columnTypeOf`), not of the table's: the appender casts. Throws a Failure for a value that the engine
 * cannot store, possibly after some chunks.
 */
export function* dataChunks(
  batch: RecordBatch,
  types: readonly DuckDBType[],
): Generator<DuckDBDataChunk> {
  const readers = batch.schema.fields.flatMap((field, i) => {
    const column = batch.data.children[i];
    return column === undefined ? [] : [valueReader(column, field, 'column')];
  });
  for (const { begin, end } of portions(batch)) {
    const chunk = DuckDBDataChunk.create(types, end - begin);
    readers.forEach((read, column) => {
      const values: DuckDBValue[] = [];
      for (let row = begin; row < end; row++) {
        values.push(read(row));
      }
      chunk.setColumnValues(column, values);
    });
    yield chunk;
  }
}
