import type { Connection } from '../engine/connection.js';
import { identifierName, significantTokens } from './statement-text.js';

/** The SQL behind views and macros, by the lower-case name that a statement may call them by. */
export async function definitions(
  connection: Connection,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await connection.rows(
    `SELECT view_name, sql FROM system.main.duckdb_views() WHERE NOT internal
     UNION ALL
     SELECT function_name, macro_definition FROM system.main.duckdb_functions()
     WHERE NOT internal AND macro_definition IS NOT NULL`,
  );
  const found = new Map<string, string[]>();
  for (const [named, text] of rows) {
    const name = String(named).toLowerCase();
    found.set(name, [...(found.get(name) ?? []), String(text)]);
  }
  return found;
}

/** The statement and the definitions of all views and macros that words in it may name. */
export async function withDefinitions(connection: Connection, sql: string): Promise<string[]> {
  const open = new Map(await definitions(connection));
  const texts = [sql];
  // Each definition found may name others.
  for (const text of texts) {
    const lowered = text.toLowerCase();
    for (const [name, bodies] of open) {
      if (lowered.includes(name)) {
        open.delete(name);
        texts.push(...bodies);
      }
    }
  }
  return texts;
}

/** Words that stand for a call without parentheses. */
const momentWords = [
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
];

/** Whether an expression may come to something else the next time: it is random, counts, or tells the time. */
export async function varies(connection: Connection, expression: string): Promise<boolean> {
  if (significantTokens(expression).length < 2) {
    return false;
  }
  const functions = await connection.rows(
    `SELECT function_name, stability, macro_definition FROM system.main.duckdb_functions()
     WHERE internal AND (stability IN ('VOLATILE', 'CONSISTENT_WITHIN_QUERY') OR macro_definition IS NOT NULL)`,
  );
  const varying = new Set(momentWords);
  const macros: [name: string, words: string[]][] = [];
  for (const [name, stability, definition] of functions) {
    if (stability !== null) {
      varying.add(String(name));
    } else {
      macros.push([String(name), significantTokens(String(definition)).map(identifierName)]);
    }
  }
  for (const [name, words] of macros) {
    if (words.some((word) => varying.has(word))) {
      varying.add(name);
    }
  }
  const texts = await withDefinitions(connection, expression);
  return texts.flatMap(significantTokens).some((token) => varying.has(identifierName(token)));
}
