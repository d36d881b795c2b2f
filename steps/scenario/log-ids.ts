/** The kinds of id that the tables share with the log. */
export type LoggedId = 'statement_id' | 'execution_id';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/**
 * The ids of one kind that a log names, in its order, each once, in lower case. How a line is written is
 * not specified: `statement_id=...`, `"statement_id": "..."` and `statementId: ...` all count, an id
 * under another name does not.
 */
export function loggedIds(log: string, kind: LoggedId): string[] {
  const name = kind.replace('_', '[_ -]?');
  const found = log.matchAll(
    new RegExp(`(?<![a-z])${name}\\\\?["']?\\s*[=:]\\s*\\\\?["']?(${uuid})`, 'gi'),
  );
  return [...new Set(Array.from(found, ([, id = '']) => id.toLowerCase()))];
}
