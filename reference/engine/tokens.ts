/** What a stretch of SQL text is, as far as replacing calls in it needs to know. */
export type TokenKind = 'word' | 'space' | 'symbol' | 'opaque';

/** A stretch of SQL text. `opaque`: a literal, a quoted identifier or a number. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/**
 * The lexical rules of DuckDB's SQL that decide where a word is a word:
 * comments (block comments nest), string literals (E'…' with backslashes, and
 * dollar quotes with any tag), quoted identifiers, numbers.
 */
const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['space', /\s+|--[^\n\r]*/y],
  ['opaque', /[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y],
  ['opaque', /[xXbB]?'(?:[^']|'')*(?:'|$)/y],
  ['opaque', /"(?:[^"]|"")*(?:"|$)/y],
  ['opaque', /\$([\p{L}_][\p{L}\p{N}_]*)?\$[\s\S]*?(?:\$\1\$|$)/uy],
  ['opaque', /\d[\w.]*/y],
  // A dollar in a word is part of it; before one it marks a named parameter.
  ['word', /\$?[\p{L}_][\p{L}\p{N}_$]*/uy],
];

/** Cuts SQL text into tokens; their texts, joined, are the text again. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const token = blockComment(sql, at) ?? match(sql, at) ?? symbol(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
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
