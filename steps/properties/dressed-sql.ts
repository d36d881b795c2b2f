import fc from 'fast-check';

/** A spelling of a statement that does not change its meaning. Empty lists keep the original. */
export interface Dress {
  /** Whether each letter is a capital; repeated along the statement. */
  readonly capitals: readonly boolean[];
  /** Whether each part of a name is quoted. */
  readonly quoted: readonly boolean[];
  /** The white space and comments between words, and sometimes before a dot. */
  readonly gaps: readonly string[];
}

const gaps = [
  ' ',
  '  ',
  '\n',
  '\t',
  '\r\n',
  '/**/',
  ' /* ; */ ',
  " /* it's */ ",
  ' /* /* nested */ */ ',
  ' -- to the end; "\n',
  // A parser is misled here if it takes only line feeds as line ends, or does not nest comments.
  " -- to the return; '\r",
  '\f',
  ' /* -- */ ',
  ' /* $$ " */ ',
  ' -- /* $a$\n',
];

export const dresses: fc.Arbitrary<Dress> = fc.record({
  capitals: fc.array(fc.boolean(), { maxLength: 8 }),
  quoted: fc.array(fc.boolean(), { maxLength: 4 }),
  gaps: fc.array(fc.constantFrom(...gaps), { maxLength: 6 }),
});

/**
 * Tokens: dollar-quoted and single-quoted text, quoted and `@`-marked names, words, single other characters.
 */
const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|@?[\w$]+|\s+|[^\s\w]/g;

/**
 * Changes the spelling of a statement. Words become upper or lower case. A word marked with `@` is a name,
 * which may also be quoted. Quoted text is unchanged.
 */
export function dress(sql: string, { capitals, quoted, gaps: between }: Dress): string {
  let letter = 0;
  let name = 0;
  let gap = 0;
  const spell = (word: string): string =>
    word.replaceAll(/\w/g, (each) => {
      const capital = capitals[letter++ % Math.max(1, capitals.length)];
      return capital === undefined ? each : capital ? each.toUpperCase() : each.toLowerCase();
    });
  return (sql.match(tokens) ?? [])
    .map((token) => {
      if (token.trim() === '') {
        return between[gap++ % Math.max(1, between.length)] ?? token;
      }
      if (token === '.') {
        return `${between[gap++] ?? ''}.`;
      }
      if (token.startsWith("'") || token.startsWith('"')) {
        return token;
      }
      if (token.startsWith('@')) {
        const spelled = spell(token.slice(1));
        return quoted[name++ % Math.max(1, quoted.length)] === true ? `"${spelled}"` : spelled;
      }
      return spell(token);
    })
    .join('');
}

/** Literals whose end is easily misread. */
const oddLiterals = [
  `E''\n'\\''`,
  `E'' -- it goes on\n'\\''`,
  `e'\\''\r'\\''`,
  `E'\\'--'`,
  `E'\\\\'`,
  `'\\'`,
  `''\n'it''s'`,
  `'--'\n\n'/*'`,
  `$$it's "$$`,
  `$a$$$ ' $a$`,
  `$é$it's $$ $é$`,
  `'$$'`,
  `'/* '`,
  `N'--'`,
  `1 AS a$$, 2`,
  `'"'`,
];

/** A literal that is hard to parse, put before a statement. */
export interface Opening {
  readonly literal: string;
  /** True: inside the statement, if the syntax allows it. False: in a statement before it. */
  readonly within: boolean;
}

export const openings: fc.Arbitrary<Opening | undefined> = fc.option(
  fc.record({ literal: fc.constantFrom(...oddLiterals), within: fc.boolean() }),
  { nil: undefined },
);

/**
 * Statements that accept a WITH clause: not those that have one, nor those that begin with EXPLAIN or
 * PREPARE.
 */
const takesWith = /^\s*(insert|update|delete|select|from|table)\b/i;

/**
 * Puts the opening before a statement. The statement is dressed already, because the opening must stay
 * unchanged.
 */
export function open(sql: string, opening: Opening | undefined): string {
  if (opening === undefined) {
    return sql;
  }
  const { literal, within } = opening;
  return within && takesWith.test(sql)
    ? `WITH odd AS (SELECT ${literal}) ${sql}`
    : `SELECT ${literal}; ${sql}`;
}
