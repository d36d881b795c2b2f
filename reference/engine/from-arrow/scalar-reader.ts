import { DuckDBBlobValue, DuckDBDecimalValue } from '@duckdb/node-api';
import { BinaryView, DataType, Precision, Vector } from 'apache-arrow';
import type { Data, Decimal } from 'apache-arrow';
import { uint16ToFloat64 } from 'apache-arrow/util/math';
import { Failure } from '../../errors.js';
import type { ValueReader } from './value-reader.js';

/** Returns a reader of non-null booleans, numbers, texts and bytes; undefined for other types. */
export function scalarReader(data: Data): ValueReader | undefined {
  const { type } = data;
  if (DataType.isBool(type)) {
    const { values, offset } = data as { values: Uint8Array; offset: number };
    return (row) => ((values[(offset + row) >> 3] ?? 0) & (1 << ((offset + row) & 7))) !== 0;
  }
  if (DataType.isFloat(type) && type.precision === Precision.HALF) {
    const values = data.values as Uint16Array;
    return (row) => uint16ToFloat64(values[row] ?? 0);
  }
  if (DataType.isInt(type) || DataType.isFloat(type)) {
    const values = data.values as ArrayLike<number | bigint>;
    return (row) => values[row] ?? null;
  }
  if (DataType.isDecimal(type)) {
    return decimalReader(data, type);
  }
  const bytes = bytesReader(data);
  if (bytes === undefined) {
    return undefined;
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)) {
    return (row) => decoded(bytes(row));
  }
  return (row) => new DuckDBBlobValue(bytes(row));
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new Failure('invalid-argument', 'a text is not valid UTF-8', { cause });
  }
}

function bytesReader(data: Data): ((row: number) => Uint8Array) | undefined {
  const { type } = data;
  const values = data.values as Uint8Array;
  if (DataType.isFixedSizeBinary(type)) {
    const width = type.byteWidth;
    return (row) => values.subarray(row * width, (row + 1) * width);
  }
  if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) {
    const vector = new Vector([data.clone(new BinaryView())]);
    return (row) => vector.get(row) ?? new Uint8Array();
  }
  if (
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isBinary(type) ||
    DataType.isLargeBinary(type)
  ) {
    const offsets = data.valueOffsets as Int32Array | BigInt64Array;
    return (row) => values.subarray(Number(offsets[row]), Number(offsets[row + 1]));
  }
  return undefined;
}

function decimalReader(data: Data, { precision, scale, bitWidth }: Decimal): ValueReader {
  const words = bitWidth / 32;
  const values = data.values as Uint32Array;
  const limit = 10n ** BigInt(precision);
  return (row) => {
    let unsigned = 0n;
    for (let word = words - 1; word >= 0; word--) {
      unsigned = (unsigned << 32n) | BigInt(values[row * words + word] ?? 0);
    }
    const value = BigInt.asIntN(bitWidth, unsigned);
    if (value >= limit || value <= -limit) {
      throw new Failure(
        'invalid-argument',
        `a decimal's unscaled value ${value.toString()} has more than ${precision} digits`,
      );
    }
    return new DuckDBDecimalValue(value, precision, scale);
  };
}
