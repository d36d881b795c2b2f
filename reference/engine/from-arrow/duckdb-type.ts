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
  VARCHAR,
} from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import { DataType, Precision, TimeUnit } from 'apache-arrow';
import type { Field, Int } from 'apache-arrow';
import { Failure } from '../../errors.js';

/** The engine's own limits. */
const maximumDecimalWidth = 38;
const maximumArrayLength = 100_000;

/**
 * The DuckDB type that holds every value of an Arrow type, without loss but
 * for nanoseconds of durations, intervals and times with a zone, which the
 * engine counts in microseconds. A dictionary is what it stands for.
 * Throws a Failure that names the Arrow type when there is none.
 */
export function duckdbTypeOf(type: DataType): DuckDBType {
  return convert(type, SQLNULL);
}

/** The same for a column of a table, where an untyped NULL is an INTEGER, as in CREATE TABLE AS. */
export function columnTypeOf(type: DataType): DuckDBType {
  return convert(type, INTEGER);
}

function convert(type: DataType, ofNull: DuckDBType): DuckDBType {
  if (DataType.isDictionary(type)) {
    return convert(type.dictionary as DataType, ofNull);
  }
  return scalarType(type, ofNull) ?? temporalType(type) ?? nestedType(type, ofNull);
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

/** Whether a timestamp is a point in time, not what a clock shows. */
export function hasTimeZone(type: { readonly timezone?: string | null | undefined }): boolean {
  return type.timezone !== undefined && type.timezone !== null && type.timezone !== '';
}

function nestedType(type: DataType, ofNull: DuckDBType): DuckDBType {
  if (DataType.isList(type) || DataType.isLargeList(type)) {
    return LIST(convert(type.valueType as DataType, ofNull));
  }
  if (DataType.isFixedSizeList(type)) {
    if (type.listSize < 1 || type.listSize > maximumArrayLength) {
      throw unsupported(type, `an array has 1 to ${maximumArrayLength} elements`);
    }
    return ARRAY(convert(type.valueType as DataType, ofNull), type.listSize);
  }
  if (DataType.isMap(type)) {
    return MAP(
      convert(type.keyType as DataType, ofNull),
      convert(type.valueType as DataType, ofNull),
    );
  }
  if (DataType.isStruct(type) || DataType.isUnion(type)) {
    const fields = type.children as Field<DataType>[];
    const names = memberNames(type, fields);
    const types = fields.map((field) => convert(field.type, ofNull));
    return DataType.isStruct(type)
      ? new DuckDBStructType(names, types)
      : new DuckDBUnionType(names, types);
  }
  throw unsupported(type);
}

/** The engine tells members apart by name, without case, and needs one at least. */
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
