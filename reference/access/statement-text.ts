import { tokenize } from '../engine/tokens.js';

/** The words and symbols of a statement, without white space and comments. */
export function significantTokens(sql: string): string[] {
  return tokenize(sql)
    .filter(({ kind }) => kind !== 'space')
    .map(({ text }) => text);
}

/** The same without the empty statements before it. */
export function wordsOf(sql: string): string[] {
  const tokens = significantTokens(sql);
  const first = tokens.findIndex((token) => token !== ';');
  return tokens.slice(Math.max(first, 0));
}

/** An identifier as the engine compares it: unquoted and in lower case. */
export function identifierName(token: string): string {
  return unquoted(token).toLowerCase();
}

/** An identifier without its quotes. */
export function unquoted(token: string): string {
  return /^"[\s\S]*"$/.test(token) ? token.slice(1, -1).replaceAll('""', '"') : token;
}

/** Whether any identifier of the statement is `name`, quoted or not, in any letter case. */
export function mentions(sql: string, name: string): boolean {
  // Most do not, and a long text takes its time to be cut up.
  if (!name.includes('"') && !sql.toLowerCase().includes(name)) {
    return false;
  }
  return significantTokens(sql).some((token) => identifierName(token) === name);
}

/** Which way COPY copies: FROM or TO a file; undefined for other statements. */
export function copyDirection(sql: string): 'FROM' | 'TO' | undefined {
  const [copy, ...rest] = significantTokens(sql).map((token) => token.toUpperCase());
  if (copy !== 'COPY') {
    return undefined;
  }
  let depth = 0;
  for (const token of rest) {
    depth += token === '(' ? 1 : token === ')' ? -1 : 0;
    if (depth === 0 && (token === 'FROM' || token === 'TO')) {
      return token;
    }
  }
  return undefined;
}

/** The statement without the semicolons before it, which the engine takes for empty statements. */
export function withoutEmptyStatements(sql: string): string {
  const first = significantTokens(sql).findIndex((token) => token !== ';');
  return sql.slice(lengthOf(sql, Math.max(first, 0)));
}

/** What EXPLAIN explains: the statement without `EXPLAIN`, its options and `ANALYZE`. */
export function explained(sql: string): string {
  const rest = sql.slice(lengthOf(sql, 1));
  const [next] = significantTokens(rest);
  if (next?.toUpperCase() === 'ANALYZE') {
    return explainedOptions(rest.slice(lengthOf(rest, 1)));
  }
  return explainedOptions(rest);
}

/** What SQL-level PREPARE keeps: the statement after `PREPARE name AS`, its parameter types skipped. */
export function preparedBody(sql: string): string {
  const tokens = tokenize(sql);
  const as = tokens.findIndex(({ text }) => text.toUpperCase() === 'AS');
  return tokens
    .slice(as + 1)
    .map(({ text }) => text)
    .join('');
}

/** Skips options. A parenthesis may as well begin the statement itself, as in `(FROM a) UNION (FROM b)`. */
function explainedOptions(sql: string): string {
  const tokens = significantTokens(sql);
  const options = tokens[0] === '(' && /^(analyze|format)$/.test(identifierName(tokens[1] ?? ''));
  return options ? sql.slice(lengthOf(sql, tokens.indexOf(')') + 1)) : sql;
}

/** The length of the text up to and with its `count`th significant token. */
function lengthOf(sql: string, count: number): number {
  let length = 0;
  let seen = 0;
  for (const { kind, text } of tokenize(sql)) {
    if (seen === count) {
      break;
    }
    length += text.length;
    seen += kind === 'space' ? 0 : 1;
  }
  return length;
}
