import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import {
  Binary,
  Bool,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  IntervalMonthDayNano,
  List,
  Map_,
  Schema,
  SparseUnion,
  Struct,
  TimeMicrosecond,
  TimeNanosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from 'apache-arrow';
import type { DataType } from 'apache-arrow';
import { Failure } from '../errors.js';
import { isDictionary } from './arrow-columns/dictionaries.js';
import { DictionaryIds } from './dictionary-ids.js';
import { extensionMetadata } from './extension-metadata.js';
import { isDefinition } from './schema-settings.js';
import type { SchemaSettings } from './schema-settings.js';

/** A result column with its DuckDB type. */
export interface ResultColumn {
  readonly name: string;
  readonly type: DuckDBType;
}

/**
 * The Arrow schema of a result: what DuckDB exports to Arrow with its default settings, except that a too
 * large ENUM is text (`isDictionary`). Throws a Failure that names the column and its type if the type is not
 * supported.
 */
export function arrowSchema(columns: readonly ResultColumn[], settings: SchemaSettings): Schema {
  const ids = new DictionaryIds();
  return new Schema(
    columns.map(({ name, type }) => arrowField(name, type, { ...settings, ids, column: name })),
  );
}

interface Context extends SchemaSettings {
  readonly ids: DictionaryIds;
  readonly column: string;
}

function arrowField(
  name: string,
  type: DuckDBType,
  context: Context,
  nullable = true,
): Field<DataType> {
  return new Field(name, arrowType(type, context), nullable, extension(type, context));
}

/** The extension metadata of a type that Arrow has no layout for. */
function extension(
  type: DuckDBType,
  { coordinateSystems }: SchemaSettings,
): Map<string, string> | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.BIGNUM:
      return extensionMetadata('arrow.opaque', '{"type_name":"bignum","vendor_name":"DuckDB"}');
    case DuckDBTypeId.GEOMETRY: {
      const { crs = '' } = type;
      const definition = isDefinition(crs) ? crs : coordinateSystems.get(crs);
      return extensionMetadata(
        'geoarrow.wkb',
        definition === undefined ? '{}' : `{"crs_type":"projjson","crs":${definition}}`,
      );
    }
    default:
      return undefined;
  }
}

function arrowType(type: DuckDBType, context: Context): DataType {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return new Bool();
    case DuckDBTypeId.TINYINT:
      return new Int8();
    case DuckDBTypeId.SMALLINT:
      return new Int16();
    case DuckDBTypeId.SQLNULL: // The engine returns an untyped NULL as INTEGER.
    case DuckDBTypeId.INTEGER:
      return new Int32();
    case DuckDBTypeId.BIGINT:
      return new Int64();
    case DuckDBTypeId.UTINYINT:
      return new Uint8();
    case DuckDBTypeId.USMALLINT:
      return new Uint16();
    case DuckDBTypeId.UINTEGER:
      return new Uint32();
    case DuckDBTypeId.UBIGINT:
      return new Uint64();
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return new Decimal(0, 38, 128);
    case DuckDBTypeId.FLOAT:
      return new Float32();
    case DuckDBTypeId.DOUBLE:
      return new Float64();
    case DuckDBTypeId.DECIMAL:
      return new Decimal(type.scale, type.width, 128);
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.UUID:
      return new Utf8();
    case DuckDBTypeId.BLOB:
    case DuckDBTypeId.BIT:
    case DuckDBTypeId.BIGNUM:
    case DuckDBTypeId.GEOMETRY:
      return new Binary();
    case DuckDBTypeId.DATE:
      return new DateDay();
    case DuckDBTypeId.TIME:
    case DuckDBTypeId.TIME_TZ:
      return new TimeMicrosecond();
    case DuckDBTypeId.TIME_NS:
      return new TimeNanosecond();
    case DuckDBTypeId.TIMESTAMP_S:
      return new TimestampSecond();
    case DuckDBTypeId.TIMESTAMP_MS:
      return new TimestampMillisecond();
    case DuckDBTypeId.TIMESTAMP:
      return new TimestampMicrosecond();
    case DuckDBTypeId.TIMESTAMP_NS:
      return new TimestampNanosecond();
    case DuckDBTypeId.TIMESTAMP_TZ:
      return new TimestampMicrosecond(context.timeZone);
    case DuckDBTypeId.INTERVAL:
      return new IntervalMonthDayNano();
    case DuckDBTypeId.ENUM:
      return isDictionary(type)
        ? new Dictionary(new Utf8(), enumIndexType(type.values.length), context.ids.take())
        : new Utf8();
    case DuckDBTypeId.LIST:
      return new List(arrowField('l', type.valueType, context));
    case DuckDBTypeId.ARRAY:
      return new FixedSizeList(type.length, arrowField('', type.valueType, context));
    case DuckDBTypeId.STRUCT:
      return new Struct(
        type.entryTypes.map((entry, i) => arrowField(type.entryNames[i] ?? '', entry, context)),
      );
    case DuckDBTypeId.MAP: {
      const key = arrowField('key', type.keyType, context, false);
      const value = arrowField('value', type.valueType, context);
      const entries = new Struct<{ key: DataType; value: DataType }>([key, value]);
      return new Map_(new Field('entries', entries, false));
    }
    case DuckDBTypeId.UNION:
      return new SparseUnion(
        type.memberTypes.map((_, i) => i),
        type.memberTypes.map((member, i) => arrowField(type.memberTags[i] ?? '', member, context)),
      );
    default:
      throw notServed(context.column, type);
  }
}

/** Arrow's index type must be DuckDB's: the smallest unsigned integer that holds all values. */
function enumIndexType(values: number): Uint8 | Uint16 | Uint32 {
  if (values <= 0xff) {
    return new Uint8();
  }
  return values <= 0xffff ? new Uint16() : new Uint32();
}

/** The failure for a column that DuckDB itself cannot export to Arrow. */
function notServed(column: string, type: DuckDBType): Failure {
  return new Failure(
    'unimplemented',
    `column '${column}' has the type ${type.toString()}, which has no Arrow type: cast it, to VARCHAR for one`,
  );
}
