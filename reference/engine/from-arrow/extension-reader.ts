import { DuckDBBlobValue, DuckDBUUIDValue } from '@duckdb/node-api';
import type { Data, Field } from 'apache-arrow';
import { extensionType } from './extension-type.js';
import { scalarReader } from './scalar-reader.js';
import type { ValueReader } from './value-reader.js';

/**
 * Returns a reader of non-null values of the extension types whose values differ from their storage;
 * undefined for other types.
 */
export function extensionReader(data: Data, field: Field): ValueReader | undefined {
  const read = scalarReader(data);
  if (read === undefined) {
    return undefined;
  }
  switch (extensionType(field)) {
    case 'arrow.uuid':
      return (row) => {
        const value = read(row);
        return value instanceof DuckDBBlobValue ? uuid(value.bytes) : value;
      };
    case 'arrow.bool8':
      return (row) => read(row) !== 0;
    default:
      return undefined;
  }
}

/** The bytes of a UUID are in the order of its text. */
function uuid(bytes: Uint8Array): DuckDBUUIDValue {
  return DuckDBUUIDValue.fromUint128(BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}
