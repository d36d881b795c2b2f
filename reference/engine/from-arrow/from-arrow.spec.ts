import { DuckDBBlobValue, DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  Binary,
  BinaryView,
  Bool,
  DateDay,
  DateMillisecond,
  Decimal,
  DenseUnion,
  Dictionary,
  DurationMicrosecond,
  DurationMillisecond,
  DurationNanosecond,
  DurationSecond,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  IntervalDayTime,
  IntervalMonthDayNano,
  IntervalYearMonth,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Map_,
  Null,
  RecordBatch,
  Schema,
  SparseUnion,
  Struct,
  Table,
  TimeMicrosecond,
  TimeMillisecond,
  TimeNanosecond,
  TimeSecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  Utf8View,
  makeData,
  tableFromIPC,
  tableToIPC,
  vectorFromArray,
} from 'apache-arrow';
import type { Data, DataType } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataChunks } from './data-chunks.js';
import { columnTypeOf } from './duckdb-type.js';
import { parametersJson } from './parameter-json.js';
import { parameterRows } from './batch-fixture.js';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
});
afterAll(() => {
  connection.closeSync();
});

/** A column, what the engine calls its type and how it prints its values, and their JSON where it is another text. */
interface Sample {
  readonly data: Data;
  readonly type: string;
  readonly printed: readonly (string | null)[];
  readonly json: readonly string[];
}

/** Buffers as they are on the wire, the middle one of three values null. */
function raw<T extends DataType>(type: T, values: ArrayBufferView): Data<T> {
  const properties = { type, length: 3, nullCount: 1, nullBitmap: Uint8Array.of(0b101) };
  return makeData({ ...properties, data: values } as never) as unknown as Data<T>;
}

function built(type: DataType, values: readonly unknown[]): Data {
  const [data] = vectorFromArray(values, type).data;
  if (data === undefined) {
    throw new Error('no data');
  }
  return data;
}

/** Words, the lowest first, of a two's complement number. */
function words(count: number, ...values: readonly bigint[]): Uint32Array {
  return Uint32Array.from(
    values.flatMap((value) =>
      Array.from({ length: count }, (_, i) => Number(BigInt.asUintN(32, value >> BigInt(32 * i)))),
    ),
  );
}

const strings = (type: string, data: Data, ...printed: (string | null)[]): Sample => ({
  ...{ data, type, printed },
  json: printed.map((text) => JSON.stringify(text)),
});

const same = (type: string, data: Data, ...printed: (string | null)[]): Sample => ({
  ...{ data, type, printed },
  json: printed.map((text) => text ?? 'null'),
});

const field = (name: string, type: DataType): Field => new Field(name, type, true);
const maximum = 2n ** 63n - 1n;
const nines = 10n ** 38n - 1n;
const big = { text: 'é\uFEFF\0"\u{1F600}'.repeat(5000) };
const entries = new Struct<{ key: Utf8; value: Int32 }>([
  new Field('key', new Utf8(), false),
  new Field('value', new Int32(), true),
]);
const ab = [field('a', new Int32()), field('b', new Utf8())];
const unionChildren = [built(new Int32(), [1, null]), built(new Utf8(), ['x', null])];

