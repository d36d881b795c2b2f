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

/** A result column as the engine names it. */
export interface Column {
  readonly name: string;
  readonly type: DuckDBType;
}

/**
 * Hands out dictionary ids in the order in which a schema's ENUMs appear,
 * nested ones included. The batch encoder walks the types in the same order.
 */
export class DictionaryIds {
  private next = 0;
  take(): number {
    return this.next++;
  }
}

/**
 * The Arrow schema of a result: what DuckDB exports to Arrow with its default
 * settings. `timeZone` is the session's, for TIMESTAMP WITH TIME ZONE.
 * Throws a Failure that names the type when one is not served.
 */
export function arrowSchema(columns: readonly Column[], timeZone: string): Schema {
  const ids = new DictionaryIds();
  return new Schema(columns.map((column) => arrowField(column.name, column.type, timeZone, ids)));
}

function arrowField(
  name: string,
  type: DuckDBType,
  timeZone: string,
  ids: DictionaryIds,
): Field<DataType> {
  const metadata = new Map<string, string>();
  if (type.typeId === DuckDBTypeId.BIGNUM) {
    metadata.set('ARROW:extension:name', 'arrow.opaque');
    metadata.set('ARROW:extension:metadata', '{"type_name":"bignum","vendor_name":"DuckDB"}');
  }
  return new Field(name, arrowType(type, timeZone, ids), true, metadata);
}

function arrowType(type: DuckDBType, timeZone: string, ids: DictionaryIds): DataType {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return new Bool();
    case DuckDBTypeId.TINYINT:
      return new Int8();
    case DuckDBTypeId.SMALLINT:
      return new Int16();
    case DuckDBTypeId.SQLNULL: // An untyped NULL leaves the engine as INTEGER.
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
      return new TimestampMicrosecond(timeZone);
    case DuckDBTypeId.INTERVAL:
      return new IntervalMonthDayNano();
    case DuckDBTypeId.ENUM:
      return new Dictionary(new Utf8(), enumIndexType(type.values.length), ids.take());
    case DuckDBTypeId.LIST:
      return new List(arrowField('l', type.valueType, timeZone, ids));
    case DuckDBTypeId.ARRAY:
      return new FixedSizeList(type.length, arrowField('', type.valueType, timeZone, ids));
    case DuckDBTypeId.STRUCT:
      return new Struct(
        type.entryTypes.map((entry, i) =>
          arrowField(type.entryNames[i] ?? '', entry, timeZone, ids),
        ),
      );
    case DuckDBTypeId.MAP: {
      const key = new Field('key', arrowType(type.keyType, timeZone, ids), false);
      const value = arrowField('value', type.valueType, timeZone, ids);
      const entries = new Struct<{ key: DataType; value: DataType }>([key, value]);
      return new Map_(new Field('entries', entries, false));
    }
    case DuckDBTypeId.UNION:
      return new SparseUnion(
        type.memberTypes.map((_, i) => i),
        type.memberTypes.map((member, i) =>
          arrowField(type.memberTags[i] ?? '', member, timeZone, ids),
        ),
      );
    default:
      throw new Failure('unimplemented', `a result of type ${type.toString()} is not served yet`);
  }
}

/** DuckDB stores an ENUM's index in the smallest unsigned integer that holds its values. */
function enumIndexType(values: number): Uint8 | Uint16 | Uint32 {
  if (values <= 0xff) {
    return new Uint8();
  }
  return values <= 0xffff ? new Uint16() : new Uint32();
}
