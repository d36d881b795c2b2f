import type { RecordBatch } from 'apache-arrow';
import { duckdbTypeOf } from './duckdb-type.js';
import { valueReader } from './duckdb-value.js';
import type { ParameterRow } from './parameter-rows.js';

/**
 * Returns a function that converts the batch's row at an index to the parameters of one execution; a batch
 * without columns has none. Throws a Failure for a type that the engine does not support, and the function
 * does for such a value.
 */
export function parameterReader(batch: RecordBatch): (row: number) => ParameterRow {
  const types = batch.schema.fields.map(duckdbTypeOf);
  const readers = batch.schema.fields.flatMap((field, i) => {
    const column = batch.data.children[i];
    return column === undefined ? [] : [valueReader(column, field, 'parameter')];
  });
  return (row) => ({ values: readers.map((read) => read(row)), types });
}
