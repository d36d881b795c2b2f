import { XdbcDataType, XdbcDatetimeSubcode } from '../../../protocol/gen/flight_sql_pb.js';

/** The JDBC/ODBC description of one engine type. Absent properties do not apply to the type. */
export interface XdbcType {
  /** The engine's name of the type. */
  readonly name: string;
  readonly dataType: XdbcDataType;
  /** The digits or bits of a number (see `number.radix`), or the characters of a date or time. */
  readonly columnSize?: number;
  /** The prefix and suffix of a literal. */
  readonly literal?: readonly [before: string, after: string];
  readonly createParams?: readonly string[];
  readonly isText?: boolean;
  readonly number?: { readonly unsigned: boolean; readonly radix: 2 | 10 };
  readonly scale?: readonly [minimum: number, maximum: number];
  /** Present only if it differs from `dataType`: dates and times are all XDBC_DATETIME. */
  readonly sqlDataType?: XdbcDataType;
  readonly datetimeSubcode?: XdbcDatetimeSubcode;
}

function integer(name: string, dataType: XdbcDataType, columnSize: number): XdbcType {
  const unsigned = name.startsWith('U');
  return { name, dataType, columnSize, number: { unsigned, radix: 10 }, scale: [0, 0] };
}

function float(name: string, dataType: XdbcDataType, bits: number): XdbcType {
  return { name, dataType, columnSize: bits, number: { unsigned: false, radix: 2 } };
}

function datetime(
  name: string,
  dataType: XdbcDataType,
  datetimeSubcode: XdbcDatetimeSubcode,
  columnSize: number,
  digits?: number,
): XdbcType {
  return {
    name,
    dataType,
    columnSize,
    literal: [`${name} '`, "'"],
    ...(digits === undefined ? {} : { scale: [digits, digits] as const }),
    sqlDataType: XdbcDataType.XDBC_DATETIME,
    datetimeSubcode,
  };
}

const { XDBC_TIME, XDBC_TIMESTAMP } = XdbcDataType;
const { XDBC_SUBCODE_TIME, XDBC_SUBCODE_TIME_WITH_TIMEZONE } = XdbcDatetimeSubcode;
const { XDBC_SUBCODE_TIMESTAMP, XDBC_SUBCODE_TIMESTAMP_WITH_TIMEZONE } = XdbcDatetimeSubcode;

/**
 * DuckDB's scalar types that have a JDBC/ODBC number. Unsigned types use the number of the signed type of the
 * same width.
 */
export const xdbcTypes: readonly XdbcType[] = [
  { name: 'BOOLEAN', dataType: XdbcDataType.XDBC_BIT, columnSize: 1 },
  integer('TINYINT', XdbcDataType.XDBC_TINYINT, 3),
  integer('UTINYINT', XdbcDataType.XDBC_TINYINT, 3),
  integer('SMALLINT', XdbcDataType.XDBC_SMALLINT, 5),
  integer('USMALLINT', XdbcDataType.XDBC_SMALLINT, 5),
  integer('INTEGER', XdbcDataType.XDBC_INTEGER, 10),
  integer('UINTEGER', XdbcDataType.XDBC_INTEGER, 10),
  integer('BIGINT', XdbcDataType.XDBC_BIGINT, 19),
  integer('UBIGINT', XdbcDataType.XDBC_BIGINT, 20),
  integer('HUGEINT', XdbcDataType.XDBC_NUMERIC, 39),
  integer('UHUGEINT', XdbcDataType.XDBC_NUMERIC, 39),
  {
    name: 'DECIMAL',
    dataType: XdbcDataType.XDBC_DECIMAL,
    columnSize: 38,
    createParams: ['precision', 'scale'],
    number: { unsigned: false, radix: 10 },
    scale: [0, 38],
  },
  float('FLOAT', XdbcDataType.XDBC_REAL, 24),
  float('DOUBLE', XdbcDataType.XDBC_DOUBLE, 53),
  {
    name: 'VARCHAR',
    dataType: XdbcDataType.XDBC_VARCHAR,
    literal: ["'", "'"],
    createParams: ['length'],
    isText: true,
  },
  { name: 'BLOB', dataType: XdbcDataType.XDBC_VARBINARY, literal: ["'", "'::BLOB"] },
  datetime('DATE', XdbcDataType.XDBC_DATE, XdbcDatetimeSubcode.XDBC_SUBCODE_DATE, 10),
  datetime('TIME', XDBC_TIME, XDBC_SUBCODE_TIME, 15, 6),
  datetime('TIME_NS', XDBC_TIME, XDBC_SUBCODE_TIME, 18, 9),
  datetime('TIME WITH TIME ZONE', XDBC_TIME, XDBC_SUBCODE_TIME_WITH_TIMEZONE, 24, 6),
  datetime('TIMESTAMP_S', XDBC_TIMESTAMP, XDBC_SUBCODE_TIMESTAMP, 19, 0),
  datetime('TIMESTAMP_MS', XDBC_TIMESTAMP, XDBC_SUBCODE_TIMESTAMP, 23, 3),
  datetime('TIMESTAMP', XDBC_TIMESTAMP, XDBC_SUBCODE_TIMESTAMP, 26, 6),
  datetime('TIMESTAMP_NS', XDBC_TIMESTAMP, XDBC_SUBCODE_TIMESTAMP, 29, 9),
  datetime('TIMESTAMP WITH TIME ZONE', XDBC_TIMESTAMP, XDBC_SUBCODE_TIMESTAMP_WITH_TIMEZONE, 32, 6),
  // Its range is from months to microseconds, and no interval subcode covers that.
  { name: 'INTERVAL', dataType: XdbcDataType.XDBC_INTERVAL, literal: ["INTERVAL '", "'"] },
];