const samples: Record<string, Sample> = {
  bool: same('BOOLEAN', built(new Bool(), [true, null, false]), 'true', null, 'false'),
  int8: same('TINYINT', built(new Int8(), [-128, null, 127]), '-128', null, '127'),
  int16: same('SMALLINT', built(new Int16(), [-32768, null, 32767]), '-32768', null, '32767'),
  int32: same(
    'INTEGER',
    built(new Int32(), [-2147483648, null, 2147483647]),
    ...['-2147483648', null, '2147483647'],
  ),
  int64: same(
    'BIGINT',
    raw(new Int64(), BigInt64Array.of(-maximum - 1n, 0n, maximum)),
    ...['-9223372036854775808', null, '9223372036854775807'],
  ),
  uint8: same('UTINYINT', built(new Uint8(), [0, null, 255]), '0', null, '255'),
  uint16: same('USMALLINT', built(new Uint16(), [0, null, 65535]), '0', null, '65535'),
  uint32: same('UINTEGER', built(new Uint32(), [0, null, 4294967295]), '0', null, '4294967295'),
  uint64: same(
    'UBIGINT',
    raw(new Uint64(), BigUint64Array.of(0n, 0n, 2n ** 64n - 1n)),
    ...['0', null, '18446744073709551615'],
  ),
  float16: {
    ...same('FLOAT', raw(new Float16(), Uint16Array.of(0x3e00, 0, 0x0001)), '1.5', null),
    printed: ['1.5', null, '5.9604645e-08'],
    json: ['1.5', 'null', '5.9604645e-8'],
  },
  float32: {
    data: built(new Float32(), [0.1, null, NaN]),
    type: 'FLOAT',
    printed: ['0.1', null, 'nan'],
    json: ['0.1', 'null', '"NaN"'],
  },
  float64: {
    data: built(new Float64(), [0.1, null, -Infinity]),
    type: 'DOUBLE',
    printed: ['0.1', null, '-inf'],
    json: ['0.1', 'null', '"-Infinity"'],
  },
  decimal128: same(
    'DECIMAL(38,37)',
    raw(new Decimal(37, 38, 128), words(4, -nines, 0n, 5n)),
    ...['-9.9999999999999999999999999999999999999', null],
    '0.0000000000000000000000000000000000005',
  ),
  'decimal of fractions only': {
    data: raw(new Decimal(4, 4, 128), words(4, -5n, 0n, 1234n)),
    type: 'DECIMAL(4,4)',
    printed: ['-.0005', null, '.1234'],
    json: ['-0.0005', 'null', '0.1234'],
  },
  decimal256: same(
    'DECIMAL(20,0)',
    raw(new Decimal(0, 20, 256), words(8, -(10n ** 19n), 0n, 7n)),
    ...['-10000000000000000000', null, '7'],
  ),
  decimal64: same(
    'DECIMAL(18,2)',
    raw(new Decimal(2, 18, 64), words(2, -123n, 0n, 10n ** 17n)),
    ...['-1.23', null, '1000000000000000.00'],
  ),
  utf8: strings('VARCHAR', built(new Utf8(), ['', null, big.text]), '', null, big.text),
  'utf8 with a byte order mark': strings(
    'VARCHAR',
    built(new Utf8(), ['\uFEFFa', null, "it's"]),
    ...['\uFEFFa', null, "it's"],
  ),
  'large utf8': strings('VARCHAR', built(new LargeUtf8(), ['ü', null, 'b']), 'ü', null, 'b'),
  'utf8 view': strings(
    'VARCHAR',
    built(new Utf8View(), ['\uFEFFshort', null, 'more than the twelve that fit']),
    ...['\uFEFFshort', null, 'more than the twelve that fit'],
  ),
  binary: {
    data: built(new Binary(), [Uint8Array.of(0, 255), null, new Uint8Array()]),
    type: 'BLOB',
    printed: ['\\x00\\xFF', null, ''],
    json: ['"AP8="', 'null', '""'],
  },
  'large binary': {
    data: built(new LargeBinary(), [Uint8Array.of(1), null, Uint8Array.of(2)]),
    type: 'BLOB',
    printed: ['\\x01', null, '\\x02'],
    json: ['"AQ=="', 'null', '"Ag=="'],
  },
  'binary view': {
    data: built(new BinaryView(), [Uint8Array.of(1), null, new Uint8Array(20).fill(3)]),
    type: 'BLOB',
    printed: ['\\x01', null, '\\x03'.repeat(20)],
    json: ['"AQ=="', 'null', `"${Buffer.alloc(20, 3).toString('base64')}"`],
  },
  'fixed size binary': {
    data: raw(new FixedSizeBinary(2), Uint8Array.of(1, 2, 0, 0, 3, 4)),
    type: 'BLOB',
    printed: ['\\x01\\x02', null, '\\x03\\x04'],
    json: ['"AQI="', 'null', '"AwQ="'],
  },
  date32: strings(
    'DATE',
    raw(new DateDay(), Int32Array.of(-719529, 0, 2932896)),
    ...['0002-12-31 (BC)', null, '9999-12-31'],
  ),
  date64: strings(
    'DATE',
    raw(new DateMillisecond(), BigInt64Array.of(-86_400_000n, 0n, 86_400_000n)),
    ...['1969-12-31', null, '1970-01-02'],
  ),
  'time32 s': strings(
    'TIME',
    raw(new TimeSecond(), Int32Array.of(0, 0, 86399)),
    ...['00:00:00', null, '23:59:59'],
  ),
  'time32 ms': strings(
    'TIME',
    raw(new TimeMillisecond(), Int32Array.of(1, 0, 86399999)),
    ...['00:00:00.001', null, '23:59:59.999'],
  ),
  'time64 us': strings(
    'TIME',
    raw(new TimeMicrosecond(), BigInt64Array.of(1n, 0n, 86_399_999_999n)),
    ...['00:00:00.000001', null, '23:59:59.999999'],
  ),
  'time64 ns': strings(
    'TIME_NS',
    raw(new TimeNanosecond(), BigInt64Array.of(1n, 0n, 86_399_999_999_999n)),
    ...['00:00:00.000000001', null, '23:59:59.999999999'],
  ),
  'timestamp s': strings(
    'TIMESTAMP_S',
    raw(new TimestampSecond(), BigInt64Array.of(-1n, 0n, 253_402_300_799n)),
    ...['1969-12-31 23:59:59', null, '9999-12-31 23:59:59'],
  ),
  'timestamp ms': strings(
    'TIMESTAMP_MS',
    raw(new TimestampMillisecond(), BigInt64Array.of(-1n, 0n, 1n)),
    ...['1969-12-31 23:59:59.999', null, '1970-01-01 00:00:00.001'],
  ),
  'timestamp us': strings(
    'TIMESTAMP',
    raw(new TimestampMicrosecond(), BigInt64Array.of(-1n, 0n, maximum)),
    ...['1969-12-31 23:59:59.999999', null, 'infinity'],
  ),
  'timestamp ns': strings(
    'TIMESTAMP_NS',
    raw(new TimestampNanosecond(), BigInt64Array.of(-1n, 0n, 1_700_000_000_123_456_789n)),
    ...['1969-12-31 23:59:59.999999999', null, '2023-11-14 22:13:20.123456789'],
  ),
  'timestamp s with a zone': strings(
    'TIMESTAMP WITH TIME ZONE',
    raw(new TimestampSecond('Europe/Berlin'), BigInt64Array.of(-1n, 0n, 1n)),
    ...['1969-12-31 23:59:59+00', null, '1970-01-01 00:00:01+00'],
  ),
  'timestamp us with a zone': strings(
    'TIMESTAMP WITH TIME ZONE',
    raw(new TimestampMicrosecond('+02:00'), BigInt64Array.of(1n, 0n, -maximum)),
    ...['1970-01-01 00:00:00.000001+00', null, '-infinity'],
  ),
  'timestamp ns with a zone': strings(
    'TIMESTAMP WITH TIME ZONE',
    raw(new TimestampNanosecond('UTC'), BigInt64Array.of(1_999n, 0n, 1_000n)),
    ...['1970-01-01 00:00:00.000001+00', null, '1970-01-01 00:00:00.000001+00'],
  ),
  'duration s': strings(
    'INTERVAL',
    raw(new DurationSecond(), BigInt64Array.of(-1n, 0n, 90_000n)),
    ...['-00:00:01', null, '25:00:00'],
  ),
  'duration ms': strings(
    'INTERVAL',
    raw(new DurationMillisecond(), BigInt64Array.of(1n, 0n, 2n)),
    ...['00:00:00.001', null, '00:00:00.002'],
  ),
  'duration us': strings(
    'INTERVAL',
    raw(new DurationMicrosecond(), BigInt64Array.of(1n, 0n, -2n)),
    ...['00:00:00.000001', null, '-00:00:00.000002'],
  ),
  'duration ns': strings(
    'INTERVAL',
    raw(new DurationNanosecond(), BigInt64Array.of(1_000n, 0n, -2_000n)),
    ...['00:00:00.000001', null, '-00:00:00.000002'],
  ),
  'interval of months': strings(
    'INTERVAL',
    raw(new IntervalYearMonth(), Int32Array.of(14, 0, -1)),
    ...['1 year 2 months', null, '-1 month'],
  ),
  'interval of days and milliseconds': strings(
    'INTERVAL',
    raw(new IntervalDayTime(), Int32Array.of(3, -5, 0, 0, -1, 1000)),
    ...['3 days -00:00:00.005', null, '-1 day 00:00:01'],
  ),
  'interval of months, days and nanoseconds': strings(
    'INTERVAL',
    raw(
      new IntervalMonthDayNano(),
      new Int32Array(
        Uint32Array.from([
          1,
          2,
          ...words(2, -5_000n),
          0,
          0,
          0,
          0,
          0,
          0,
          ...words(2, 2n ** 40n * 1000n),
        ]).buffer,
      ),
    ),
    ...['1 month 2 days -00:00:00.000005', null, '305:25:11.627776'],
  ),
  list: {
    data: built(new List(field('item', new Int32())), [[1, null], null, []]),
    type: 'INTEGER[]',
    printed: ['[1, NULL]', null, '[]'],
    json: ['[1,null]', 'null', '[]'],
  },
  'large list': {
    data: built(new LargeList(field('item', new Utf8())), [['a'], null, ['"']]),
    type: 'VARCHAR[]',
    printed: ['[a]', null, "['\"']"],
    json: ['["a"]', 'null', '["\\""]'],
  },
  'list of lists': {
    data: built(new List(field('l', new List(field('item', new Int64())))), [
      [[1n], null, []],
      null,
      [[2n ** 60n]],
    ]),
    type: 'BIGINT[][]',
    printed: ['[[1], NULL, []]', null, '[[1152921504606846976]]'],
    json: ['[[1],null,[]]', 'null', '[[1152921504606846976]]'],
  },
  'fixed size list': {
    data: built(new FixedSizeList(2, field('item', new Float32())), [[1, 2], null, [0.1, null]]),
    type: 'FLOAT[2]',
    printed: ['[1.0, 2.0]', null, '[0.1, NULL]'],
    json: ['[1,2]', 'null', '[0.1,null]'],
  },
  struct: {
    data: built(new Struct([field('n', new Int32()), field('it"s', new Utf8())]), [
      { n: 1, 'it"s': 'x' },
      null,
      { n: null, 'it"s': null },
    ]),
    type: 'STRUCT("n" INTEGER, "it""s" VARCHAR)',
    printed: ["{'n': 1, 'it\"s': x}", null, "{'n': NULL, 'it\"s': NULL}"],
    json: ['{"n":1,"it\\"s":"x"}', 'null', '{"n":null,"it\\"s":null}'],
  },
  map: {
    data: built(new Map_(new Field('entries', entries, false)), [
      new Map([
        ['k', 1],
        ['l', null],
      ]),
      null,
      new Map(),
    ]),
    type: 'MAP(VARCHAR, INTEGER)',
    printed: ['{k=1, l=NULL}', null, '{}'],
    json: ['{"k":1,"l":null}', 'null', '{}'],
  },
  dictionary: strings(
    'VARCHAR',
    built(new Dictionary(new Utf8(), new Int8()), ['a', null, 'b']),
    ...['a', null, 'b'],
  ),
  'list of a dictionary': {
    data: built(new List(field('item', new Dictionary(new Utf8(), new Int32()))), [
      ['a', 'b', 'a'],
      null,
      [],
    ]),
    type: 'VARCHAR[]',
    printed: ['[a, b, a]', null, '[]'],
    json: ['["a","b","a"]', 'null', '[]'],
  },
};

