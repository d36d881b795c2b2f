import type { Connection } from '../engine/connection.js';

/** The ending of names that FROM reads as files if no table has that name. */
const fileName = /\.[a-z][a-z0-9]{1,11}(\.(gz|zst|bz2))?(\?|$)|:\/\//i;

/**
 * Whether a query names a relation in the form of a file name. If that table is dropped, any view of the
 * query reads the file, for every user. Uses the engine's parse tree; null if the engine cannot serialize the
 * query.
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

/** The relations of a parsed statement as `catalog.schema.table`, as far as qualified. */
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
