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

/** SQL's name of a type that a value can be sent as, and the Arrow type that carries it. */
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

/** A value as Arrow's builders take it: bigint for the 64 bit integers. */
export type CellValue = null | boolean | number | bigint | string | Uint8Array | Date;

/** Typed rows on their way to the server: bound parameters, or rows to ingest. */
export interface TypedRows {
  /** The columns' names, of which parameters have no need, and types. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly (readonly CellValue[])[];
}

/** Whether `name` is a type that values can be sent as. */
export function isColumnType(name: string): name is ColumnType {
  return name in arrowTypes;
}

/** The two parts of a DoPut stream: the schema's header, and one encoded record batch. */
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
