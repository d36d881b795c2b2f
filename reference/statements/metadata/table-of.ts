import { RecordBatch, Struct, Table, makeData, vectorFromArray } from 'apache-arrow';
import type { Data, DataType, Schema } from 'apache-arrow';

/**
 * An Arrow table of one record batch from whole columns of JavaScript values,
 * one array a field of `schema`, all equally long. Made for metadata answers:
 * some hundred rows.
 */
export function tableOf(schema: Schema, columns: readonly (readonly unknown[])[]): Table {
  const children = schema.fields.map((field, i) =>
    columnData(field.type as DataType, columns[i] ?? []),
  );
  return tableOfData(schema, children, columns[0]?.length ?? 0);
}

/** The same from columns that are Arrow data already, each of `length` rows. */
export function tableOfData(schema: Schema, children: Data[], length: number): Table {
  const data = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children });
  return new Table(schema, new RecordBatch(schema, data));
}

/** Values as one column. */
export function columnData(type: DataType, values: readonly unknown[]): Data {
  // apache-arrow makes no data of no values, and none of its parts for a nested type: slice one off.
  const [data] = vectorFromArray(values.length === 0 ? [null] : values, type).data;
  if (data === undefined) {
    throw new TypeError(`apache-arrow made no data of type id ${type.typeId}`);
  }
  return values.length === 0 ? data.slice(0, 0) : data;
}
