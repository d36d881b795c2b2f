import fc from 'fast-check';
import { smallJson } from './json-texts.js';

/** JSON texts with brackets or quotes around them. */
const enclosed = smallJson
  .map((text) => text.trim())
  .map((text) => (/^[[{"]/.test(text) ? text : `[${text}]`));

/**
 * Texts that no parser takes for JSON. What lax ones take is not among them: comments, blank texts, trailing
 * commas, NaN, leading zeros, single quotes, words as keys, control characters in a string, a byte order mark.
 */
export const brokenJson: fc.Arbitrary<string> = fc
  .oneof(
    // Not closed.
    fc.tuple(enclosed, fc.nat()).map(([text, at]) => {
      const letters = Array.from(text);
      return letters.slice(0, 1 + (at % (letters.length - 1))).join('');
    }),
    // Closed too often, or by another bracket.
    fc.tuple(enclosed, fc.constantFrom(']', '}')).map(([text, close]) => text + close),
    fc.tuple(fc.constantFrom(']', '}', ':', ','), enclosed).map(([mark, text]) => mark + text),
    enclosed.map((text) => `[${text}}`),
    enclosed.map((text) => `{"a":${text}]`),
    // Two values.
    fc.tuple(enclosed, fc.constantFrom('', ' ', '\n'), enclosed).map((parts) => parts.join('')),
    fc.tuple(enclosed, fc.constantFrom('x', ' and more', ' =', ':')).map((parts) => parts.join('')),
    // Without a comma, a colon, a key or a value.
    fc.tuple(enclosed, enclosed).map(([one, other]) => `[${one} ${other}]`),
    enclosed.map((text) => `{"a" ${text}}`),
    enclosed.map((text) => `{${text}}`),
    enclosed.map((text) => `{:${text}}`),
    enclosed.map((text) => `{"a":}${text}`),
    enclosed.map((text) => `{[1]:${text}}`),
    enclosed.map((text) => `{"a":${text},"b"}`),
    // Escapes without their digits.
    fc
      .tuple(fc.constantFrom('\\u', '\\u1', '\\u12', '\\u12g4', '\\u123'), enclosed)
      .map(([escape, text]) => `["${escape}",${text}]`),
    // Words and numbers that are none.
    fc
      .tuple(
        fc.constantFrom(
          'nul',
          'tru',
          'fals',
          'nulll',
          'truefalse',
          'word',
          '--1',
          '1.2.3',
          '1e+',
          '-',
        ),
        fc.boolean(),
      )
      .map(([word, alone]) => (alone ? word : `{"a":[${word}]}`)),
    fc.stringMatching(/^[a-eg-hj-mo-su-z]{2,9}[=:][a-z]{1,9}$/),
  )
  // A text may by chance be JSON again.
  .filter((text) => !isJson(text));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
