import { ARRAY, DuckDBStructType, DuckDBTypeId, LIST, MAP, VARCHAR } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';

/** Types whose values clients cannot send in the form in which a result has them, or lose a part of. */
const sentAsText: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.ENUM, // A dictionary has its values in messages of their own.
  DuckDBTypeId.INTERVAL, // JDBC has no such type.
  DuckDBTypeId.TIME_TZ, // Arrow's time has no zone.
  DuckDBTypeId.BIT, // The engine takes bytes for bits of their own,
  DuckDBTypeId.BIGNUM, // for a text's,
  DuckDBTypeId.GEOMETRY, // or not at all.
  DuckDBTypeId.VARIANT,
]);

/**
 * The type to announce for a parameter of `type`: one whose values clients can
 * send and the engine casts to the right ones, text where there is no other.
 */
export function sendableType(type: DuckDBType): DuckDBType {
  if (sentAsText.has(type.typeId)) {
    return VARCHAR;
  }
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return LIST(sendableType(type.valueType));
    case DuckDBTypeId.ARRAY:
      return ARRAY(sendableType(type.valueType), type.length);
    case DuckDBTypeId.MAP:
      return MAP(sendableType(type.keyType), sendableType(type.valueType));
    case DuckDBTypeId.STRUCT:
      return new DuckDBStructType(type.entryNames, type.entryTypes.map(sendableType));
    case DuckDBTypeId.UNION:
      // Few clients can make one, and the engine casts no text to one that has no member for it.
      return type.memberTypes.some(({ typeId }) => typeId === DuckDBTypeId.VARCHAR)
        ? VARCHAR
        : type;
    default:
      return type;
  }
}
