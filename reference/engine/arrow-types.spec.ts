import { INTEGER } from '@duckdb/node-api';
import { DataType } from 'apache-arrow';
import type { Field, Map_ } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBatch } from '../../steps/client/result-table.js';
import { printValue } from '../../steps/client/plain-value.js';
import type { PlainValue } from '../../steps/client/plain-value.js';
import { openConnection, received } from './engine-fixture.js';
import type { OpenConnection } from './engine-fixture.js';

let database: OpenConnection;
beforeAll(async () => {
  database = await openConnection();
});
afterAll(() => {
  database.close();
});

async function rows(sql: string): Promise<PlainValue[][]> {
  return (await received(database.connection, sql)).batches.flatMap(decodeBatch);
}

/** A type, the Arrow type it becomes, and literals of it with the values that arrive. */
type Sample = readonly [type: string, arrow: string, values: Readonly<Record<string, string>>];

const samples: readonly Sample[] = [
  ['BOOLEAN', 'Bool', { true: 'true', false: 'false' }],
  ['TINYINT', 'Int8', { '-128': '-128', '127': '127' }],
  ['SMALLINT', 'Int16', { '-32768': '-32768', '32767': '32767' }],
  ['INTEGER', 'Int32', { '-2147483648': '-2147483648', '2147483647': '2147483647' }],
  ['BIGINT', 'Int64', { "'-9223372036854775808'": '-9223372036854775808', '0': '0' }],
  ['UTINYINT', 'Uint8', { '0': '0', '255': '255' }],
  ['USMALLINT', 'Uint16', { '65535': '65535' }],
  ['UINTEGER', 'Uint32', { '4294967295': '4294967295' }],
  ['UBIGINT', 'Uint64', { '18446744073709551615': '18446744073709551615' }],
  [
    'HUGEINT',
    'Decimal[38e0]',
    {
      '99999999999999999999999999999999999999': '99999999999999999999999999999999999999',
      '-1': '-1',
      // 2^64: the halves must not be swapped.
      '18446744073709551616': '18446744073709551616',
    },
  ],
  ['UHUGEINT', 'Decimal[38e0]', { '18446744073709551617': '18446744073709551617' }],
  ['FLOAT', 'Float32', { '1.5': '1.5', "'nan'": 'NaN', "'-inf'": '-Infinity' }],
  ['DOUBLE', 'Float64', { '0.1': '0.1', "'inf'": 'Infinity', "'-0.0'": '0' }],
  ['DECIMAL(4,1)', 'Decimal[4e+1]', { '999.9': '999.9', '-0.1': '-0.1' }],
  ['DECIMAL(9,2)', 'Decimal[9e+2]', { '-1234567.89': '-1234567.89' }],
  ['DECIMAL(18,6)', 'Decimal[18e+6]', { '-123456789012.345678': '-123456789012.345678' }],
  [
    'DECIMAL(38,8)',
    'Decimal[38e+8]',
    { "'-123456789012345678901234567890.12345678'": '-123456789012345678901234567890.12345678' },
  ],
  [
    'VARCHAR',
    'Utf8',
    {
      "''": "''",
      // Twelve bytes fit into DuckDB's slot, thirteen do not.
      "'123456789012'": "'123456789012'",
      "'1234567890123'": "'1234567890123'",
      "'😀 ünïcödé, and more than a slot holds'": "'😀 ünïcödé, and more than a slot holds'",
      "'a' || chr(0) || 'b'": "'a\0b'",
      "chr(65279) || 'mark'": "'\ufeffmark'",
    },
  ],
  ['BLOB', 'Binary', { "''": "x''", "'\\x00\\xFF'": "x'00ff'" }],
  // A bit string leaves as DuckDB keeps it: the number of unused bits, then the bits.
  ['BIT', 'Binary', { "'1010'": "x'04fa'", "'1'": "x'07ff'" }],
  [
    'UUID',
    'Utf8',
    {
      "'ffffffff-ffff-ffff-ffff-ffffffffffff'": "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
      "'00000000-0000-0000-0000-000000000000'": "'00000000-0000-0000-0000-000000000000'",
      "'80123456-789a-bcde-f012-3456789abcde'": "'80123456-789a-bcde-f012-3456789abcde'",
    },
  ],
  ['JSON', 'Utf8', { '\'{"a": 1}\'': '\'{"a": 1}\'' }],
  ['DATE', 'Date32<DAY>', { "'1969-12-31'": "'1969-12-31'", "'9999-12-31'": "'9999-12-31'" }],
  ['TIME', 'Time64<MICROSECOND>', { "'23:59:59.999999'": "'23:59:59.999999'" }],
  ['TIMETZ', 'Time64<MICROSECOND>', { "'10:00:00+02'": "'10:00:00.000000'" }],
  ['TIME_NS', 'Time64<NANOSECOND>', { "'10:00:00.123456789'": "'10:00:00.123456789'" }],
  ['TIMESTAMP_S', 'Timestamp<SECOND>', { "'1900-01-01 00:00:01'": '1900-01-01 00:00:01.000000' }],
  [
    'TIMESTAMP_MS',
    'Timestamp<MILLISECOND>',
    { "'2020-01-01 00:00:00.001'": '2020-01-01 00:00:00.001000' },
  ],
  [
    'TIMESTAMP',
    'Timestamp<MICROSECOND>',
    { "'1969-12-31 23:59:59.999999'": '1969-12-31 23:59:59.999999' },
  ],
  [
    'TIMESTAMP_NS',
    'Timestamp<NANOSECOND>',
    { "'2020-01-01 00:00:00.000000001'": '2020-01-01 00:00:00.000000001' },
  ],
  [
    'TIMESTAMPTZ',
    'Timestamp<MICROSECOND, Europe/Berlin>',
    { "'2020-07-01 12:00:00+02'": '2020-07-01 10:00:00.000000+00' },
  ],
  [
    'INTERVAL',
    'Interval<MONTH_DAY_NANO>',
    {
      "'14 months -3 days 1.000001 seconds'": "'14 months -3 days 1000001000 ns'",
      "'-1 microsecond'": "'0 months 0 days -1000 ns'",
    },
  ],
  ["ENUM('sad', 'happy')", 'Dictionary<Uint8, Utf8>', { "'happy'": "'happy'", "'sad'": "'sad'" }],
  ['INTEGER[]', 'List<Int32>', { '[1, NULL, 3]': '[1, NULL, 3]', '[]': '[]' }],
  ['VARCHAR[][]', 'List<List<Utf8>>', { "[['a'], [], NULL, [NULL]]": "[['a'], [], NULL, [NULL]]" }],
  ['INTEGER[3]', 'FixedSizeList[3]<Int32>', { '[1, NULL, 3]': '[1, NULL, 3]' }],
  [
    'STRUCT(a INTEGER, b VARCHAR[])',
    'Struct<{a:Int32, b:List<Utf8>}>',
    { "{'a': 1, 'b': NULL}": '{a: 1, b: NULL}', "{'a': NULL, 'b': ['x']}": "{a: NULL, b: ['x']}" },
  ],
  [
    'MAP(VARCHAR, INTEGER)',
    'Map<{key:Utf8, value:Int32}>',
    {
      "MAP {'x': 1, 'y': NULL}": "[{key: 'x', value: 1}, {key: 'y', value: NULL}]",
      'MAP {}': '[]',
    },
  ],
  [
    'UNION(n INTEGER, s VARCHAR)',
    'Union<Int32 | Utf8>',
    { 'union_value(n := 5)': '5', "union_value(s := 'text')": "'text'" },
  ],
];

