import {
  Binary,
  Bool,
  DateDay,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  RecordBatch,
  Schema,
  Struct,
  TimestampMillisecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  makeData,
  vectorFromArray,
} from 'apache-arrow';
import type { DataType } from 'apache-arrow';
import { recordBatchFlightData, schemaHeader } from '../../protocol/arrow-ipc.js';

/** The SQL types of parameters, with the Arrow types that carry them. */
const arrowTypes = {
  BOOLEAN: () => new Bool(),
  TINYINT: () => new Int8(),
  SMALLINT: () => new Int16(),
  INTEGER: () => new Int32(),
  BIGINT: () => new Int64(),
  UTINYINT: () => new Uint8(),
  USMALLINT: () => new Uint16(),
  UINTEGER: () => new Uint32(),
  UBIGINT: () => new Uint64(),
  FLOAT: () => new Float32(),
  DOUBLE: () => new Float64(),
  VARCHAR: () => new Utf8(),
  BLOB: () => new Binary(),
  /** Values are Date objects. */
  DATE: () => new DateDay(),
  /** Values are Date objects. */
  TIMESTAMP: () => new TimestampMillisecond(),
} satisfies Record<string, () => DataType>;

export type ColumnType = keyof typeof arrowTypes;

/** A value in the form that Arrow's builders need: bigint for the 64-bit integers. */
export type CellValue = null | boolean | number | bigint | string | Uint8Array | Date;

/** Typed rows to send: bound parameters, or rows to ingest. */
export interface TypedRows {
  /** The names and types of the columns. Parameters do not use the names. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly (readonly CellValue[])[];
}

export function isColumnType(name: string): name is ColumnType {
  return name in arrowTypes;
}

/** The two parts of a DoPut stream: the header of the schema, and one encoded record batch. */
export function encodeRows(rows: TypedRows): { schema: Uint8Array; batch: Uint8Array } {
  const fields = rows.columns.map(
    ({ name, type }) => new Field(name, arrowTypes[type]() as DataType, true),
  );
  const schema = new Schema(fields);
  const children = fields.map((field, column) => {
    const values = rows.rows.map((row) => row[column] ?? null);
    const [data] = vectorFromArray(values, field.type).data;
    return data ?? makeData({ type: field.type });
  });
  const struct = makeData({ type: new Struct(fields), length: rows.rows.length, children });
  const batch = recordBatchFlightData(new RecordBatch(schema, struct));
  return { schema: schemaHeader(schema), batch };
}
