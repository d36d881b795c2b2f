import { RecordBatch, Struct, Table, makeData, vectorFromArray } from 'apache-arrow';
import type { Data, DataType, Schema } from 'apache-arrow';

/**
 * An Arrow table of one record batch from columns of JavaScript values: one array per field of `schema`, all
 * of the same length. Meant for metadata answers of some hundred rows.
 */
export function tableOf(schema: Schema, columns: readonly (readonly unknown[])[]): Table {
  const children = schema.fields.map((field, i) =>
    columnData(field.type as DataType, columns[i] ?? []),
  );
  return tableOfData(schema, children, columns[0]?.length ?? 0);
}

/** Like `tableOf`, from columns of Arrow data with `length` rows each. */
export function tableOfData(schema: Schema, children: Data[], length: number): Table {
  const data = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children });
  return new Table(schema, new RecordBatch(schema, data));
}

/** Converts values to one Arrow column. */
export function columnData(type: DataType, values: readonly unknown[]): Data {
  // apache-arrow makes no data for an empty list, and no child data for a nested type. So a null is added and
  // sliced off.
  const [data] = vectorFromArray(values.length === 0 ? [null] : values, type).data;
  if (data === undefined) {
    throw new TypeError(`apache-arrow made no data of type id ${type.typeId}`);
  }
  return values.length === 0 ? data.slice(0, 0) : data;
}
