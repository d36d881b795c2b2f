import {
  ARRAY,
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBStructType,
  DuckDBUnionType,
  FLOAT,
  INTEGER,
  INTERVAL,
  LIST,
  MAP,
  SMALLINT,
  SQLNULL,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMESTAMP_MS,
  TIMESTAMP_NS,
  TIMESTAMP_S,
  TIME_NS,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR,
} from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import { DataType, Precision, TimeUnit } from 'apache-arrow';
import type { Field, Int, Map_ } from 'apache-arrow';
import { Failure } from '../../errors.js';
import { dictionaryField, extensionType } from './extension-type.js';
import type { ExtensionType } from './extension-type.js';
import { JSON_TEXT } from './json-type.js';

const maximumDecimalWidth = 38;
const maximumArrayLength = 100_000;

/**
 * The DuckDB type that holds every value of an Arrow field without loss. The exceptions are nanoseconds of
 * durations, intervals and times with a zone: the engine has microseconds there. A dictionary has the type of
 * its values. The extension types for UUIDs and 8-bit booleans have DuckDB types; geometries are BLOBs, and
 * other extension types have their storage type. Throws a Failure that names the Arrow type if there is no
 * such type.
 */
export function duckdbTypeOf(field: Field): DuckDBType {
  return convert(field, SQLNULL);
}

/**
 * Like `duckdbTypeOf`, for a column of a table: an untyped NULL is INTEGER, as in CREATE TABLE AS, and JSON
 * text is JSON.
 */
export function columnTypeOf(field: Field): DuckDBType {
  return convert(field, INTEGER);
}

const extensionTypes: Readonly<Record<ExtensionType, DuckDBType>> = {
  'arrow.uuid': UUID,
  'arrow.bool8': BOOLEAN,
  'arrow.json': JSON_TEXT,
  'geoarrow.wkb': BLOB,
};

function convert(field: Field, ofNull: DuckDBType): DuckDBType {
  const type = field.type as DataType;
  if (DataType.isDictionary(type)) {
    return convert(dictionaryField(field), ofNull);
  }
  const extension = extensionType(field);
  return (
    (extension && extensionTypes[extension]) ??
    scalarType(type, ofNull) ??
    temporalType(type) ??
    nestedType(type, ofNull)
  );
}

function scalarType(type: DataType, ofNull: DuckDBType): DuckDBType | undefined {
  if (DataType.isNull(type)) {
    return ofNull;
  }
  if (DataType.isBool(type)) {
    return BOOLEAN;
  }
  if (DataType.isInt(type)) {
    return integerType(type);
  }
  if (DataType.isFloat(type)) {
    return type.precision === Precision.DOUBLE ? DOUBLE : FLOAT;
  }
  if (DataType.isDecimal(type)) {
    const { precision, scale } = type;
    if (precision < 1 || precision > maximumDecimalWidth || scale < 0 || scale > precision) {
      throw unsupported(type, `DECIMAL has at most ${maximumDecimalWidth} digits`);
    }
    return DECIMAL(precision, scale);
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)) {
    return VARCHAR;
  }
  const isBytes =
    DataType.isBinary(type) ||
    DataType.isLargeBinary(type) ||
    DataType.isBinaryView(type) ||
    DataType.isFixedSizeBinary(type);
  return isBytes ? BLOB : undefined;
}

function integerType(type: Int): DuckDBType {
  switch (type.bitWidth) {
    case 8:
      return type.isSigned ? TINYINT : UTINYINT;
    case 16:
      return type.isSigned ? SMALLINT : USMALLINT;
    case 32:
      return type.isSigned ? INTEGER : UINTEGER;
    case 64:
      return type.isSigned ? BIGINT : UBIGINT;
  }
}

function temporalType(type: DataType): DuckDBType | undefined {
  if (DataType.isDate(type)) {
    return DATE;
  }
  if (DataType.isTime(type)) {
    return type.unit === TimeUnit.NANOSECOND ? TIME_NS : TIME;
  }
  if (DataType.isTimestamp(type)) {
    return hasTimeZone(type) ? TIMESTAMPTZ : timestampTypes[type.unit];
  }
  return DataType.isDuration(type) || DataType.isInterval(type) ? INTERVAL : undefined;
}

const timestampTypes: Readonly<Record<TimeUnit, DuckDBType>> = {
  [TimeUnit.SECOND]: TIMESTAMP_S,
  [TimeUnit.MILLISECOND]: TIMESTAMP_MS,
  [TimeUnit.MICROSECOND]: TIMESTAMP,
  [TimeUnit.NANOSECOND]: TIMESTAMP_NS,
};

/** Whether a timestamp is a point in time, not a local time. */
export function hasTimeZone(type: { readonly timezone?: string | null | undefined }): boolean {
  return type.timezone !== undefined && type.timezone !== null && type.timezone !== '';
}

function nestedType(type: DataType, ofNull: DuckDBType): DuckDBType {
  if (DataType.isList(type) || DataType.isLargeList(type)) {
    return LIST(convert(firstChild(type), ofNull));
  }
  if (DataType.isFixedSizeList(type)) {
    if (type.listSize < 1 || type.listSize > maximumArrayLength) {
      throw unsupported(type, `an array has 1 to ${maximumArrayLength} elements`);
    }
    return ARRAY(convert(firstChild(type), ofNull), type.listSize);
  }
  if (DataType.isMap(type)) {
    const [key, value] = mapFields(type);
    return MAP(convert(key, ofNull), convert(value, ofNull));
  }
  if (DataType.isStruct(type) || DataType.isUnion(type)) {
    const fields = type.children as Field<DataType>[];
    const names = memberNames(type, fields);
    const types = fields.map((field) => convert(field, ofNull));
    return DataType.isStruct(type)
      ? new DuckDBStructType(names, types)
      : new DuckDBUnionType(names, types);
  }
  throw unsupported(type);
}

function firstChild(type: DataType): Field {
  const [child] = type.children;
  if (child === undefined) {
    throw unsupported(type, 'it does not say of what');
  }
  return child;
}

/** The fields of a map's keys and values. */
export function mapFields(type: Map_): readonly [Field, Field] {
  const { children } = type.childType as unknown as { readonly children: readonly Field[] };
  const [key, value] = children;
  if (key === undefined || value === undefined) {
    throw unsupported(type, 'it has no keys or no values');
  }
  return [key, value];
}

/** The engine compares member names without case, and requires at least one member. */
function memberNames(type: DataType, fields: readonly Field[]): string[] {
  const names = fields.map((field) => field.name);
  if (names.length === 0) {
    throw unsupported(type, 'it has no members');
  }
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) {
      throw unsupported(type, `two members are named '${name}'`);
    }
    seen.add(name.toLowerCase());
  }
  return names;
}

function unsupported(type: DataType, why = 'the engine has no such type'): Failure {
  return new Failure(
    'invalid-argument',
    `values of the Arrow type ${(type as { toString(): string }).toString()} are not supported: ${why}`,
  );
}
