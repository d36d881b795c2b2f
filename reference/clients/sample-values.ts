/** A value of a SQL type: how to write it, its Arrow type, and how it prints when it arrived whole. */
export interface SampleValue {
  readonly sql: string;
  readonly arrow: string;
  readonly printed: string;
}

const rows: [string, string, string][] = [
  ['true', 'Bool', 'true'],
  ['(-128)::TINYINT', 'Int8', '-128'],
  ['255::UTINYINT', 'Uint8', '255'],
  ['(-32768)::SMALLINT', 'Int16', '-32768'],
  ['65535::USMALLINT', 'Uint16', '65535'],
  ['(-2147483648)::INTEGER', 'Int32', '-2147483648'],
  ['4294967295::UINTEGER', 'Uint32', '4294967295'],
  ['9007199254740993::BIGINT', 'Int64', '9007199254740993'],
  ['18446744073709551615::UBIGINT', 'Uint64', '18446744073709551615'],
  [
    '170141183460469231731687303715884105727::HUGEINT',
    'Decimal[38e0]',
    '170141183460469231731687303715884105727',
  ],
  ['1.5::FLOAT', 'Float32', '1.5'],
  ['0.1::DOUBLE', 'Float64', '0.1'],
  ['(-12.34)::DECIMAL(4, 2)', 'Decimal[4e+2]', '-12.34'],
  ['12345678901234567890.123::DECIMAL(38, 3)', 'Decimal[38e+3]', '12345678901234567890.123'],
  ["'Größe, with more than twelve bytes'", 'Utf8', "'Größe, with more than twelve bytes'"],
  ["'\\x00\\xFF'::BLOB", 'Binary', "x'00ff'"],
  ["DATE '2024-02-29'", 'Date32<DAY>', "'2024-02-29'"],
  ["TIME '12:34:56.789012'", 'Time64<MICROSECOND>', "'12:34:56.789012'"],
  [
    "TIMESTAMP '2024-02-29 12:34:56.789012'",
    'Timestamp<MICROSECOND>',
    '2024-02-29 12:34:56.789012',
  ],
  ["TIMESTAMP_S '1969-12-31 23:59:59'", 'Timestamp<SECOND>', '1969-12-31 23:59:59.000000'],
  [
    "TIMESTAMP_MS '2024-02-29 12:34:56.789'",
    'Timestamp<MILLISECOND>',
    '2024-02-29 12:34:56.789000',
  ],
  [
    "TIMESTAMP_NS '2024-02-29 12:34:56.789012345'",
    'Timestamp<NANOSECOND>',
    '2024-02-29 12:34:56.789012345',
  ],
  [
    "INTERVAL '1 month 2 days 3 seconds'",
    'Interval<MONTH_DAY_NANO>',
    "'1 months 2 days 3000000000 ns'",
  ],
  [
    "'00000000-0000-4000-8000-00000000000a'::UUID",
    'Utf8',
    "'00000000-0000-4000-8000-00000000000a'",
  ],
  ['[1, NULL, 3]', 'List<Int32>', '[1, NULL, 3]'],
  ['array_value(1, 2, 3)', 'FixedSizeList[3]<Int32>', '[1, 2, 3]'],
  ["{'x': 1, 'y': 'z'}", 'Struct<{x:Int32, y:Utf8}>', "{x: 1, y: 'z'}"],
  ["MAP {'k': 1}", 'Map<{key:Utf8, value:Int32}>', "[{key: 'k', value: 1}]"],
];

/** A value of every type that any Flight SQL client should be able to read. */
export const sampleValues: readonly SampleValue[] = rows.map(([sql, arrow, printed]) => ({
  sql,
  arrow,
  printed,
}));