describe.each(samples)('%s', (type, arrow, values) => {
  it(`becomes ${arrow}`, async () => {
    const prepared = await database.connection.prepare(`SELECT NULL::${type} AS c`);
    const announced = await prepared.schema();
    prepared.close();
    const { schema } = await received(database.connection, `SELECT NULL::${type} AS c`);
    expect(String(schema.fields[0]?.type)).toContain(arrow);
    expect(String(announced)).toBe(String(schema));
    expect(schema.fields[0]).toMatchObject({ name: 'c', nullable: true });
  });

  it('brings its values and NULL, each in its row', async () => {
    const literals = Object.keys(values);
    const sql = [...literals, 'NULL', ...literals].map((value) => `SELECT (${value})::${type} c`);
    const printed = Object.values(values);
    expect(
      (await rows(sql.join(' UNION ALL '))).map(([value]) => printValue(value ?? null)),
    ).toEqual([...printed, 'NULL', ...printed]);
  });
});

describe('an ENUM', () => {
  it.each([
    [255, 'Uint8'],
    [256, 'Uint16'],
    [65_536, 'Uint32'],
  ])('of %d values has indices of type %s', async (count, index) => {
    const name = `enum_${count}`;
    await database.connection.execute(
      `CREATE TYPE ${name} AS ENUM (SELECT 'v' || i FROM range(${count}) t(i))`,
    );
    const sql = `SELECT 'v${count - 1}'::${name} AS last, 'v0'::${name} AS first`;
    const { schema, batches } = await received(database.connection, sql);
    expect(String(schema.fields[0]?.type)).toBe(`Dictionary<${index}, Utf8>`);
    expect(batches.flatMap(decodeBatch)).toEqual([[`v${count - 1}`, 'v0']]);
  });

  it('keeps its values apart from those of the others in a result, nested ones included', async () => {
    const e = (...values: string[]) => `ENUM(${values.map((value) => `'${value}'`).join(', ')})`;
    const sql = `SELECT 'a'::${e('a')} a, ['b'::${e('x', 'b')}] l,
      {'m': MAP {'k'::${e('k')}: 'v'::${e('y', 'v')}}, 'p': 'q'::${e('q')}} s,
      union_value(u := 'w'::${e('z', 'w')}) u, ['g', 'h']::${e('g', 'h')}[2] r`;
    expect(await rows(sql)).toEqual([
      ['a', ['b'], { m: [{ key: 'k', value: 'v' }], p: 'q' }, 'w', ['g', 'h']],
    ]);
  });
});

