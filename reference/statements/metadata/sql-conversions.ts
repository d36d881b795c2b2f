import { SqlSupportsConvert as To } from '../../../protocol/gen/flight_sql_pb.js';

const numbers = [
  To.SQL_CONVERT_BIGINT,
  To.SQL_CONVERT_BIT,
  To.SQL_CONVERT_DECIMAL,
  To.SQL_CONVERT_FLOAT,
  To.SQL_CONVERT_INTEGER,
  To.SQL_CONVERT_NUMERIC,
  To.SQL_CONVERT_REAL,
  To.SQL_CONVERT_SMALLINT,
  To.SQL_CONVERT_TINYINT,
];
const texts = [To.SQL_CONVERT_CHAR, To.SQL_CONVERT_LONGVARCHAR, To.SQL_CONVERT_VARCHAR];
const bytes = [To.SQL_CONVERT_BINARY, To.SQL_CONVERT_LONGVARBINARY, To.SQL_CONVERT_VARBINARY];
const intervals = [To.SQL_CONVERT_INTERVAL_DAY_TIME, To.SQL_CONVERT_INTERVAL_YEAR_MONTH];
const all = Object.values(To).filter((value) => typeof value === 'number');

/**
 * The casts that GetSqlInfo reports, by source type: between numbers and booleans, between text and every
 * type, and between a timestamp and its parts, if midnight is the only value to be added.
 */
export const sqlConversions: ReadonlyMap<number, readonly number[]> = new Map<To, To[]>([
  ...numbers.map((from): [To, To[]] => [from, [...numbers, ...texts]]),
  ...texts.map((from): [To, To[]] => [from, all]),
  ...bytes.map((from): [To, To[]] => [from, [...bytes, ...texts]]),
  ...intervals.map((from): [To, To[]] => [from, [...intervals, ...texts]]),
  [To.SQL_CONVERT_DATE, [To.SQL_CONVERT_DATE, To.SQL_CONVERT_TIMESTAMP, ...texts]],
  [To.SQL_CONVERT_TIME, [To.SQL_CONVERT_TIME, ...texts]],
  [
    To.SQL_CONVERT_TIMESTAMP,
    [To.SQL_CONVERT_DATE, To.SQL_CONVERT_TIME, To.SQL_CONVERT_TIMESTAMP, ...texts],
  ],
]);
