import { Schema } from 'apache-arrow';
import type { RecordBatch } from 'apache-arrow';
import { decodeVector } from './decode-value.js';
import { readAnswer } from './malformed-answer.js';
import type { PlainValue } from './plain-value.js';

/** A whole result, its values in the suite's normal form. */
export interface ResultTable {
  readonly schema: Schema;
  /** The columns' names; they need not be distinct. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly PlainValue[])[];
}

/** The rows of one record batch. MalformedAnswer when they can't be read. */
export function decodeBatch(batch: RecordBatch): PlainValue[][] {
  return readAnswer(() => {
    const vectors = batch.schema.fields.map((_, column) => batch.getChildAt(column));
    return Array.from({ length: batch.numRows }, (_, row) =>
      vectors.map((vector) => (vector === null ? null : decodeVector(vector, row))),
    );
  });
}

/** A table of a schema and rows; the schema of a stream without messages has no fields. */
export function resultTable(
  schema: Schema = new Schema([]),
  rows: readonly (readonly PlainValue[])[] = [],
): ResultTable {
  return { schema, columns: schema.fields.map((field) => field.name), rows };
}
