import { DataType } from 'apache-arrow';
import type { Data, RecordBatch, Union } from 'apache-arrow';
import { Failure } from '../../errors.js';

const chunkRows = 2048;
/** The maximum weight of a portion of several rows. Reading it takes some hundredths of a second. */
const mostWeight = 250_000;
/** The maximum weight of a single row. It is held as JavaScript values, of up to a hundred bytes each. */
const mostRowWeight = 20_000_000;
/** The bytes of text that weigh as much as one number. */
const bytesEach = 16;

/** Rows of a batch, from `begin` up to but excluding `end`. */
export interface Portion {
  readonly begin: number;
  readonly end: number;
}

/**
 * Splits a batch into portions of at most 2,048 rows that take about equally long to read; a row can be a
 * list of millions. Throws Failure('invalid-argument') for a row that is too large to read.
 */
export function* portions(batch: RecordBatch): Generator<Portion> {
  const columns = batch.data.children as readonly Data[];
  const weigh = (begin: number, end: number): number =>
    columns.reduce((sum, column) => sum + weight(column, begin, end), 0);
  for (let begin = 0; begin < batch.numRows;) {
    let rows = Math.min(chunkRows, batch.numRows - begin);
    let heavy = weigh(begin, begin + rows);
    while (rows > 1 && heavy > mostWeight) {
      rows = Math.ceil(rows / 2);
      heavy = weigh(begin, begin + rows);
    }
    if (heavy > mostRowWeight) {
      throw new Failure(
        'invalid-argument',
        `row ${begin + 1} of a batch is too large: it has about ${heavy} values or ${bytesEach} bytes of text for each; at most ${mostRowWeight} are served`,
      );
    }
    yield { begin, end: begin + rows };
    begin += rows;
  }
}

/**
 * The approximate weight of the values from `begin` to before `end`: 1 per number or per `bytesEach` bytes of
 * text.
 */
function weight(data: Data, begin: number, end: number): number {
  const { type } = data;
  const own = end - begin;
  if (own <= 0) {
    return 0;
  }
  if (DataType.isDictionary(type)) {
    return each(begin, end, (row) => {
      const index = Number((data.values as ArrayLike<number | bigint>)[row] ?? 0);
      return wordWeight(data.dictionary?.data as readonly Data[] | undefined, index);
    });
  }
  if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) {
    return each(begin, end, (row) => 1 + viewLength(data, row) / bytesEach);
  }
  if (DataType.isDenseUnion(type)) {
    return each(begin, end, (row) => memberWeight(data, type, row));
  }
  return own + contents(data, type, begin, end);
}

function contents(data: Data, type: DataType, begin: number, end: number): number {
  if (DataType.isStruct(type) || DataType.isUnion(type)) {
    return data.children.reduce((sum, child) => sum + weight(child, begin, end), 0);
  }
  if (DataType.isFixedSizeBinary(type)) {
    return ((end - begin) * type.byteWidth) / bytesEach;
  }
  const [child] = data.children as readonly Data[];
  if (DataType.isFixedSizeList(type)) {
    return child === undefined ? 0 : weight(child, begin * type.listSize, end * type.listSize);
  }
  const offsets = data.valueOffsets as ArrayLike<number | bigint> | undefined;
  if (offsets === undefined || offsets.length === 0) {
    return 0;
  }
  const [from, to] = [Number(offsets[begin] ?? 0), Number(offsets[end] ?? 0)];
  return child === undefined ? (to - from) / bytesEach : weight(child, from, to);
}

function each(begin: number, end: number, weigh: (row: number) => number): number {
  let sum = 0;
  for (let row = begin; row < end; row++) {
    sum += weigh(row);
  }
  return sum;
}

/** The weight of a dictionary's value. Deltas add to a dictionary, and each is a piece of its vector. */
function wordWeight(pieces: readonly Data[] | undefined, index: number): number {
  let rest = index;
  for (const piece of pieces ?? []) {
    if (rest < piece.length) {
      return rest < 0 ? 1 : weight(piece, rest, rest + 1);
    }
    rest -= piece.length;
  }
  return 1;
}

function memberWeight(data: Data, type: Union, row: number): number {
  const typeId = (data.typeIds as Int8Array)[row] ?? -1;
  const child = data.children[type.typeIdToChildIndex[typeId] ?? -1];
  const offset = (data.valueOffsets as Int32Array)[row] ?? 0;
  return child === undefined ? 1 : 1 + weight(child, offset, offset + 1);
}

/** The length in bytes of a text or binary value of a view type: the first four bytes of its 16-byte view. */
function viewLength(data: Data, row: number): number {
  const views = data.values as Uint8Array;
  const place = row * 16;
  if (place + 4 > views.byteLength) {
    return 0;
  }
  return new DataView(views.buffer, views.byteOffset + place, 4).getUint32(0, true);
}
