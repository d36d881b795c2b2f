import { tokenize } from '../engine/tokens.js';

/** The tokens of a statement, without white space and comments. */
export function significantTokens(sql: string): string[] {
  return tokenize(sql)
    .filter(({ kind }) => kind !== 'space')
    .map(({ text }) => text);
}

/** The tokens without leading empty statements. */
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

/** Whether the statement contains the identifier `name`, quoted or not, in any letter case. */
export function mentions(sql: string, name: string): boolean {
  // A fast check first, because the tokenizer is slow on long texts.
  if (!name.includes('"') && !sql.toLowerCase().includes(name)) {
    return false;
  }
  return significantTokens(sql).some((token) => identifierName(token) === name);
}

/** The direction of COPY, FROM or TO a file; undefined for other statements. */
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
