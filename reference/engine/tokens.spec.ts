import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenize } from './tokens.js';

const pieces = [
  "'",
  '"',
  '$',
  '$$',
  '$a$',
  '/*',
  '*/',
  '--',
  '\n',
  '\\',
  'E',
  'x',
  "''",
  ' ',
  'é',
  '😀',
  '(',
  '1',
  '.',
  '\u00a0',
];

/** The kinds by their first letters, and what is no space. */
function kinds(sql: string): string[] {
  return tokenize(sql).flatMap(({ kind, text }) =>
    kind === 'space' ? [] : [`${kind[0] ?? ''} ${text}`],
  );
}

describe('tokenize', () => {
  it('lets no number go on over a comment or an operator', () => {
    expect(kinds("1/* ' */, 2")).toEqual(['o 1', 's ,', 'o 2']);
    expect(kinds('1.5e3/2-1--x')).toEqual(['o 1.5e3', 's /', 'o 2', 's -', 'o 1']);
  });

  it('loses nothing of any text', () => {
    const sql = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })))
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(sql, (text) => {
        expect(
          tokenize(text)
            .map((token) => token.text)
            .join(''),
        ).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["'it''s' x", ["o 'it''s'", 'w x']],
    [String.raw`'\' x`, [String.raw`o '\'`, 'w x']],
    [String.raw`E'\'' x`, [String.raw`o E'\''`, 'w x']],
    [String.raw`e'a''\\' x`, [String.raw`o e'a''\\'`, 'w x']],
    ["x'ff' b'1' n", ["o x'ff'", "o b'1'", 'w n']],
    ['"a""b" c', ['o "a""b"', 'w c']],
    ["ae'x' y", ['w ae', "o 'x'", 'w y']],
    ['$$ x $$ y', ['o $$ x $$', 'w y']],
    ['$t$ $$ $x$ $t$ y', ['o $t$ $$ $x$ $t$', 'w y']],
    ['$é$ a $é$ y', ['o $é$ a $é$', 'w y']],
    ['a$b$ $c + $1', ['w a$b$', 'w $c', 's +', 's $', 'o 1']],
    ['/* a /* b */ c */ d', ['w d']],
    ['-- a\nb--\rc', ['w b', 'w c']],
    ['a/**/b', ['w a', 'w b']],
    ['1.5e3 1x 0x1F', ['o 1.5e3', 'o 1x', 'o 0x1F']],
    ['€a 😀b _c', ['w €a', 'w 😀b', 'w _c']],
    ['a\u00a0b\u3000c\ufeffd\u200be', ['w a', 'w b', 'w c', 'w d', 'w e']],
    ["E''\n'\\'' x", ["o E''\n'\\''", 'w x']],
    ["'a' -- b 'c'\n\t-- d\n'e''f' x", ["o 'a' -- b 'c'\n\t-- d\n'e''f'", 'w x']],
    ["'a' 'b' \n+ 'c'", ["o 'a'", "o 'b'", 's +', "o 'c'"]],
    ["'a' /* */\n'b'", ["o 'a'", "o 'b'"]],
    ['"a"\n"b"', ['o "a"', 'o "b"']],
    ["'open", ["o 'open"]],
    ['"open', ['o "open']],
    ['$x$ open', ['o $x$ open']],
    ['/* open /* */', []],
    ['a.b(c)', ['w a', 's .', 'w b', 's (', 'w c', 's )']],
  ])('%s', (sql, expected) => {
    expect(kinds(sql)).toEqual(expected);
  });

  it.each([
    ['a literal', `'${'a'.repeat(5e6)}' x`],
    ['a literal of quotes', `'${"''".repeat(2e6)}' x`],
    ['an escaped literal', `E'${String.raw`\'`.repeat(2e6)}' x`],
    ['an identifier', `"${'a""'.repeat(2e6)}" x`],
    ['a dollar quote', `$$${'$ '.repeat(2e6)}$$ x`],
    ['a word', `(${'a'.repeat(5e6)} x`],
    ['a number', `(${'1.'.repeat(2e6)} x`],
    ['a comment', `(/*${'/**/'.repeat(1e5)}*/ x`],
    ['a line comment', `(--${'a'.repeat(5e6)}\nx`],
  ])('takes %s of megabytes', (_, sql) => {
    const tokens = tokenize(sql);
    expect(tokens.length).toBeLessThan(8);
    expect(tokens.at(-1)).toEqual({ kind: 'word', text: 'x' });
  });
});
