import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { RecordBatch } from 'apache-arrow';
import { duckdbTypeOf } from './duckdb-type.js';
import { valueReader } from './duckdb-value.js';

/** The parameters of one execution, in their order, with the types to bind them as. */
export interface ParameterRow {
  readonly values: readonly DuckDBValue[];
  readonly types: readonly DuckDBType[];
}

/**
 * The rows of a batch as parameters, one row an execution: none for a batch
 * without rows, empty ones for a batch that has rows but no columns. Throws a
 * Failure for a type or a value that the engine cannot hold.
 */
export function parameterRows(batch: RecordBatch): ParameterRow[] {
  const types = batch.schema.fields.map(duckdbTypeOf);
  const readers = batch.schema.fields.flatMap((field, i) => {
    const column = batch.data.children[i];
    return column === undefined ? [] : [valueReader(column, field, 'parameter')];
  });
  return Array.from({ length: batch.numRows }, (_, row) => ({
    values: readers.map((read) => read(row)),
    types,
  }));
}
