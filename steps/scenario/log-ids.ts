/** The kinds of id that occur in both the tables and the log. */
export type LoggedId = 'statement_id' | 'execution_id';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/**
 * The distinct ids of one kind in a log, in order and in lower case. The format of log lines is not
 * specified: `statement_id=...`, `"statement_id": "..."` and `statementId: ...` are all accepted. Ids with
 * another name are ignored.
 */
export function loggedIds(log: string, kind: LoggedId): string[] {
  const name = kind.replace('_', '[_ -]?');
  const found = log.matchAll(
    new RegExp(`(?<![a-z])${name}\\\\?["']?\\s*[=:]\\s*\\\\?["']?(${uuid})`, 'gi'),
  );
  return [...new Set(Array.from(found, ([, id = '']) => id.toLowerCase()))];
}
