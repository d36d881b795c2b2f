/** A DuckDB identifier, quoted, so that any text names what it says. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A text as an SQL string literal. NUL, which no SQL text can carry, becomes
 * chr(0), so the result may be a call.
 */
export function quoteLiteral(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1
    ? parts.join()
    : `system.main.concat(${parts.join(', system.main.chr(0), ')})`;
}