function batchOf(...columns: readonly (readonly [name: string, data: Data])[]): RecordBatch {
  const schema = new Schema(columns.map(([name, data]) => new Field(name, data.type, true)));
  const children = columns.map(([, data]) => data);
  const length = children[0]?.length ?? 0;
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children }));
}

/** The same rows as another process would get them. */
function sent(batch: RecordBatch): RecordBatch {
  const [read] = tableFromIPC(tableToIPC(new Table(batch.schema, batch), 'stream')).batches;
  if (read === undefined) {
    throw new Error('no batch');
  }
  return read;
}

/** The engine's texts, read as bytes because its binding drops a byte order mark. */
function decoded(row: readonly unknown[]): unknown[] {
  return row.map((value) =>
    value instanceof DuckDBBlobValue ? Buffer.from(value.bytes).toString() : value,
  );
}

async function bound(batch: RecordBatch): Promise<unknown[][]> {
  const statement = await connection.prepare(
    'SELECT typeof($1), encode(CAST($1 AS VARCHAR)), $1 IS NULL',
  );
  const rows: unknown[][] = [];
  for (const { values, types } of parameterRows(batch)) {
    statement.bindValue(1, values[0] ?? null, types[0]);
    rows.push(...(await statement.runAndReadAll()).getRows().map(decoded));
  }
  return rows;
}

