import {
  Bool,
  Decimal,
  DenseUnion,
  Dictionary,
  Field,
  FixedSizeList,
  Int32,
  Int8,
  List,
  Map_,
  Null,
  RecordBatch,
  Schema,
  SparseUnion,
  Struct,
  TimestampNanosecond,
  Utf8,
  Vector,
  makeData,
  vectorFromArray,
} from 'apache-arrow';
import type { Data, DataType } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { checkBatch } from './check-batch.js';
import { ReadBudget } from './read-limits.js';

/** Builds Data from any description, valid or not. */
const made = (told: object): Data => makeData(told as never);
const int = (values: number[]): Data => made({ type: new Int32(), data: Int32Array.from(values) });
const item = new Field('item', new Int32(), true);

function batchOf(column: Data): RecordBatch {
  const schema = new Schema([new Field('c', column.type, true)]);
  const type = new Struct(schema.fields);
  return new RecordBatch(
    schema,
    makeData({ type, length: column.length, nullCount: 0, children: [column] }),
  );
}

function problem(column: Data, { rows = column.length, most = 1_000 } = {}): string {
  const batch = batchOf(column);
  // RecordBatch would fill in missing values.
  Object.assign(batch.data, { length: rows });
  try {
    checkBatch(batch, new ReadBudget({ batchValues: most }));
    return 'none';
  } catch (error) {
    return error instanceof RangeError ? error.message : String(error);
  }
}

const withLength = <T extends Data>(data: T, length: number): T =>
  Object.assign(data.clone(), { length }) as T;
const list = (offsets: number[], child: Data, length = offsets.length - 1): Data =>
  made({
    type: new List(item),
    length,
    nullCount: 0,
    valueOffsets: Int32Array.from(offsets),
    child,
  });
const text = (offsets: number[], bytes: string): Data =>
  made({
    type: new Utf8(),
    length: offsets.length - 1,
    nullCount: 0,
    valueOffsets: Int32Array.from(offsets),
    data: Buffer.from(bytes),
  });
const first = (values: unknown[], type: DataType): Data => {
  const [data] = vectorFromArray(values, type).data;
  if (data === undefined) {
    throw new Error('a vector has data');
  }
  return data;
};
const union = { typeIds: [0, 1], fields: [item, new Field('t', new Utf8(), true)] };

describe('a batch that is consistent', () => {
  it.each<[string, Data]>([
    ['numbers', int([1, 2, 3])],
    ['no rows', int([])],
    ['truth', first([true, null, false], new Bool())],
    ['nulls', made({ type: new Null(), length: 3 })],
    ['texts', first(['a', null, 'ccc'], new Utf8())],
    ['texts whose bytes begin later', text([1, 2, 3], 'abc')],
    ['lists', list([0, 2, 2, 3], int([1, 2, 3]))],
    ['no lists', list([], int([]), 0)],
    ['structs', first([{ item: 1 }, null], new Struct([item]))],
    ['fixed lists', first([[1, 2], null], new FixedSizeList(2, item))],
    ['words of a dictionary', first(['a', 'b', 'a'], new Dictionary(new Utf8(), new Int8()))],
    [
      'a dense union',
      made({
        type: new DenseUnion(union.typeIds, union.fields),
        length: 3,
        typeIds: Int8Array.of(0, 1, 0),
        valueOffsets: Int32Array.of(0, 0, 1),
        children: [int([1, 2]), first(['a'], new Utf8())],
      }),
    ],
    [
      'a sparse union',
      made({
        type: new SparseUnion(union.typeIds, union.fields),
        length: 2,
        typeIds: Int8Array.of(0, 1),
        children: [int([1, 2]), first(['a', 'b'], new Utf8())],
      }),
    ],
    ['times', first([1, null], new TimestampNanosecond())],
    ['decimals', first([new Uint32Array(4)], new Decimal(2, 38))],
    ['maps', first([new Map([['k', 1]])], mapType())],
  ])('passes with %s', (_, column) => {
    expect(problem(column)).toBe('none');
  });
});

