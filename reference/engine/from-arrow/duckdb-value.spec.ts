import {
  DateMillisecond,
  Decimal,
  Dictionary,
  DurationSecond,
  Field,
  Float16,
  Int32,
  Int8,
  Map_,
  Struct,
  TimeMicrosecond,
  TimeNanosecond,
  TimeSecond,
  TimestampSecond,
  Utf8,
  Vector,
  makeData,
  vectorFromArray,
} from 'apache-arrow';
import type { Data, DataType } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../errors.js';
import { valueReader } from './duckdb-value.js';
import type { Purpose } from './duckdb-value.js';
import type { ValueReader } from './value-reader.js';

/** A reader of data of no extension type. */
const readerOf = (data: Data, purpose: Purpose): ValueReader =>
  valueReader(data, new Field('', data.type, true), purpose);

function raw(type: DataType, values: ArrayBufferView, length = 1): Data {
  return makeData({ type, length, nullCount: 0, data: values } as never) as Data;
}

function mapOf(keys: readonly (string | null)[]): Data {
  const key = vectorFromArray(keys, new Utf8()).data[0];
  const value = vectorFromArray(
    keys.map((_, i) => i),
    new Int32(),
  ).data[0];
  const entries = new Struct<{ key: Utf8; value: Int32 }>([
    new Field('key', new Utf8(), false),
    new Field('value', new Int32(), true),
  ]);
  return makeData({
    type: new Map_(new Field('entries', entries, false)),
    ...{ length: 1, nullCount: 0, valueOffsets: Int32Array.of(0, keys.length) },
    child: makeData({
      type: entries,
      ...{ length: keys.length, nullCount: 0 },
      children: [key, value].filter((data) => data !== undefined),
    }),
  });
}

describe('values that the engine cannot hold are refused', () => {
  test.each([
    [
      'a decimal of too many digits',
      raw(new Decimal(0, 2, 128), Uint32Array.of(100, 0, 0, 0)),
      '2 digits',
    ],
    [
      'a negative one',
      raw(new Decimal(0, 1, 128), new Uint32Array(4).fill(0xffffffff, 1).fill(0, 0, 1)),
      '1 digits',
    ],
    ['a time before midnight', raw(new TimeSecond(), Int32Array.of(-1)), '-1 seconds'],
    [
      'a time after a day',
      raw(new TimeMicrosecond(), BigInt64Array.of(86_400_000_001n)),
      '86400000001',
    ],
    [
      'the same in nanoseconds',
      raw(new TimeNanosecond(), BigInt64Array.of(86_400_000_000_001n)),
      'nanoseconds',
    ],
    ['a date too far', raw(new DateMillisecond(), BigInt64Array.of(2n ** 62n)), 'a date'],
    [
      'a point in time too far',
      raw(new TimestampSecond('UTC'), BigInt64Array.of(2n ** 62n)),
      'seconds',
    ],
    ['a duration too long', raw(new DurationSecond(), BigInt64Array.of(-(2n ** 62n))), 'seconds'],
    ['a map with a key of NULL', mapOf(['a', null]), 'NULL'],
    ['a map with a key twice', mapOf(['a', 'b', 'a']), 'the key "a" twice'],
    [
      'a text that is not UTF-8',
      makeData({
        type: new Utf8(),
        ...{
          length: 1,
          nullCount: 0,
          valueOffsets: Int32Array.of(0, 2),
          data: Uint8Array.of(0xc3, 0x28),
        },
      }),
      'not valid UTF-8',
    ],
    [
      'an index beyond its dictionary',
      makeData({
        type: new Dictionary(new Utf8(), new Int8()),
        ...{
          length: 1,
          nullCount: 0,
          data: Int8Array.of(1),
          dictionary: vectorFromArray(['a'], new Utf8()),
        },
      }),
      'no value 1',
    ],
  ])('%s', (_, data, named) => {
    const read = readerOf(data, 'parameter');
    expect(() => read(0)).toThrow(Failure);
    expect(() => read(0)).toThrow(named);
  });

  test('the last moment of a day is not', () => {
    const data = raw(new TimeMicrosecond(), BigInt64Array.of(86_400_000_000n));
    expect(String(readerOf(data, 'column')(0))).toBe('24:00:00');
  });
});

test('a dictionary that grew by deltas is one', () => {
  const [first] = vectorFromArray(['a', 'b'], new Utf8()).data;
  const [second] = vectorFromArray(['c', null], new Utf8()).data;
  const pieces = [first, second].filter((data) => data !== undefined);
  const data = makeData({
    type: new Dictionary(new Utf8(), new Int8()),
    ...{ length: 5, nullCount: 0, data: Int8Array.of(3, 2, 1, 0, 2) },
    dictionary: new Vector(pieces),
  });
  const read = readerOf(data as Data, 'column');
  expect([0, 1, 2, 3, 4].map(read)).toEqual([null, 'c', 'b', 'a', 'c']);
});

test('half precision: every number there is', () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const read = readerOf(raw(new Float16(), bits, bits.length), 'column');
  for (let i = 0; i < bits.length; i++) {
    const sign = i & 0x8000 ? -1 : 1;
    const exponent = (i >> 10) & 31;
    const fraction = i & 0x3ff;
    const finite = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    const special = fraction === 0 ? Infinity : NaN;
    expect(read(i)).toBe(sign * (exponent === 31 ? special : finite));
  }
});

test('dates in milliseconds fall on the day that has them, on both sides of 1970', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -100_000_000, max: 100_000_000 }),
      fc.integer({ min: 0, max: 86_399_999 }),
      (days, rest) => {
        const data = raw(
          new DateMillisecond(),
          BigInt64Array.of(BigInt(days) * 86_400_000n + BigInt(rest)),
        );
        expect(readerOf(data, 'column')(0)).toEqual({ days });
      },
    ),
  );
});

test('any slice of any rows, with any of them null, reads what the whole does', () => {
  const rows = fc.array(fc.option(fc.boolean()), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(rows, fc.nat(40), fc.nat(40), (values, begin, length) => {
      const vector = vectorFromArray(values).slice(begin, begin + length);
      const read = vector.data.flatMap((data) =>
        Array.from({ length: data.length }, (_, i) => readerOf(data as Data, 'column')(i)),
      );
      expect(read).toEqual(values.slice(begin, begin + length));
    }),
  );
});