describe('a VARIANT, which DuckDB does not export to Arrow', () => {
  it.each([
    ['v', 'SELECT 1 AS a, 1::VARIANT AS v'],
    ['nested', 'SELECT [{x: 1::VARIANT}] AS nested, 2 AS b'],
    ['m', 'SELECT MAP {1: 1::VARIANT} AS m'],
  ])("is refused with its type and the column '%s', and no other query is", async (column, sql) => {
    const prepared = await database.connection.prepare(sql);
    const refusal = `column '${column}' has the type VARIANT, which has no Arrow type`;
    await expect(prepared.schema()).rejects.toMatchObject({
      kind: 'unimplemented',
      message: expect.stringContaining(refusal) as string,
    });
    prepared.close();
    await expect(received(database.connection, sql)).rejects.toThrow(refusal);
    expect(await rows('SELECT 1, (1::VARIANT)::VARCHAR')).toEqual([[1, '1']]);
  });
});

describe('a GEOMETRY', () => {
  // As DuckDB's own package for Python exports these, in version 1.5.
  const point = '0101000000000000000000f03f0000000000000040';
  const pointZ = '01e9030000000000000000f03f00000000000000400000000000000840';
  const line = '010200000002000000000000000000f03f000000000000004000000000000008400000000000001040';
  const wkb = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

  it('arrives as well-known binary, short and long ones and NULL', async () => {
    const sql = ['POINT (1 2)', 'POINT Z (1 2 3)', 'MULTIPOINT EMPTY', 'LINESTRING (1 2, 3 4)']
      .map((text) => `SELECT '${text}'::GEOMETRY g`)
      .join(' UNION ALL ');
    const { schema, batches } = await received(database.connection, `${sql} UNION ALL SELECT NULL`);
    const [field] = schema.fields;
    expect(String(field?.type)).toBe('Binary');
    expect([...(field?.metadata ?? [])]).toEqual([
      ['ARROW:extension:name', 'geoarrow.wkb'],
      ['ARROW:extension:metadata', '{}'],
    ]);
    expect(batches.flatMap(decodeBatch)).toEqual([
      [wkb(point)],
      [wkb(pointZ)],
      [wkb('010400000000000000')],
      [wkb(line)],
      [null],
    ]);
  });

  it('is one inside of lists, structs, maps and unions, too', async () => {
    const g = "'POINT (1 2)'::GEOMETRY";
    const sql = `SELECT [${g}, NULL] l, {'g': ${g}} s, MAP {1: ${g}} m, [${g}]::GEOMETRY[1] a,
      union_value(g := ${g}) u`;
    const { schema, batches } = await received(database.connection, sql);
    const names: (string | undefined)[] = [];
    const visit = (field: Field) => {
      const children = (field.type as DataType).children as Field[] | null;
      children?.forEach(visit);
      if (DataType.isBinary(field.type)) {
        names.push(field.metadata.get('ARROW:extension:name'));
      }
    };
    schema.fields.forEach(visit);
    expect(names).toEqual(Array.from({ length: 5 }, () => 'geoarrow.wkb'));
    const value = wkb(point);
    expect(batches.flatMap(decodeBatch)).toEqual([
      [[value, null], { g: value }, [{ key: 1, value }], [value], value],
    ]);
  });

  it.each([
    [
      'a name that the engine knows',
      'OGC:CRS84',
      /^\{"crs_type":"projjson","crs":\{"\$schema":.*"code":"CRS84"\}\}\}$/,
    ],
    [
      'a definition in PROJJSON',
      '{"type":"GeographicCRS","name":"mine"}',
      /^\{"crs_type":"projjson","crs":\{"type":"GeographicCRS","name":"mine"\}\}$/,
    ],
    [
      'WKT, which DuckDB leaves out',
      'GEOGCRS["mine",DATUM["d",ELLIPSOID["e",6378137,298]],CS[ellipsoidal,2],AXIS["lat",north],AXIS["lon",east],UNIT["degree",0.0174]]',
      /^\{\}$/,
    ],
  ])('has its coordinate system with it: %s', async (_, crs, metadata) => {
    const sql = `SELECT ['POINT (1 2)'::GEOMETRY('${crs}')] g`;
    const prepared = await database.connection.prepare(sql);
    const announced = await prepared.schema();
    prepared.close();
    const { schema } = await received(database.connection, sql);
    for (const { fields } of [announced ?? schema, schema]) {
      const [inner] = (fields[0]?.type as DataType).children;
      const told = inner?.metadata.get('ARROW:extension:metadata') ?? '';
      expect(told).toMatch(metadata);
      expect(JSON.parse(told)).toBeTypeOf('object');
    }
  });

  it('has it also beside a parameter that decides the other types', async () => {
    const sql = "SELECT ?, 'POINT (1 2)'::GEOMETRY('OGC:CRS84') g";
    const parameters = { values: [1], types: [INTEGER] };
    const { schema } = await received(database.connection, sql, parameters);
    expect(schema.fields[1]?.metadata.get('ARROW:extension:metadata')).toContain('CRS84');
  });
});

