import type { RecordBatch } from 'apache-arrow';
import { duckdbTypeOf } from './duckdb-type.js';
import { valueReader } from './duckdb-value.js';
import type { ParameterRow } from './parameter-rows.js';

/**
 * Makes of a row of the batch, by its number, the parameters of one execution:
 * none where the batch has no columns. Throws a Failure for a type that the
 * engine cannot hold, and so does reading for a value.
 */
export function parameterReader(batch: RecordBatch): (row: number) => ParameterRow {
  const types = batch.schema.fields.map(duckdbTypeOf);
  const readers = batch.schema.fields.flatMap((field, i) => {
    const column = batch.data.children[i];
    return column === undefined ? [] : [valueReader(column, field, 'parameter')];
  });
  return (row) => ({ values: readers.map((read) => read(row)), types });
}
