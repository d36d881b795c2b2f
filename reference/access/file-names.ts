import type { Connection } from '../engine/connection.js';

/** What ends the names that FROM takes for files where there is no table of them. */
const fileName = /\.[a-z][a-z0-9]{1,11}(\.(gz|zst|bz2))?(\?|$)|:\/\//i;

/**
 * Whether a query names a relation as one names a file: if that is a table now, it is a file once the table has gone, for
 * everybody who reads a view of the query. By what the engine parses; null where it does not say.
 */
export async function readsByFileName(
  connection: Connection,
  query: string,
): Promise<boolean | null> {
  const [[text] = []] = await connection.rows(
    'SELECT system.main.json_serialize_sql(CAST($1 AS VARCHAR))',
    [query],
  );
  const parsed = JSON.parse(String(text)) as { readonly error?: boolean };
  if (parsed.error === true) {
    return null;
  }
  return relationsIn(parsed).some((name) => fileName.test(name));
}

/** The relations of a parsed statement, in full: `catalog.schema.table`, as far as they say so. */
function relationsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) {
    return [];
  }
  const { catalog_name, schema_name, table_name } = node as Record<string, unknown>;
  const own = [catalog_name, schema_name, table_name].filter(
    (part) => typeof part === 'string' && part !== '',
  );
  return [
    ...(typeof table_name === 'string' ? [own.join('.')] : []),
    ...Object.values(node).flatMap(relationsIn),
  ];
}
