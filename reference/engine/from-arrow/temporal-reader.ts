import {
  DuckDBDateValue,
  DuckDBIntervalValue,
  DuckDBTimeNSValue,
  DuckDBTimeValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
} from '@duckdb/node-api';
import type { DuckDBValue } from '@duckdb/node-api';
import { DataType, DateUnit, IntervalUnit, TimeUnit } from 'apache-arrow';
import type { Data } from 'apache-arrow';
import { Failure } from '../../errors.js';
import { hasTimeZone } from './duckdb-type.js';
import type { ValueReader } from './value-reader.js';

const millisecondsPerDay = 86_400_000n;
const nanosecondsPerDay = millisecondsPerDay * 1_000_000n;

const nanosecondsPer: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1_000_000_000n,
  [TimeUnit.MILLISECOND]: 1_000_000n,
  [TimeUnit.MICROSECOND]: 1000n,
  [TimeUnit.NANOSECOND]: 1n,
};

/** Returns a reader of non-null dates, times, timestamps and intervals; undefined for other types. */
export function temporalReader(data: Data): ValueReader | undefined {
  const { type } = data;
  if (DataType.isInterval(type)) {
    return intervalReader(data, type.unit);
  }
  const values = data.values as ArrayLike<number | bigint>;
  const integer = (row: number): bigint => BigInt(values[row] ?? 0);
  if (DataType.isDate(type)) {
    return type.unit === DateUnit.DAY
      ? (row) => new DuckDBDateValue(Number(values[row]))
      : (row) => new DuckDBDateValue(days(integer(row)));
  }
  if (DataType.isTime(type)) {
    const { unit } = type;
    return (row) => time(integer(row), unit);
  }
  if (DataType.isTimestamp(type)) {
    const make = hasTimeZone(type) ? zoned(type.unit) : makeTimestamp[type.unit];
    return (row) => make(integer(row));
  }
  if (DataType.isDuration(type)) {
    const { unit } = type;
    return (row) => new DuckDBIntervalValue(0, 0, microseconds(integer(row), unit));
  }
  return undefined;
}

const makeTimestamp: Readonly<Record<TimeUnit, (value: bigint) => DuckDBValue>> = {
  [TimeUnit.SECOND]: (value) => new DuckDBTimestampSecondsValue(value),
  [TimeUnit.MILLISECOND]: (value) => new DuckDBTimestampMillisecondsValue(value),
  [TimeUnit.MICROSECOND]: (value) => new DuckDBTimestampValue(value),
  [TimeUnit.NANOSECOND]: (value) => new DuckDBTimestampNanosecondsValue(value),
};

function zoned(unit: TimeUnit): (value: bigint) => DuckDBValue {
  return (value) => new DuckDBTimestampTZValue(microseconds(value, unit));
}

/** Truncates to the engine's unit instead of rounding, as its own import of Arrow does. */
function microseconds(value: bigint, unit: TimeUnit): bigint {
  const result = (value * nanosecondsPer[unit]) / nanosecondsPer[TimeUnit.MICROSECOND];
  if (BigInt.asIntN(64, result) !== result) {
    throw outOfRange('a time', value, unit);
  }
  return result;
}

function time(value: bigint, unit: TimeUnit): DuckDBValue {
  const nanoseconds = value * nanosecondsPer[unit];
  if (nanoseconds < 0n || nanoseconds > nanosecondsPerDay) {
    throw outOfRange('a time of day', value, unit);
  }
  return unit === TimeUnit.NANOSECOND
    ? new DuckDBTimeNSValue(nanoseconds)
    : new DuckDBTimeValue(nanoseconds / nanosecondsPer[TimeUnit.MICROSECOND]);
}

/** The day of a number of milliseconds since 1970, negative ones included. */
function days(milliseconds: bigint): number {
  const remainder = milliseconds % millisecondsPerDay;
  const result = milliseconds / millisecondsPerDay - (remainder < 0n ? 1n : 0n);
  if (BigInt.asIntN(32, result) !== result) {
    throw outOfRange('a date', milliseconds, TimeUnit.MILLISECOND);
  }
  return Number(result);
}

function intervalReader(data: Data, unit: IntervalUnit): ValueReader {
  const values = data.values as Int32Array;
  const at = (index: number): number => values[index] ?? 0;
  switch (unit) {
    case IntervalUnit.YEAR_MONTH:
      return (row) => new DuckDBIntervalValue(at(row), 0, 0n);
    case IntervalUnit.DAY_TIME:
      return (row) => new DuckDBIntervalValue(0, at(2 * row), BigInt(at(2 * row + 1)) * 1000n);
    case IntervalUnit.MONTH_DAY_NANO:
      return (row) => {
        const low = BigInt.asUintN(32, BigInt(at(4 * row + 2)));
        const nanoseconds = (BigInt(at(4 * row + 3)) << 32n) | low;
        return new DuckDBIntervalValue(
          at(4 * row),
          at(4 * row + 1),
          microseconds(nanoseconds, TimeUnit.NANOSECOND),
        );
      };
  }
}

function outOfRange(what: string, value: bigint, unit: TimeUnit): Failure {
  const units = TimeUnit[unit].toLowerCase();
  return new Failure(
    'invalid-argument',
    `${what} of ${value.toString()} ${units}s is beyond what the engine can hold`,
  );
}
