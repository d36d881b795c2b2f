/** A text as a quoted DuckDB identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL string literal. SQL text cannot contain NUL, so NUL becomes a call of chr(0). */
export function quoteLiteral(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1
    ? parts.join()
    : `system.main.concat(${parts.join(', system.main.chr(0), ')})`;
}
