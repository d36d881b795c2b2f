import { sqlLiteral } from './sql-literal.js';

/**
 * A value of a result, exact and printable. SQL's types become:
 * 8 to 32 bit integers and floats: number; 64 bit integers: bigint; DECIMAL and HUGEINT: Decimal; timestamps:
 * Timestamp; DATE, TIME, INTERVAL, UUID, ENUM and VARCHAR: string; BLOB: Uint8Array; lists: arrays; structs:
 * objects; maps: arrays of `{ key, value }`.
 */
export type PlainValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Decimal
  | Timestamp
  | readonly PlainValue[]
  | { readonly [field: string]: PlainValue };

/** A decimal number, kept as text so that it loses no digits. */
export class Decimal {
  constructor(readonly text: string) {}

  /** From an unscaled integer: 12345 with 2 decimal places is 123.45. */
  static of(unscaled: bigint, places: number): Decimal {
    const sign = unscaled < 0n ? '-' : '';
    const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(places + 1, '0');
    const whole = digits.slice(0, digits.length - places);
    return new Decimal(sign + (places > 0 ? `${whole}.${digits.slice(-places)}` : whole));
  }

  toString(): string {
    return this.text;
  }
}

/** A moment, in nanoseconds since the Unix epoch: the finest unit that Arrow has. */
export class Timestamp {
  constructor(
    readonly nanos: bigint,
    /** The zone of TIMESTAMP WITH TIME ZONE; undefined for a plain TIMESTAMP. */
    readonly zone?: string,
  ) {}

  /** Whole microseconds since the Unix epoch, as DuckDB's TIMESTAMP counts them. */
  get micros(): bigint {
    return this.nanos / 1000n;
  }

  /** `2026-01-31 12:00:00.123456`, in UTC. */
  toString(): string {
    const nanosOfSecond = ((this.nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    const seconds = (this.nanos - nanosOfSecond) / 1_000_000_000n;
    const text = new Date(Number(seconds) * 1000).toISOString().replace('T', ' ').slice(0, -5);
    const fraction = nanosOfSecond.toString().padStart(9, '0').replace(/0{3}$/, '');
    return `${text}.${fraction}${this.zone === undefined ? '' : '+00'}`;
  }
}

/** A value as text for a report; strings are in single quotes, as in SQL. */
export function printValue(value: PlainValue): string {
  if (value === null) {
    return 'NULL';
  }
  if (typeof value === 'string') {
    return sqlLiteral(value);
  }
  if (value instanceof Uint8Array) {
    return `x'${Buffer.from(value).toString('hex')}'`;
  }
  if (Array.isArray(value)) {
    return `[${value.map((item: PlainValue) => printValue(item)).join(', ')}]`;
  }
  if (typeof value === 'object' && !(value instanceof Decimal) && !(value instanceof Timestamp)) {
    const fields = Object.entries(value).map(([name, item]) => `${name}: ${printValue(item)}`);
    return `{${fields.join(', ')}}`;
  }
  return String(value);
}

/** A value inside a longer text: strings without quotes. */
export function valueText(value: PlainValue): string {
  return typeof value === 'string' ? value : printValue(value);
}

/**
 * A value in JSON, for people to read. Values without an exact JSON form (bigint beyond the safe range,
 * Decimal, Timestamp, bytes, NaN) become text.
 */
export function jsonValue(value: PlainValue): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : String(value);
  }
  if (value instanceof Uint8Array) {
    return printValue(value);
  }
  if (value instanceof Decimal || value instanceof Timestamp) {
    return value.toString();
  }
  if (Array.isArray(value)) {
    return value.map((item: PlainValue) => jsonValue(item));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, jsonValue(item)]));
  }
  return value;
}
