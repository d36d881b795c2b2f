import { Field, RecordBatch, Schema, Struct, makeData, vectorFromArray } from 'apache-arrow';
import type { Data, DataType } from 'apache-arrow';
import { extensionMetadata } from '../extension-metadata.js';
import { parameterReader } from './parameter-reader.js';
import type { ParameterRow } from './parameter-rows.js';

/** A field of an Arrow extension type, for specs. */
export function extended(name: string, type: DataType, extension: string, metadata = ''): Field {
  return new Field(name, type, true, extensionMetadata(extension, metadata));
}

export function batchOf(fields: readonly Field[], columns: readonly Data[]): RecordBatch {
  const length = columns[0]?.length ?? 0;
  const type = new Struct([...fields]);
  const data = makeData({ type, length, nullCount: 0, children: [...columns] });
  return new RecordBatch(new Schema([...fields]), data);
}

/** The values of a field as Arrow data. */
export function columnOf(field: Field, values: readonly unknown[]): Data {
  const [data] = vectorFromArray(values, field.type as DataType).data;
  if (data === undefined) {
    throw new Error('no data');
  }
  return data;
}

/** All rows of a batch as parameter rows. */
export function parameterRows(batch: RecordBatch): ParameterRow[] {
  const read = parameterReader(batch);
  return Array.from({ length: batch.numRows }, (_, row) => read(row));
}
