import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUnionValue,
} from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { ParameterRow } from './parameter-rows.js';

/**
 * The parameters of an execution as the JSON array that is recorded; null if there are none. Integers and
 * decimals keep all digits. Floats have the shortest unambiguous form; NaN and infinities are strings. Dates,
 * times and intervals are strings as the engine prints them, those with a zone in UTC. Bytes are base64
 * strings and lists are arrays. Structs and maps are objects, with map keys as text. A union is an object
 * with its one member.
 */
export function parametersJson(row: ParameterRow): string | null {
  return row.values.length === 0 ? null : array(row.values, (i) => row.types[i]);
}

/** One value in the same form. Two different values of one type never have the same text. */
export function valueJson(value: DuckDBValue, type: DuckDBType | undefined): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
    case 'bigint':
      return value.toString();
    case 'number':
      return numberJson(value, type?.typeId === DuckDBTypeId.FLOAT);
    default:
      return value === null ? 'null' : objectJson(value, type);
  }
}

function objectJson(value: Exclude<DuckDBValue, null>, type: DuckDBType | undefined): string {
  if (value instanceof DuckDBDecimalValue) {
    return decimalText(value);
  }
  if (value instanceof DuckDBBlobValue) {
    return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
  }
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return array(value.items, () => (type && 'valueType' in type ? type.valueType : undefined));
  }
  if (value instanceof DuckDBStructValue) {
    const types = type?.typeId === DuckDBTypeId.STRUCT ? type.entryTypes : [];
    return object(
      Object.entries(value.entries).map(([name, entry], i) => [name, valueJson(entry, types[i])]),
    );
  }
  if (value instanceof DuckDBMapValue) {
    const types = type?.typeId === DuckDBTypeId.MAP ? type : undefined;
    return object(
      value.entries.map((entry) => [
        keyText(valueJson(entry.key, types?.keyType)),
        valueJson(entry.value, types?.valueType),
      ]),
    );
  }
  if (value instanceof DuckDBUnionValue) {
    const member =
      type?.typeId === DuckDBTypeId.UNION ? type.memberTypeForTag(value.tag) : undefined;
    return object([[value.tag, valueJson(value.value, member)]]);
  }
  if (value instanceof DuckDBTimestampTZValue) {
    // `toString()` would print it in the time zone of this machine.
    const { isFinite, micros } = value;
    return JSON.stringify(`${new DuckDBTimestampValue(micros).toString()}${isFinite ? '+00' : ''}`);
  }
  return JSON.stringify((value as { toString(): string }).toString());
}

function array(
  items: readonly DuckDBValue[],
  typeOf: (index: number) => DuckDBType | undefined,
): string {
  return `[${items.map((item, i) => valueJson(item, typeOf(i))).join(',')}]`;
}

function object(members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

/** A map key as text: a JSON string without its quotes, any other value as JSON. */
function keyText(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

function decimalText({ value, scale }: DuckDBDecimalValue): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${value < 0n ? '-' : ''}${whole}${fraction}`;
}

function numberJson(value: number, isSingle: boolean): string {
  if (!Number.isFinite(value)) {
    return JSON.stringify(String(value));
  }
  if (Object.is(value, -0)) {
    return '-0.0';
  }
  return String(isSingle ? shortestSingle(value) : value);
}

/**
 * The double with the fewest digits that equals this number in single precision: 0.1, not
 * 0.10000000149011612.
 */
function shortestSingle(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) {
      return candidate;
    }
  }
  return Number(value.toPrecision(9));
}
