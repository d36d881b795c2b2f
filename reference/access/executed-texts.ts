import type { Connection } from '../engine/connection.js';

/**
 * The statements that an EXECUTE may execute, in the engine's words. Returns all prepared statements if the
 * name is not a plain identifier.
 */
export async function executedTexts(connection: Connection, sql: string): Promise<string[]> {
  const all = await connection.rows(
    'SELECT name, statement FROM system.main.duckdb_prepared_statements()',
  );
  const [, called = null] = /^\s*EXECUTE\s+([a-z_]\w*)\s*(?:[(;]|$)/i.exec(sql) ?? [];
  return all
    .filter(([name]) => called === null || String(name).toLowerCase() === called.toLowerCase())
    .map(([, text]) => String(text));
}

/**
 * The statements that a text may execute by EXECUTE; empty in a failed transaction, where the engine cannot be
 * asked.
 */
export async function textsExecutedBy(connection: Connection, sql: string): Promise<string[]> {
  return /\bexecute\b/i.test(sql) ? executedTexts(connection, sql).catch(() => []) : [];
}
