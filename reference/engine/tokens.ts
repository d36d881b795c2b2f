/** The kind of a token, as far as replacing calls in SQL text requires it. */
export type TokenKind = 'word' | 'space' | 'symbol' | 'opaque';

/** A token of SQL text. `opaque` is a literal, a quoted identifier or a number. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

// The non-ASCII characters that the engine replaces with spaces before it parses.
const space = '\\u00a0\\u2000-\\u200d\\u202f\\u205f\\u2060\\u3000\\ufeff';
// All other non-ASCII characters may be part of an identifier, as letters, digits and _ may.
const noLetter = `\\0-@[-^\`{-\\x7f${space}`;
const noLetterOrDigit = `\\0-/:-@[-^\`{-\\x7f${space}`;
const noPartOfWord = `\\0-#%-/:-@[-^\`{-\\x7f${space}`;

/**
 * The lexical rules of DuckDB's SQL that delimit words: comments (block comments nest), dollar quotes with
 * any tag, numbers, words. Only single characters are repeated: a repeated group uses stack for each
 * repetition, and text may be long.
 */
const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['space', new RegExp(`[\\t-\\r ${space}]+|--[^\\n\\r]*`, 'y')],
  [
    'opaque',
    new RegExp(`\\$([^${noLetter}][^${noLetterOrDigit}]*)?\\$[\\s\\S]*?(?:\\$\\1\\$|$)`, 'y'),
  ],
  ['opaque', new RegExp(`[0-9][^${noLetterOrDigit.replace('-/', '--/')}]*`, 'y')],
  // A dollar inside a word belongs to it; before a word it marks a named parameter.
  ['word', new RegExp(`\\$?[^${noLetter}][^${noPartOfWord}]*`, 'y')],
];

/** The opening of a literal or quoted identifier, and the marks in it: a mark of one character closes it. */
const quotes: readonly (readonly [RegExp, RegExp])[] = [
  [/[eE]'/y, /\\[\s\S]|''|'/g],
  [/[xXbB]?'/y, /''|'/g],
  [/"/y, /""|"/g],
];

/** Splits SQL text into tokens, at most `most` of them. Without a limit, their joined texts equal `sql`. */
export function tokenize(sql: string, most = Infinity): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length && tokens.length < most) {
    const token = blockComment(sql, at) ?? quoted(sql, at) ?? match(sql, at) ?? symbol(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

/** The index after `( )` if the word at `at` is a call without arguments; undefined if it is none. */
export function callEnd(tokens: readonly Token[], at: number): number | undefined {
  const open = skipSpace(tokens, at + 1);
  const close = skipSpace(tokens, open + 1);
  return tokens[open]?.text === '(' && tokens[close]?.text === ')' ? close + 1 : undefined;
}

/** The index of the first token from `at` on that is no white space and no comment. */
export function skipSpace(tokens: readonly Token[], at: number): number {
  let next = at;
  while (tokens[next]?.kind === 'space') {
    next++;
  }
  return next;
}

function match(sql: string, at: number): Token | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const [text] = pattern.exec(sql) ?? [];
    if (text) {
      return { kind, text };
    }
  }
  return undefined;
}

function symbol(sql: string, at: number): Token {
  return { kind: 'symbol', text: String.fromCodePoint(sql.codePointAt(at) ?? 0) };
}

function quoted(sql: string, start: number): Token | undefined {
  for (const [opening, marks] of quotes) {
    opening.lastIndex = start;
    if (opening.test(sql)) {
      let from: number | undefined = opening.lastIndex;
      let end: number | undefined;
      while (from !== undefined) {
        end = closing(sql, marks, from);
        from = end === undefined || sql[start] === '"' ? undefined : continuation(sql, end);
      }
      return { kind: 'opaque', text: sql.slice(start, end) };
    }
  }
  return undefined;
}

/** The end of a literal or quoted identifier whose text begins at `from`; undefined if it is not closed. */
function closing(sql: string, marks: RegExp, from: number): number | undefined {
  marks.lastIndex = from;
  let mark = marks.exec(sql);
  while (mark && mark[0].length > 1) {
    mark = marks.exec(sql);
  }
  return mark ? marks.lastIndex : undefined;
}

// A quote after a line feed continues the literal with its kind.
const goingOn = /(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/y;

/** The position where a literal that seems to end at `end` continues; undefined if it does not. */
function continuation(sql: string, end: number): number | undefined {
  goingOn.lastIndex = end;
  return goingOn.test(sql) ? goingOn.lastIndex : undefined;
}

function blockComment(sql: string, start: number): Token | undefined {
  if (!sql.startsWith('/*', start)) {
    return undefined;
  }
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(sql); mark; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) {
      return { kind: 'space', text: sql.slice(start, marks.lastIndex) };
    }
  }
  return { kind: 'space', text: sql.slice(start) };
}
