import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { characterAt } from './any-text.js';

/** The way in which a character of a JSON text is written, where JSON leaves a choice. */
const spellings = ['as it is', 'as it is', 'short', 'small digits', 'capital digits'] as const;

/** The short escapes of JSON. */
const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const printable = 95;
/** Characters that are often lost or misread, the end of each plane among them. */
const awkward = Array.from(
  '"\\/\'\b\f\n\r\t\0\x1b\x7f$;-é用🦆😀\u00a0\u2028\ufeff\ufffd\uffff𐀀𝔸\u{1ffff}\u{10ffff}',
);

const characters = fc.oneof(
  { arbitrary: fc.nat({ max: printable - 1 }).map(characterAt), weight: 3 },
  { arbitrary: fc.constantFrom(...awkward, "'", "'", "'"), weight: 3 },
  { arbitrary: fc.nat({ max: 0x10f7ff }).map(characterAt), weight: 2 },
);

/** JSON texts of one string, of all planes of Unicode, escaped in all ways. */
const strings = fc
  .array(fc.tuple(characters, fc.constantFrom(...spellings)), { maxLength: 12 })
  .map((parts) => `"${parts.map(([character, how]) => spell(character, how)).join('')}"`);

function spell(character: string, how: (typeof spellings)[number]): string {
  const mustBeEscaped = character < ' ' || character === '"' || character === '\\';
  if (how === 'as it is' && !mustBeEscaped) {
    return character;
  }
  const brief = short[character];
  if (brief !== undefined && (how === 'short' || how === 'as it is')) {
    return brief;
  }
  return character
    .split('')
    .map((unit) => {
      const digits = unit.charCodeAt(0).toString(16).padStart(4, '0');
      return `\\u${how === 'capital digits' ? digits.toUpperCase() : digits}`;
    })
    .join('');
}

/** The least and the largest number. Beyond them engines differ. */
const least = 1e-300;
const largest = 1e300;

/** JSON texts of one number that a double holds exactly. */
const numbers = fc.oneof(
  fc
    .tuple(
      fc.oneof(
        fc.integer(),
        fc.maxSafeInteger(),
        fc
          .double({ min: -largest, max: largest, noNaN: true })
          .map((number) => (Math.abs(number) < least ? 0 : number)),
      ),
      fc.constantFrom<(number: number) => string>(
        String,
        (number) => number.toExponential(),
        (number) => number.toExponential().toUpperCase(),
        (number) => (Number.isSafeInteger(number) ? `${number}.00` : String(number)),
        (number) => (Number.isSafeInteger(number) ? `${number}e0` : String(number)),
      ),
    )
    .map(([number, write]) => write(number)),
  fc.constantFrom('-0', '0.0', '-0.0e0', '0E+5', '10.5e-1', '0.1', '1e15'),
);

const scalars = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '{}', '[]', '""', '0'),
  numbers,
  strings,
);

const keys = fc.oneof(
  strings,
  fc.constantFrom('"a"', '""', '"A"', '"__proto__"', '"a.b"', '"$"', '"length"'),
);

const gaps = fc.constantFrom('', '', ' ', '\n\t', '\r\n  ');

const { value: values } = fc.letrec<{ value: string; item: string }>((tie) => ({
  // Nulls are what is dropped most easily.
  item: fc.oneof(
    { arbitrary: tie('value'), weight: 5 },
    { arbitrary: fc.constant('null'), weight: 1 },
  ),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalars,
    fc
      .tuple(gaps, fc.array(tie('item'), { maxLength: 4 }))
      .map(([gap, items]) => list('[]', gap, items)),
    fc
      .tuple(
        gaps,
        fc.uniqueArray(fc.tuple(keys, tie('item')), {
          // Engines differ about an object that has a key twice.
          selector: ([key]): unknown => JSON.parse(key),
          maxLength: 4,
        }),
      )
      .map(([gap, members]) =>
        list(
          '{}',
          gap,
          members.map(([key, value]) => `${key}${gap}:${gap}${value}`),
        ),
      ),
  ),
}));

function list([open = '', close = '']: string, gap: string, items: readonly string[]): string {
  return `${open}${gap}${items.join(`${gap},${gap}`)}${gap}${close}`;
}

/** Values in some 40 arrays and objects. Far deeper ones are beyond the stack of engines. */
const deep = fc
  .tuple(values, fc.array(fc.boolean(), { minLength: 1, maxLength: 40, size: 'max' }))
  .map(([value, around]) =>
    around.reduce((inner, isList) => (isList ? `[${inner}]` : `{"in":${inner}}`), value),
  );

/** The size of a large text, roughly, in bytes of UTF-8. */
const smallestBytes = 5_000;
const largestBytes = 60_000;

/** JSON texts of 5 to 60 KB, or a little more. */
export const largeJson = fc
  .tuple(
    strings.map((text) => (text === '""' ? '"a"' : text)),
    values,
    fc.integer({ min: smallestBytes, max: largestBytes }),
    fc.constantFrom('one string', 'an array', 'an object'),
  )
  .map(([text, value, bytes, what]) => {
    if (what === 'one string') {
      return `{"long":"${text.slice(1, -1).repeat(times(text, bytes))}"}`;
    }
    const items = Array.from({ length: times(`${value}"10000":`, bytes) }, () => value);
    return what === 'an array'
      ? list('[]', '', items)
      : list(
          '{}',
          '',
          items.map((item, at) => `"${at}":${item}`),
        );
  });

function times(text: string, bytes: number): number {
  return Math.max(1, Math.floor(bytes / Buffer.byteLength(text)));
}

/** JSON texts of a few hundred characters at most. */
export const smallJson = fc.oneof(values, values, deep);

/** Any JSON texts, mostly small, some of up to 60 KB. Not: what engines understand differently. */
export const anyJson = fc.oneof(
  { arbitrary: smallJson, weight: 4 },
  { arbitrary: largeJson, weight: 1 },
);

/** Whether a text is JSON of the same value. Neither the order of keys counts nor how a value is written. */
export function isSameJson(text: unknown, expected: string): boolean {
  try {
    return typeof text === 'string' && isDeepStrictEqual(parse(text), parse(expected));
  } catch {
    return false;
  }
}

/** Without the sign of zero. */
function parse(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => (value === 0 ? 0 : value));
}
