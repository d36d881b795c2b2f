import { tokenize } from './tokens.js';
import type { Token } from './tokens.js';

/** The identifiers in an SQL text in lower case, without quotes. */
export function namesIn(sql: string): ReadonlySet<string> {
  return new Set(solid(sql).flatMap((token) => identifierOf(token)?.toLowerCase() ?? []));
}

/** The identifiers that begin a path, that is, do not follow a dot. */
export function bareNamesIn(sql: string): ReadonlySet<string> {
  const tokens = solid(sql);
  return new Set(
    tokens.flatMap((token, i) =>
      tokens[i - 1]?.text === '.' ? [] : (identifierOf(token)?.toLowerCase() ?? []),
    ),
  );
}

/** The identifier of a token; null if it is none. */
export function identifierOf({ kind, text }: Token): string | null {
  if (kind === 'word') {
    return text;
  }
  return /^"[^]*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : null;
}

function solid(sql: string): Token[] {
  return tokenize(sql).filter(({ kind }) => kind !== 'space');
}