describe('a batch that is too short for its header', () => {
  it.each<[string, Data, string, { rows?: number }?]>([
    ['a column too short', int([1, 2]), "column 'c' should hold 3 and holds 2", { rows: 3 }],
    ['numbers', withLength(int([1, 2]), 9), "'c' should hold 9 and holds 2"],
    ['truth', withLength(first([true], new Bool()), 900), "'c' should hold 900 and holds 512"],
    [
      'validity',
      made({
        type: new Int32(),
        length: 900,
        nullCount: 1,
        nullBitmap: Uint8Array.of(1),
        data: new Int32Array(900),
      }),
      "the validity of 'c' should hold 900 and holds 8",
    ],
    ['offsets', list([0, 1], int([1]), 3), "the offsets of 'c' should hold 4 and holds 2"],
    [
      'offsets that go back',
      list([0, 2, 1], int([1, 2])),
      "the offsets of 'c' go back from 2 to 1",
    ],
    ['offsets below zero', text([-1, 1], 'a'), "the offsets of 'c' go back from 0 to -1"],
    ['the bytes of texts', text([0, 5], 'abc'), "the bytes of 'c' should hold 5 and holds 3"],
    ['the items of lists', list([0, 4], int([1])), "'c.item' should hold 4 and holds 1"],
    [
      'a field of structs',
      made({ type: new Struct([item]), length: 3, nullCount: 0, children: [int([1])] }),
      "'c.item' should hold 3 and holds 1",
    ],
    [
      'the items of fixed lists',
      made({ type: new FixedSizeList(2, item), length: 2, nullCount: 0, child: int([1, 2]) }),
      "'c.item' should hold 4 and holds 2",
    ],
    [
      'the items of an inner list',
      made({
        type: new Struct([new Field('l', new List(item), true)]),
        length: 1,
        nullCount: 0,
        children: [list([0, 2], int([1]))],
      }),
      "'c.l.item' should hold 2 and holds 1",
    ],
    [
      'the types of a union',
      made({
        type: new SparseUnion(union.typeIds, union.fields),
        length: 3,
        typeIds: Int8Array.of(0),
        children: [int([1, 2, 3]), first(['a', 'b', 'c'], new Utf8())],
      }),
      "the types of 'c' should hold 3 and holds 1",
    ],
    [
      'a member of a union',
      made({
        type: new SparseUnion(union.typeIds, union.fields),
        length: 2,
        typeIds: Int8Array.of(0, 1),
        children: [int([1, 2]), first(['a'], new Utf8())],
      }),
      "'c.t' should hold 2 and holds 1",
    ],
    [
      'what a dense union points to',
      made({
        type: new DenseUnion(union.typeIds, union.fields),
        length: 2,
        typeIds: Int8Array.of(0, 1),
        valueOffsets: Int32Array.of(0, 5),
        children: [int([1]), first(['a'], new Utf8())],
      }),
      "'c' has no value 5 of type 1",
    ],
    [
      'the words of a dictionary',
      made({
        type: new Dictionary(new Utf8(), new Int8()),
        length: 1,
        nullCount: 0,
        data: Int8Array.of(0),
        dictionary: new Vector([text([0, 5], 'abc')]),
      }),
      "the bytes of 'c (dictionary)' should hold 5 and holds 3",
    ],
  ])('is refused for %s', (_, column, expected, options) => {
    expect(problem(column, options)).toBe(expected);
  });
});

it.each<[string, Data, { rows?: number }]>([
  ['rows', made({ type: new Null(), length: 1_001 }), {}],
  ['rows that it says it has', int([1]), { rows: 1_001 }],
  [
    'values inside of lists',
    made({
      type: new List(new Field('item', new Null(), true)),
      length: 1,
      nullCount: 0,
      valueOffsets: Int32Array.of(0, 1_000),
      child: made({ type: new Null(), length: 1_000 }),
    }),
    {},
  ],
])('a batch may have no more %s than the limit', (_, column, options) => {
  expect(problem(column, options)).toBe('more than 1000 values');
});

function mapType(): DataType {
  const entries = new Struct<{ key: Utf8; value: Int32 }>([
    new Field('key', new Utf8(), false),
    new Field('value', new Int32(), true),
  ]);
  return new Map_(new Field('entries', entries, false));
}