describe('the schema', () => {
  it('may name columns alike', async () => {
    const { schema } = await received(database.connection, 'SELECT 1 AS a, 2 AS a');
    expect(schema.fields.map(({ name }) => name)).toEqual(['a', 'a']);
  });

  it('takes an untyped NULL for an INTEGER', async () => {
    const { schema } = await received(database.connection, 'SELECT NULL, [NULL]');
    expect(schema.fields.map(({ type }) => String(type))).toEqual(['Int32', 'List<Int32>']);
  });

  it("has the session's time zone, as it is when the query runs", async () => {
    const zoned = await database.another();
    await zoned.execute("SET TimeZone = 'America/New_York'");
    const { schema } = await received(zoned, 'SELECT [now()] AS t');
    expect(String(schema.fields[0]?.type)).toContain('America/New_York');
    zoned.close();
  });

  it('names the opaque type of a BIGNUM, of the key of a map as well', async () => {
    const sql = "SELECT MAP {1::BIGNUM: ['2'::BIGNUM]} AS m";
    const map = (await received(database.connection, sql)).schema.fields[0]?.type as Map_;
    const [list] = (map.valueType as DataType).children;
    const [key] = map.childType.children;
    for (const field of [key, list]) {
      expect(field?.metadata.get('ARROW:extension:name')).toBe('arrow.opaque');
    }
    expect(key?.nullable).toBe(false);
  });

  it('names the opaque type of a BIGNUM in a column', async () => {
    const { schema, batches } = await received(database.connection, "SELECT '-5'::BIGNUM AS n");
    expect(schema.fields[0]?.metadata.get('ARROW:extension:name')).toBe('arrow.opaque');
    expect(batches.flatMap(decodeBatch)).toEqual(
      [[Buffer.from('7ffffefa', 'hex')]].map(([v]) => [new Uint8Array(v ?? [])]),
    );
  });
});
