import type { Connection } from '../engine/connection.js';
import { isAllowedFunction } from './allow-list.js';

/** Quoted text that ends like a file's name, or a scheme: FROM takes either for a file to read. */
const likeFile = /\.[a-z][a-z0-9]{1,11}(\.(gz|zst|bz2))?\s*['"$]|:\/\//i;
/** Ways to write a name or a text so that it is not what it looks like. */
const disguise = /\bu&["']|\be'|\\/i;
/** Names with a dot, such as `data.csv`, that FROM takes for files. */
const fileWords = /\b(csv|tsv|parquet|ndjson|jsonl|gz|zst)\b|\.\s*json\b|\/[^'"]*"/i;

/**
 * Whether a text could have the engine open a file or call a function that is not on the list, as far
 * as its characters tell: nothing is parsed. It errs on the side of yes. What the engine says of such
 * a text when it cannot prepare it may quote the file.
 */
export async function mayReachBeyond(connection: Connection, sql: string): Promise<boolean> {
  if (likeFile.test(sql) || disguise.test(sql) || fileWords.test(sql)) {
    return true;
  }
  const words = new Set(sql.toLowerCase().match(/[a-z_][a-z0-9_]*/g));
  return (await namesBeyond(connection)).some((name) => words.has(name));
}

/** Functions that are not on the list and yield tables, and the clients' macros, which may call them. */
async function namesBeyond(connection: Connection): Promise<string[]> {
  const rows = await connection.rows(
    `SELECT DISTINCT system.main.lower(function_name) FROM system.main.duckdb_functions()
     WHERE function_type IN ('table', 'table_macro', 'pragma') OR (NOT internal AND function_type = 'macro')`,
  );
  const names = rows.map(([name]) => String(name)).filter((name) => !isAllowedFunction(name));
  return [...names, 'query', 'query_table', 'copy', 'attach', 'secret', 'import', 'export'];
}
