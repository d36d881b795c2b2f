import { ARRAY, DuckDBStructType, DuckDBTypeId, LIST, MAP, VARCHAR } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';

/** Types whose values clients cannot send in the form of a result, or not without loss. */
const sentAsText: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.ENUM, // A dictionary needs separate messages for its values.
  DuckDBTypeId.INTERVAL, // JDBC has no such type.
  DuckDBTypeId.TIME_TZ, // Arrow's time has no zone.
  DuckDBTypeId.BIT, // The engine would take Arrow's bytes for bits of its own format,
  DuckDBTypeId.BIGNUM, // for the characters of a text,
  DuckDBTypeId.GEOMETRY, // or would not accept them.
  DuckDBTypeId.VARIANT,
]);

/**
 * The type to announce for a parameter of `type`: one that clients can send and the engine casts to `type`.
 * VARCHAR if there is no other.
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
      // Few clients can send a union, and the engine casts no text to a union without a VARCHAR member.
      return type.memberTypes.some(({ typeId }) => typeId === DuckDBTypeId.VARCHAR)
        ? VARCHAR
        : type;
    default:
      return type;
  }
}
