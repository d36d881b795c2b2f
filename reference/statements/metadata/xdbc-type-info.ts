import { Bool, Field, Int32, List, Schema, Utf8 } from 'apache-arrow';
import type { Table } from 'apache-arrow';
import { Nullable, Searchable } from '../../../protocol/gen/flight_sql_pb.js';
import { tableOf } from './table-of.js';
import { xdbcTypes } from './xdbc-types.js';

const utf8 = (name: string, nullable = true): Field => new Field(name, new Utf8(), nullable);
const int32 = (name: string, nullable = true): Field => new Field(name, new Int32(), nullable);
const bool = (name: string, nullable = true): Field => new Field(name, new Bool(), nullable);

/** The schema of GetXdbcTypeInfo. */
export const xdbcTypeInfoSchema = new Schema([
  utf8('type_name', false),
  int32('data_type', false),
  int32('column_size'),
  utf8('literal_prefix'),
  utf8('literal_suffix'),
  new Field('create_params', new List(utf8('item', false)), true),
  int32('nullable', false),
  bool('case_sensitive', false),
  int32('searchable', false),
  bool('unsigned_attribute'),
  bool('fixed_prec_scale', false),
  bool('auto_increment'),
  utf8('local_type_name'),
  int32('minimum_scale'),
  int32('maximum_scale'),
  int32('sql_data_type', false),
  int32('datetime_subcode'),
  int32('num_prec_radix'),
  int32('interval_precision'),
]);

/**
 * GetXdbcTypeInfo: the engine's types that have a JDBC/ODBC type number, ordered by number and name. With
 * `dataType`, only the types with that number.
 */
export function xdbcTypeInfoTable(dataType?: number): Table {
  const types = xdbcTypes
    .filter((type) => dataType === undefined || (type.dataType as number) === dataType)
    .sort((a, b) => a.dataType - b.dataType || (a.name < b.name ? -1 : 1));
  const rows = types.map((type) => [
    type.name,
    type.dataType,
    type.columnSize ?? null,
    type.literal?.[0] ?? null,
    type.literal?.[1] ?? null,
    type.createParams ?? null,
    Nullable.NULLABILITY_NULLABLE,
    type.isText ?? false,
    type.isText === true ? Searchable.FULL : Searchable.BASIC,
    type.number === undefined ? null : type.number.unsigned,
    false, // Only a money type has a fixed precision and scale.
    type.number === undefined ? null : false,
    null,
    type.scale?.[0] ?? null,
    type.scale?.[1] ?? null,
    type.sqlDataType ?? type.dataType,
    type.datetimeSubcode ?? null,
    type.number?.radix ?? null,
    null,
  ]);
  return tableOf(
    xdbcTypeInfoSchema,
    xdbcTypeInfoSchema.fields.map((_, column) => rows.map((row) => row[column] ?? null)),
  );
}
