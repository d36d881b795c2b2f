import {
  Bool,
  Decimal as ArrowDecimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  Int32,
  Int64,
  Interval,
  IntervalUnit,
  List,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  Uint64,
  Utf8,
  Vector,
  makeData,
  vectorFromArray,
} from 'apache-arrow';
import type { DataType } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { decodeVector } from './decode-value.js';
import { Decimal, Timestamp, jsonValue, printValue } from './plain-value.js';

function decodeAll(vector: Vector) {
  return Array.from({ length: vector.length }, (_, index) => decodeVector(vector, index));
}

function raw(type: DataType, data: ArrayBufferView, length: number): Vector {
  return new Vector([makeData({ type, length, data } as never)]);
}

describe('decodeVector', () => {
  it('keeps 64 bit integers exact', () => {
    const values = [9007199254740993n, -9223372036854775808n, null];
    expect(decodeAll(vectorFromArray(values, new Int64()))).toEqual(values);
    const unsigned = [18446744073709551615n];
    expect(decodeAll(vectorFromArray(unsigned, new Uint64()))).toEqual(unsigned);
  });

  it('keeps microseconds, before and after the epoch', () => {
    const micros = new BigInt64Array([1_700_000_000_123_456n, -1n]);
    const decoded = decodeAll(raw(new TimestampMicrosecond(), micros, 2));
    expect(decoded).toEqual([new Timestamp(1_700_000_000_123_456_000n), new Timestamp(-1000n)]);
    expect(decoded.map(String)).toEqual([
      '2023-11-14 22:13:20.123456',
      '1969-12-31 23:59:59.999999',
    ]);
    const [zoned] = decodeAll(raw(new TimestampMicrosecond('UTC'), micros, 1));
    expect(printValue(zoned ?? null)).toBe('2023-11-14 22:13:20.123456+00');
  });

  it('reads times of day and intervals', () => {
    const [time] = decodeAll(raw(new TimeMicrosecond(), new BigInt64Array([3_661_000_001n]), 1));
    expect(time).toBe('01:01:01.000001');
    const words = new Int32Array([14, -3, 5, 1]);
    const [interval] = decodeAll(raw(new Interval(IntervalUnit.MONTH_DAY_NANO), words, 1));
    expect(interval).toBe('14 months -3 days 4294967301 ns');
  });

  it('keeps every digit of a decimal', () => {
    const minusOne = [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff];
    const words = new Uint32Array([12345, 0, 0, 0, ...minusOne, 0, 0, 0, 1]);
    const decoded = decodeAll(raw(new ArrowDecimal(2, 38), words, 3));
    expect(decoded.map(String)).toEqual(['123.45', '-0.01', '792281625142643375935439503.36']);
  });

  it('keeps a string to the byte: NUL, byte order mark, characters beyond the BMP', () => {
    const values = ['a\0b', '\ufeffx', '🦆', '', null];
    expect(decodeAll(vectorFromArray(values, new Utf8()))).toEqual(values);
  });

  it('reads booleans, bytes and enumerations', () => {
    const truths = [true, null, false, true, true, true, true, true, false];
    expect(decodeAll(vectorFromArray(truths, new Bool()))).toEqual(truths);
    const pairs = raw(new FixedSizeBinary(2), new Uint8Array([1, 2, 3, 4]), 2);
    expect(decodeAll(pairs)).toEqual([new Uint8Array([1, 2]), new Uint8Array([3, 4])]);
    const words = vectorFromArray(['b', 'a', null, 'b'], new Dictionary(new Utf8(), new Int32()));
    expect(decodeAll(words)).toEqual(['b', 'a', null, 'b']);
  });

  it('reads nested values, NULLs at every level included', () => {
    const lists = vectorFromArray(
      [[1, null], [], null, [3]],
      new List(new Field('item', new Int32(), true)),
    );
    expect(decodeAll(lists)).toEqual([[1, null], [], null, [3]]);
    const structs = vectorFromArray(
      [
        { a: 1, b: 'x' },
        { a: null, b: null },
      ],
      new Struct([new Field('a', new Int32(), true), new Field('b', new Utf8(), true)]),
    );
    expect(decodeAll(structs as Vector)).toEqual([
      { a: 1, b: 'x' },
      { a: null, b: null },
    ]);
  });

  it('reads values from several chunks, and rejects an index beyond them', () => {
    const parts = vectorFromArray([1, 2], new Int32()).concat(vectorFromArray([3], new Int32()));
    expect(decodeAll(parts)).toEqual([1, 2, 3]);
    expect(() => decodeVector(parts, 3)).toThrow(RangeError);
  });
});

describe('printValue and jsonValue', () => {
  it('print a value in SQL syntax', () => {
    expect(printValue(["it's", null, 5n, new Uint8Array([0, 255]), { a: true }])).toBe(
      "['it''s', NULL, 5, x'00ff', {a: true}]",
    );
  });

  it('print values without a JSON form as text', () => {
    const values = [5n, 2n ** 60n, NaN, new Decimal('1.10'), new Timestamp(0n), { a: [1n] }];
    expect(JSON.parse(JSON.stringify(values.map(jsonValue)))).toEqual([
      5,
      '1152921504606846976',
      'NaN',
      '1.10',
      '1970-01-01 00:00:00.000000',
      { a: [1] },
    ]);
  });
});
