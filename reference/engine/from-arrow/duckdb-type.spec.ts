import {
  Binary,
  Decimal,
  DenseUnion,
  Dictionary,
  Field,
  FixedSizeList,
  Int32,
  Int8,
  List,
  Null,
  Struct,
  Timestamp,
  TimeUnit,
  Utf8,
} from 'apache-arrow';
import type { DataType } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../errors.js';
import { columnTypeOf, duckdbTypeOf } from './duckdb-type.js';

const field = (name: string, type: DataType = new Int32()): Field<DataType> =>
  new Field<DataType>(name, type, true);

describe('types that the engine lacks are refused by name', () => {
  test.each([
    ['too many digits', new Decimal(2, 39, 256), 'Decimal[39e+2]'],
    ['a negative scale', new Decimal(-2, 10, 128), 'Decimal'],
    ['more decimals than digits', new Decimal(5, 3, 128), 'Decimal'],
    ['no digits', new Decimal(0, 0, 128), 'Decimal'],
    ['arrays of nothing', new FixedSizeList(0, field('item')), 'FixedSizeList[0]'],
    ['arrays beyond the limit', new FixedSizeList(100_001, field('item')), 'FixedSizeList[100001]'],
    ['a struct without members', new Struct([]), 'Struct<{}>'],
    ['members that differ only in case', new Struct([field('a'), field('A')]), "named 'A'"],
    ['a union without members', new DenseUnion([], []), 'Union'],
    ['members of one name', new DenseUnion([0, 1], [field('x'), field('x')]), "named 'x'"],
    ['inside a list', new List(field('item', new Struct([]))), 'Struct<{}>'],
    ['inside a dictionary', new Dictionary(new Decimal(0, 50, 256), new Int8()), 'Decimal'],
  ])('%s', (_, type, named) => {
    const error = thrown(() => duckdbTypeOf(field('', type)));
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).kind).toBe('invalid-argument');
    expect((error as Failure).message).toContain(named);
    expect(() => columnTypeOf(field('', type))).toThrow(Failure);
  });
});

function thrown(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

test('an empty time zone is none', () => {
  expect(String(duckdbTypeOf(field('', new Timestamp(TimeUnit.SECOND, ''))))).toBe('TIMESTAMP_S');
  expect(String(duckdbTypeOf(field('', new Timestamp(TimeUnit.SECOND, null))))).toBe('TIMESTAMP_S');
});

test('an untyped NULL has a type only in a table', () => {
  const nested = new Struct<Record<string, DataType>>([
    field('n', new List(field('item', new Null()))),
    field('b', new Binary()),
  ]);
  expect(String(duckdbTypeOf(field('', new Null())))).toBe('SQLNULL');
  expect(String(columnTypeOf(field('', new Null())))).toBe('INTEGER');
  expect(String(columnTypeOf(field('', nested)))).toBe('STRUCT("n" INTEGER[], "b" BLOB)');
});

test('a dictionary is what it stands for', () => {
  expect(
    String(duckdbTypeOf(field('', new Dictionary(new List(field('i', new Utf8())), new Int8())))),
  ).toBe('VARCHAR[]');
});
