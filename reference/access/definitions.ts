import type { Connection } from '../engine/connection.js';

/** The SQL behind views and macros, by the lower-case name that a statement may call them by. */
export async function definitions(
  connection: Connection,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await connection.rows(
    `SELECT lower(view_name), sql FROM system.main.duckdb_views() WHERE NOT internal
     UNION ALL
     SELECT lower(function_name), macro_definition FROM system.main.duckdb_functions()
     WHERE NOT internal AND macro_definition IS NOT NULL`,
  );
  const found = new Map<string, string[]>();
  for (const [name, text] of rows) {
    found.set(String(name), [...(found.get(String(name)) ?? []), String(text)]);
  }
  return found;
}
