/** A DuckDB identifier, quoted, so that any text names what it says. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A text as an SQL string literal. NUL, which no SQL text can carry, becomes
 * chr(0), so the result may be an expression in parentheses.
 */
export function quoteLiteral(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts.join() : `(${parts.join(' || chr(0) || ')})`;
}
