import fc from 'fast-check';

/** How a statement is spelled: which of the ways that mean the same. Empty lists: as it was written. */
export interface Dress {
  /** Whether letters are capitals, over and over along the statement. */
  readonly capitals: readonly boolean[];
  /** Whether the parts of names are quoted. */
  readonly quoted: readonly boolean[];
  /** What stands between the words, and a few times before a dot. */
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
  // Read otherwise by whoever takes only line feeds for ends, or counts no comments.
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

/** Dollar-quoted and single-quoted text, quoted and `@`-marked names, words, and the rest, mark by mark. */
const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|@?[\w$]+|\s+|[^\s\w]/g;

/**
 * Spells a statement anew. Words become capitals or small letters; a word that is marked `@` is a
 * name, and may be quoted, too; text in quotes stays as it is.
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

/** Literals that do not end where they seem to, or seem not to end where they do. */
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

/** Puts before a statement what is hard to read to its end; empty: nothing. */
export interface Opening {
  readonly literal: string;
  /** In the statement itself, where it can stand there, or in one of its own. */
  readonly within: boolean;
}

export const openings: fc.Arbitrary<Opening | undefined> = fc.option(
  fc.record({ literal: fc.constantFrom(...oddLiterals), within: fc.boolean() }),
  { nil: undefined },
);

/** What takes WITH before it: neither what has one, nor what EXPLAIN or PREPARE begins. */
const takesWith = /^\s*(insert|update|delete|select|from|table)\b/i;

/** The statement behind the opening. It is dressed already: an opening is to stay as it is. */
export function open(sql: string, opening: Opening | undefined): string {
  if (opening === undefined) {
    return sql;
  }
  const { literal, within } = opening;
  return within && takesWith.test(sql)
    ? `WITH odd AS (SELECT ${literal}) ${sql}`
    : `SELECT ${literal}; ${sql}`;
}
