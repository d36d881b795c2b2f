import { isDeepStrictEqual } from 'node:util';
import { Decimal, Timestamp, printValue, valueText } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import { machineFacts } from './this-machine.js';

/** The expectation in a table cell. */
export interface Expectation {
  /** The cell's text, with remembered values filled in. */
  readonly text: string;
  matches(value: PlainValue): boolean;
}

type Judge = (value: PlainValue) => boolean;
type Word = readonly [pattern: RegExp, judge: (...groups: string[]) => Judge];

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const quoted = `'(?:[^']|'')*'`;
const ofThisMachine = new RegExp(`^(${Object.keys(machineFacts).join('|')}) of this machine$`);

/** All forms of cells; the first pattern that matches applies. */
const words: readonly Word[] = [
  [/^anything$/, () => () => true],
  [/^NULL$/, () => (value) => value === null],
  [/^not NULL$/, () => (value) => value !== null],
  [/^(true|false)$/, (truth) => (value) => value === (truth === 'true')],
  [/^a UUID$/, () => (value) => typeof value === 'string' && uuid.test(value)],
  [/^a timestamp$/, () => (value) => value instanceof Timestamp && value.zone === undefined],
  [/^a time with a zone$/, () => (value) => value instanceof Timestamp && value.zone !== undefined],
  [/^some text$/, () => (value) => typeof value === 'string' && value.trim() !== ''],
  [/^(-?\d+(?:\.\d+)?)$/, (number = '') => numerically((value) => value === Number(number))],
  [/^>= (-?\d+)$/, (limit) => numerically((value) => value >= Number(limit))],
  [/^> (-?\d+)$/, (limit) => numerically((value) => value > Number(limit))],
  [/^(-?\d+) to (-?\d+)$/, between],
  [whole(`(${quoted})`), (literal) => textually((text) => text === unquote(literal))],
  [
    whole(`contains (${quoted})`),
    (literal) => textually((text) => text.includes(unquote(literal))),
  ],
  [
    whole(`starts with (${quoted})`),
    (literal) => textually((text) => text.startsWith(unquote(literal))),
  ],
  [whole(`one of (${quoted}(?:, ${quoted})*)`), oneOf],
  [
    /^matches \/(.*)\/$/,
    (pattern = '') => textually((text) => new RegExp(pattern, 'u').test(text)),
  ],
  [/^the JSON (.*)$/s, theJson],
];

/**
 * Parses a cell. `remembered` returns the values of `${name}`. A cell that is only `${name}` expects that
 * value; inside a longer cell it is the value's text. Throws an Error for a cell that is not an expectation,
 * which is an error of the suite.
 */
export function readExpectation(
  cell: string,
  remembered: (name: string) => PlainValue,
): Expectation {
  const name = /^\$\{([^}]+)\}$/.exec(cell)?.[1];
  if (name !== undefined) {
    const expected = remembered(name);
    return { text: printValue(expected), matches: (value) => sameValue(value, expected) };
  }
  const text = fillIn(cell, (inner) => valueText(remembered(inner)).replaceAll("'", "''"));
  const fact = ofThisMachine.exec(text)?.[1];
  if (fact !== undefined) {
    const { known, says } = machineFacts[fact as keyof typeof machineFacts]();
    return { text: `${text} (${known.join(', ')})`, matches: textually(says) };
  }
  for (const [pattern, judge] of words) {
    const match = pattern.exec(text);
    if (match !== null) {
      return { text, matches: judge(...match.slice(1)) };
    }
  }
  throw new Error(`'${cell}' is not an expectation`);
}

/** Replaces each `${name}` in a text. */
export function fillIn(text: string, value: (name: string) => string): string {
  return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => value(name));
}

/** Whether two values are equal. Integers of different width are equal if their numbers are. */
export function sameValue(one: PlainValue, other: PlainValue): boolean {
  const number = numberOf(one);
  return number === undefined ? isDeepStrictEqual(one, other) : number === numberOf(other);
}

function numerically(judge: (value: number | bigint) => boolean): Judge {
  return (value) => {
    const number = numberOf(value);
    return number !== undefined && judge(number);
  };
}

/**
 * The number of a value. Integers that a double holds exactly become doubles, so that equal numbers are
 * identical.
 */
function numberOf(value: PlainValue): number | bigint | undefined {
  if (value instanceof Decimal) {
    return /^-?\d+$/.test(value.text) ? numberOf(BigInt(value.text)) : Number(value.text);
  }
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  return typeof value === 'number' ? value : undefined;
}

function textually(judge: (text: string) => boolean): Judge {
  return (value) => typeof value === 'string' && judge(value);
}

function between(low?: string, high?: string): Judge {
  return numerically((value) => value >= Number(low) && value <= Number(high));
}

function oneOf(list = ''): Judge {
  const literals = (list.match(new RegExp(quoted, 'g')) ?? []).map(unquote);
  return textually((text) => literals.includes(text));
}

function theJson(json = ''): Judge {
  const expected: unknown = JSON.parse(json);
  return textually((text) => {
    try {
      return isDeepStrictEqual(scalarsAsText(JSON.parse(text)), scalarsAsText(expected));
    } catch {
      return false;
    }
  });
}

/**
 * JSON scalars as text. The specification requires JSON, but not how numbers and booleans are written in it.
 */
function scalarsAsText(json: unknown): unknown {
  if (Array.isArray(json)) {
    return json.map(scalarsAsText);
  }
  return typeof json === 'number' || typeof json === 'boolean' ? String(json) : json;
}

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`, 's');
}

function unquote(literal = "''"): string {
  return literal.slice(1, -1).replaceAll("''", "'");
}
