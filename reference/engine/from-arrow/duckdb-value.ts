import {
  DuckDBArrayValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBUnionValue,
} from '@duckdb/node-api';
import type { DuckDBMapEntry, DuckDBValue } from '@duckdb/node-api';
import { DataType, UnionMode } from 'apache-arrow';
import type { Data, Field, Map_, Struct, Union, Vector } from 'apache-arrow';
import { Failure } from '../../errors.js';
import { duckdbTypeOf, mapFields } from './duckdb-type.js';
import { extensionReader } from './extension-reader.js';
import { dictionaryField } from './extension-type.js';
import { valueJson } from './parameter-json.js';
import { scalarReader } from './scalar-reader.js';
import { temporalReader } from './temporal-reader.js';
import type { ValueReader } from './value-reader.js';

/**
 * The use of the values. The engine's API cannot bind a union whose member is NULL, so a parameter is then a
 * plain NULL. In a column it cannot write a NULL union, so the value keeps its tag.
 */
export type Purpose = 'parameter' | 'column';

/**
 * Returns a reader of one column's values as DuckDB values of the type `duckdbTypeOf(field)`. It reads the
 * buffers itself, because apache-arrow's getters round times to numbers and drop a text's byte order mark.
 * Reading throws a Failure for a value that the DuckDB type cannot hold or that Arrow does not allow.
 */
export function valueReader(data: Data, field: Field, purpose: Purpose): ValueReader {
  const { type } = data;
  if (DataType.isNull(type)) {
    return () => null;
  }
  if (DataType.isUnion(type)) {
    return unionReader(data, type, purpose); // A union has no validity bitmap of its own.
  }
  const read =
    extensionReader(data, field) ??
    scalarReader(data) ??
    temporalReader(data) ??
    nestedReader(data, field, purpose);
  if (data.nullCount === 0) {
    return read;
  }
  const { nullBitmap, offset } = data as { nullBitmap: Uint8Array; offset: number };
  return (row) => {
    const bit = offset + row;
    return ((nullBitmap[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0 ? null : read(row);
  };
}

function nestedReader(data: Data, field: Field, purpose: Purpose): ValueReader {
  const { type } = data;
  if (DataType.isDictionary(type)) {
    return dictionaryReader(data, dictionaryField(field), purpose);
  }
  if (DataType.isStruct(type)) {
    return structReader(data, type, purpose);
  }
  const [child] = data.children;
  const [childField] = type.children;
  if (child === undefined || childField === undefined) {
    return () => new DuckDBListValue([]); // A nested type without rows may lack its child.
  }
  if (DataType.isFixedSizeList(type)) {
    const read = valueReader(child, childField, purpose);
    return (row) =>
      new DuckDBArrayValue(range(read, row * type.listSize, (row + 1) * type.listSize));
  }
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  if (DataType.isMap(type)) {
    return mapReader(child, offsets, type, purpose);
  }
  const read = valueReader(child, childField, purpose);
  return (row) => new DuckDBListValue(range(read, Number(offsets[row]), Number(offsets[row + 1])));
}

function childReaders(data: Data, fields: readonly Field[], purpose: Purpose): ValueReader[] {
  return fields.flatMap((field, i) => {
    const child = data.children[i];
    return child === undefined ? [] : [valueReader(child, field, purpose)];
  });
}

function range(read: ValueReader, begin: number, end: number): DuckDBValue[] {
  const values: DuckDBValue[] = [];
  for (let i = begin; i < end; i++) {
    values.push(read(i));
  }
  return values;
}

function structReader(data: Data, type: Struct, purpose: Purpose): ValueReader {
  const names = type.children.map((field) => field.name);
  const readers = childReaders(data, type.children, purpose);
  // An assignment to `__proto__` would create no member; `fromEntries` does.
  return (row) =>
    new DuckDBStructValue(
      Object.fromEntries(
        readers.map((read, i): [string, DuckDBValue] => [names[i] ?? '', read(row)]),
      ),
    );
}

function mapReader(
  entries: Data,
  offsets: Int32Array | BigInt64Array,
  type: Map_,
  purpose: Purpose,
): ValueReader {
  const fields = mapFields(type);
  const [keys, values] = childReaders(entries, fields, purpose);
  const keyType = duckdbTypeOf(fields[0]);
  return (row) => {
    const result: DuckDBMapEntry[] = [];
    const seen = new Set<string>();
    for (let i = Number(offsets[row]); i < Number(offsets[row + 1]); i++) {
      const key = keys?.(i) ?? null;
      const text = valueJson(key, keyType);
      if (key === null || seen.has(text)) {
        throw new Failure(
          'invalid-argument',
          key === null ? 'a key of a map is NULL' : `a map has the key ${text} twice`,
        );
      }
      seen.add(text);
      result.push({ key, value: values?.(i) ?? null });
    }
    return new DuckDBMapValue(result);
  };
}

function unionReader(data: Data, type: Union, purpose: Purpose): ValueReader {
  const typeIds = data.typeIds as Int8Array;
  const offsets = data.valueOffsets as Int32Array | undefined;
  const tags = type.children.map((field) => field.name);
  const readers = childReaders(data, type.children, purpose);
  return (row) => {
    const member = type.typeIdToChildIndex[typeIds[row] ?? -1];
    const read = member === undefined ? undefined : readers[member];
    if (member === undefined || read === undefined) {
      throw new Failure(
        'invalid-argument',
        `a union has no member of type id ${Number(typeIds[row])}`,
      );
    }
    const value = read(type.mode === UnionMode.Dense ? Number(offsets?.[row]) : row);
    return value === null && purpose === 'parameter'
      ? null
      : new DuckDBUnionValue(tags[member] ?? '', value);
  };
}

function dictionaryReader(data: Data, field: Field, purpose: Purpose): ValueReader {
  const indices = data.values as ArrayLike<number | bigint>;
  const read = vectorReader(data.dictionary, field, purpose);
  const values = new Map<number, DuckDBValue>();
  return (row) => {
    const index = Number(indices[row]);
    let value = values.get(index);
    if (value === undefined) {
      value = read(index);
      values.set(index, value);
    }
    return value;
  };
}

/** Reads a dictionary. Deltas add to it, and each is a piece of its vector. */
function vectorReader(vector: Vector | undefined, field: Field, purpose: Purpose): ValueReader {
  const data = (vector?.data ?? []) as readonly Data[];
  const pieces = data.map((piece) => ({
    length: piece.length,
    read: valueReader(piece, field, purpose),
  }));
  return (index) => {
    let rest = index;
    for (const { length, read } of pieces) {
      if (rest < length) {
        return read(rest);
      }
      rest -= length;
    }
    throw new Failure('invalid-argument', `a dictionary has no value ${index}`);
  };
}
