import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import { BooleanColumn } from './booleans.js';
import type { ColumnBuilder } from './column-builder.js';
import { decimals16, decimals32, decimals64, intervals, timesWithZone } from './conversions.js';
import { isDictionary } from './dictionaries.js';
import { EnumTextColumn } from './enum-texts.js';
import { FixedWidthColumn } from './fixed-width.js';
import { ArrayColumn, ListColumn, StructColumn, UnionColumn } from './nested.js';
import { StringColumn } from './strings.js';
import { UuidColumn } from './uuids.js';

/** Bytes per value of the types that DuckDB and Arrow store alike. */
const widths = new Map<DuckDBTypeId, number>([
  [DuckDBTypeId.TINYINT, 1],
  [DuckDBTypeId.UTINYINT, 1],
  [DuckDBTypeId.SMALLINT, 2],
  [DuckDBTypeId.USMALLINT, 2],
  [DuckDBTypeId.SQLNULL, 4],
  [DuckDBTypeId.INTEGER, 4],
  [DuckDBTypeId.UINTEGER, 4],
  [DuckDBTypeId.BIGINT, 8],
  [DuckDBTypeId.UBIGINT, 8],
  [DuckDBTypeId.HUGEINT, 16],
  [DuckDBTypeId.UHUGEINT, 16],
  [DuckDBTypeId.FLOAT, 4],
  [DuckDBTypeId.DOUBLE, 8],
  [DuckDBTypeId.DATE, 4],
  [DuckDBTypeId.TIME, 8],
  [DuckDBTypeId.TIME_NS, 8],
  [DuckDBTypeId.TIMESTAMP_S, 8],
  [DuckDBTypeId.TIMESTAMP_MS, 8],
  [DuckDBTypeId.TIMESTAMP, 8],
  [DuckDBTypeId.TIMESTAMP_NS, 8],
  [DuckDBTypeId.TIMESTAMP_TZ, 8],
]);

/** The builder for a column of `type`. `arrowSchema` must have accepted the type. */
export function buildColumn(type: DuckDBType): ColumnBuilder {
  const width = widths.get(type.typeId);
  if (width !== undefined) {
    return new FixedWidthColumn(width);
  }
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return new BooleanColumn();
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BLOB:
    case DuckDBTypeId.BIT:
    case DuckDBTypeId.BIGNUM:
    case DuckDBTypeId.GEOMETRY: // DuckDB stores the well-known binary that Arrow needs.
      return new StringColumn();
    case DuckDBTypeId.UUID:
      return new UuidColumn();
    case DuckDBTypeId.INTERVAL:
      return new FixedWidthColumn(16, 16, intervals);
    case DuckDBTypeId.TIME_TZ:
      return new FixedWidthColumn(8, 8, timesWithZone);
    case DuckDBTypeId.DECIMAL:
      return decimalColumn(type.width);
    case DuckDBTypeId.ENUM:
      return isDictionary(type)
        ? new FixedWidthColumn(enumWidth(type.values.length))
        : new EnumTextColumn(type.values, enumWidth(type.values.length));
    case DuckDBTypeId.LIST:
      return new ListColumn(buildColumn(type.valueType));
    case DuckDBTypeId.MAP:
      return new ListColumn(
        new StructColumn([buildColumn(type.keyType), buildColumn(type.valueType)]),
      );
    case DuckDBTypeId.ARRAY:
      return new ArrayColumn(type.length, buildColumn(type.valueType));
    case DuckDBTypeId.STRUCT:
      return new StructColumn(type.entryTypes.map(buildColumn));
    case DuckDBTypeId.UNION:
      return new UnionColumn(type.memberTypes.map(buildColumn));
    default:
      throw new Error(`a column of type ${type.toString()} has no builder`);
  }
}

/** DuckDB keeps a DECIMAL in the smallest integer that holds its digits. */
function decimalColumn(digits: number): ColumnBuilder {
  if (digits <= 4) {
    return new FixedWidthColumn(2, 16, decimals16);
  }
  if (digits <= 9) {
    return new FixedWidthColumn(4, 16, decimals32);
  }
  return digits <= 18 ? new FixedWidthColumn(8, 16, decimals64) : new FixedWidthColumn(16);
}

function enumWidth(values: number): number {
  if (values <= 0xff) {
    return 1;
  }
  return values <= 0xffff ? 2 : 4;
}
