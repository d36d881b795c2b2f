import { Schema } from 'apache-arrow';
import type { RecordBatch } from 'apache-arrow';
import { decodeVector } from './decode-value.js';
import { readAnswer } from './malformed-answer.js';
import type { PlainValue } from './plain-value.js';

/** A whole result, its values as PlainValues. */
export interface ResultTable {
  readonly schema: Schema;
  /** The names of the columns; two columns may have the same name. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly PlainValue[])[];
}

/** The rows of one record batch. Throws MalformedAnswer when they cannot be read. */
export function decodeBatch(batch: RecordBatch): PlainValue[][] {
  return readAnswer(() => {
    const vectors = batch.schema.fields.map((_, column) => batch.getChildAt(column));
    return Array.from({ length: batch.numRows }, (_, row) =>
      vectors.map((vector) => (vector === null ? null : decodeVector(vector, row))),
    );
  });
}

/** A table with a schema and rows. A stream without messages has a schema without fields. */
export function resultTable(
  schema: Schema = new Schema([]),
  rows: readonly (readonly PlainValue[])[] = [],
): ResultTable {
  return { schema, columns: schema.fields.map((field) => field.name), rows };
}
