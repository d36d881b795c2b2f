import { DataType, DateUnit, IntervalUnit, Precision, Type } from 'apache-arrow';
import type { Data, TimeUnit, Vector } from 'apache-arrow';
import { UnknownType } from './malformed-answer.js';
import { Decimal, Timestamp } from './plain-value.js';
import type { PlainValue } from './plain-value.js';

/**
 * Value `index` of an Arrow column as a PlainValue. Reads the buffers, because Arrow's getters round
 * timestamps to milliseconds and drop a byte order mark. Throws UnknownType for a type that no SQL result
 * has.
 */
export function decodeVector(vector: Vector, index: number): PlainValue {
  let rest = index;
  for (const data of vector.data as readonly Data[]) {
    if (rest < data.length) {
      return decodeData(data, rest);
    }
    rest -= data.length;
  }
  throw new RangeError(`no value ${index} in a column of ${vector.length}`);
}

function decodeData(data: Data, index: number): PlainValue {
  const type = data.type;
  if (DataType.isNull(type)) {
    return null;
  }
  if (DataType.isUnion(type)) {
    return decodeUnion(data, index);
  }
  if (!data.getValid(index)) {
    return null;
  }
  if (DataType.isDictionary(type)) {
    const key = Number((data.values as ArrayLike<number | bigint>)[index]);
    return data.dictionary === undefined ? null : decodeVector(data.dictionary, key);
  }
  return decodePresent(data, type, index);
}

function decodePresent(data: Data, type: DataType, index: number): PlainValue {
  const numbers = data.values as ArrayLike<number | bigint>;
  const at = (place: number): number | bigint => numbers[place] ?? 0;
  switch (type.typeId) {
    case Type.Bool: {
      const bit = data.offset + index;
      return ((Number(at(bit >> 3)) >> (bit & 7)) & 1) === 1;
    }
    case Type.Int:
    case Type.Float:
      return DataType.isFloat(type) && type.precision === Precision.HALF
        ? half(Number(at(index)))
        : at(index);
    case Type.Utf8:
    case Type.LargeUtf8:
      return Buffer.from(variableBytes(data, index)).toString('utf8');
    case Type.Binary:
    case Type.LargeBinary:
      return variableBytes(data, index).slice();
    case Type.FixedSizeBinary:
      return (data.values as Uint8Array).slice(index * data.stride, (index + 1) * data.stride);
    case Type.Decimal:
      return Decimal.of(
        littleEndian(data.values as Uint32Array, index * data.stride, data.stride),
        DataType.isDecimal(type) ? type.scale : 0,
      );
    case Type.Date: {
      const days = DataType.isDate(type) && type.unit === DateUnit.DAY;
      const millis = days ? Number(at(index)) * 86_400_000 : Number(at(index));
      return new Date(millis).toISOString().replace(/T.*$/, '');
    }
    case Type.Timestamp: {
      const { unit, timezone } = type as unknown as { unit: TimeUnit; timezone?: string | null };
      return new Timestamp(BigInt(at(index)) * nanosOf(unit), timezone ?? undefined);
    }
    case Type.Time: {
      const unit = (type as unknown as { unit: TimeUnit }).unit;
      return new Timestamp(BigInt(at(index)) * nanosOf(unit)).toString().slice(11);
    }
    case Type.Interval:
      return decodeInterval(data, (type as unknown as { unit: IntervalUnit }).unit, index);
    case Type.List:
    case Type.LargeList:
      return range(data, index).map((child) => decodeChild(data, 0, child));
    case Type.FixedSizeList:
      return Array.from({ length: data.stride }, (_, child) =>
        decodeChild(data, 0, index * data.stride + child),
      );
    case Type.Map:
      return range(data, index).map((child) => decodeChild(data, 0, child));
    case Type.Struct:
      return Object.fromEntries(
        type.children.map((field, child) => [field.name, decodeChild(data, child, index)]),
      );
    default:
      throw new UnknownType(`the suite cannot read values of the Arrow type ${Type[type.typeId]}`);
  }
}

function decodeUnion(data: Data, index: number): PlainValue {
  const types = data.typeIds as Int8Array;
  const union = data.type as unknown as { typeIdToChildIndex: Record<number, number> };
  const child = union.typeIdToChildIndex[types[index] ?? 0] ?? 0;
  const offsets = data.valueOffsets as Int32Array | undefined;
  return decodeChild(data, child, offsets?.[index] ?? index);
}

function decodeChild(data: Data, child: number, index: number): PlainValue {
  const values = data.children[child];
  return values === undefined ? null : decodeData(values, index);
}

function range(data: Data, index: number): number[] {
  const [begin, end] = bounds(data, index);
  return Array.from({ length: end - begin }, (_, place) => begin + place);
}

function bounds(data: Data, index: number): [number, number] {
  const offsets = data.valueOffsets as ArrayLike<number | bigint>;
  return [Number(offsets[index] ?? 0), Number(offsets[index + 1] ?? 0)];
}

function variableBytes(data: Data, index: number): Uint8Array {
  const [begin, end] = bounds(data, index);
  return (data.values as Uint8Array).subarray(begin, end);
}

/** A signed integer of `count` 32-bit words, the lowest first. */
function littleEndian(words: Uint32Array, start: number, count: number): bigint {
  let value = 0n;
  for (let word = count - 1; word >= 0; word--) {
    value = (value << 32n) | BigInt(words[start + word] ?? 0);
  }
  return BigInt.asIntN(count * 32, value);
}

function nanosOf(unit: TimeUnit): bigint {
  return 10n ** BigInt(9 - unit * 3);
}

function decodeInterval(data: Data, unit: IntervalUnit, index: number): string {
  const words = data.values as Int32Array;
  const word = (place: number): number => words[index * data.stride + place] ?? 0;
  switch (unit) {
    case IntervalUnit.YEAR_MONTH:
      return `${word(0)} months`;
    case IntervalUnit.DAY_TIME:
      return `${word(0)} days ${word(1)} ms`;
    case IntervalUnit.MONTH_DAY_NANO: {
      const nanos = (BigInt(word(3)) << 32n) | BigInt(word(2) >>> 0);
      return `${word(0)} months ${word(1)} days ${nanos.toString()} ns`;
    }
  }
}

/** An IEEE 754 half-precision number from its 16 bits. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) {
    return fraction === 0 ? sign * Infinity : NaN;
  }
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}