async function appended(batch: RecordBatch): Promise<unknown[][]> {
  const types = batch.schema.fields.map(columnTypeOf);
  await connection.run(`CREATE OR REPLACE TABLE appended(x ${String(types[0])})`);
  const appender = await connection.createAppender('appended');
  for (const chunk of dataChunks(batch, types)) {
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  const sql = 'SELECT typeof(x), encode(CAST(x AS VARCHAR)), x IS NULL FROM appended';
  return (await connection.runAndReadAll(sql)).getRows().map(decoded);
}

/** How the engine writes the type, which the binding quotes more. */
const engineType = (type: string): string => type.replace('"n"', 'n');

describe.each(Object.entries(samples))('%s', (_, { data, type, printed, json }) => {
  const batch = batchOf(['x', data]);
  const rows = printed.map((text) => [engineType(type), text, text === null]);

  test('is of the engine’s type', () => {
    expect(String(parameterRows(batch)[0]?.types[0])).toBe(type);
  });

  test('is bound, also from the wire and from slices', async () => {
    const untyped = rows.map((row) => (row[2] === true ? ['"NULL"', null, true] : row));
    expect(await bound(batch)).toEqual(untyped);
    expect(await bound(sent(batch))).toEqual(untyped);
    expect(await bound(batch.slice(1))).toEqual(untyped.slice(1));
    expect(await bound(sent(batch).slice(2))).toEqual(untyped.slice(2));
    expect(await bound(batch.slice(1).slice(1, 2))).toEqual(untyped.slice(2));
  });

  test('is appended, also from the wire and from slices', async () => {
    expect(await appended(batch)).toEqual(rows);
    expect(await appended(sent(batch))).toEqual(rows);
    expect(await appended(batch.slice(1))).toEqual(rows.slice(1));
    expect(await appended(sent(batch).slice(0, 2))).toEqual(rows.slice(0, 2));
  });

  test('is recorded as JSON', () => {
    expect(parameterRows(batch).map(parametersJson)).toEqual(json.map((text) => `[${text}]`));
    expect(json.every((text) => JSON.parse(text) !== undefined)).toBe(true);
  });
});

describe('unions', () => {
  const typeIds = Int8Array.of(5, 7, 7);
  const ofDense = makeData({
    type: new DenseUnion([5, 7], ab),
    ...{ length: 3, nullCount: 0, typeIds, valueOffsets: Int32Array.of(0, 1, 0) },
    children: unionChildren,
  });
  const ofSparse = makeData({
    type: new SparseUnion([5, 7], ab),
    ...{ length: 3, nullCount: 0, typeIds },
    children: [built(new Int32(), [1, 9, 9]), built(new Utf8(), ['-', null, 'x'])],
  });

  test.each([
    ['dense', ofDense],
    ['sparse', ofSparse],
  ])('%s', async (_, data) => {
    const batch = batchOf(['u', data]);
    const type = 'UNION(a INTEGER, b VARCHAR)';
    const one = [type, '1', false];
    const x = [type, 'x', false];
    expect(await bound(batch)).toEqual([one, ['"NULL"', null, true], x]);
    expect(await bound(sent(batch).slice(1))).toEqual([['"NULL"', null, true], x]);
    expect((await appended(batch)).map((row) => row[1])).toEqual(['1', 'NULL', 'x']);
    expect((await appended(batch.slice(2))).map((row) => row[1])).toEqual(['x']);
    const tags = await connection.runAndReadAll('SELECT union_tag(x), x.b FROM appended');
    expect(tags.getRows()).toEqual([['b', 'x']]);
    expect(parameterRows(batch).map(parametersJson)).toEqual([
      '[{"a":1}]',
      '[null]',
      '[{"b":"x"}]',
    ]);
  });

  test('a type id without a member is refused', () => {
    const data = makeData({
      type: new DenseUnion([5, 7], ab),
      ...{ length: 1, nullCount: 0, typeIds: Int8Array.of(6), valueOffsets: Int32Array.of(0) },
      children: unionChildren,
    });
    expect(() => parameterRows(batchOf(['u', data]))).toThrow('type id 6');
  });
});

describe('rows', () => {
  test('several columns, one row an execution', () => {
    const batch = batchOf(
      ['1', built(new Int32(), [1, null])],
      ['2', built(new Utf8(), ['a', 'b'])],
      ['3', makeData({ type: new Null(), length: 2 })],
    );
    const rows = parameterRows(batch);
    expect(rows.map((row) => row.values)).toEqual([
      [1, 'a', null],
      [null, 'b', null],
    ]);
    expect(rows.map(parametersJson)).toEqual(['[1,"a",null]', '[null,"b",null]']);
  });

  test('a batch without columns has its rows all the same, and no parameters', () => {
    const schema = new Schema([]);
    const data = makeData({ type: new Struct([]), length: 2, nullCount: 0, children: [] });
    const rows = parameterRows(new RecordBatch(schema, data));
    expect(rows).toEqual([
      { values: [], types: [] },
      { values: [], types: [] },
    ]);
    expect(rows.map(parametersJson)).toEqual([null, null]);
  });

  test('a batch without rows has none, whatever its columns', () => {
    const columns = Object.entries(samples).map(([name, { data }]) => [name, data] as const);
    const batch = batchOf(...columns).slice(0, 0);
    expect(parameterRows(batch)).toEqual([]);
    expect([...dataChunks(batch, [])]).toEqual([]);
  });

  test('many rows are appended in chunks, in order', async () => {
    const count = 5000;
    const numbers = Array.from({ length: count }, (_, i) => (i % 7 === 0 ? null : i));
    const texts = numbers.map((n) => (n === null ? null : [`row ${n} of the whole batch`]));
    const batch = batchOf(
      ['n', built(new Int32(), numbers)],
      ['t', built(new List(field('item', new Utf8())), texts)],
    ).slice(1);
    const types = batch.schema.fields.map(columnTypeOf);
    await connection.run('CREATE OR REPLACE TABLE many(n BIGINT, t VARCHAR[])');
    const appender = await connection.createAppender('many');
    const sizes: number[] = [];
    for (const chunk of dataChunks(batch, types)) {
      sizes.push(chunk.rowCount);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    expect(sizes).toEqual([2048, 2048, 903]);
    const rows = await connection.runAndReadAll('SELECT n, t[1] FROM many');
    expect(rows.getRows()).toEqual(
      numbers.slice(1).map((n, i) => [n === null ? null : BigInt(n), texts[i + 1]?.[0] ?? null]),
    );
  });

  test('a column of nothing but NULL is appended as INTEGER, also inside others', async () => {
    expect(await appended(batchOf(['n', makeData({ type: new Null(), length: 2 })]))).toEqual([
      ['INTEGER', null, true],
      ['INTEGER', null, true],
    ]);
    const list = built(new List(field('item', new Null())), [[null, null], []]);
    expect(await appended(batchOf(['l', list]))).toEqual([
      ['INTEGER[]', '[NULL, NULL]', false],
      ['INTEGER[]', '[]', false],
    ]);
  });
});
