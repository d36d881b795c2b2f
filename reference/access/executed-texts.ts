import type { Connection } from '../engine/connection.js';

/** The statements that an EXECUTE may execute, as the engine words them; by a name that is not plain it may be any. */
export async function executedTexts(connection: Connection, sql: string): Promise<string[]> {
  const all = await connection.rows(
    'SELECT name, statement FROM system.main.duckdb_prepared_statements()',
  );
  const [, called = null] = /^\s*EXECUTE\s+([a-z_]\w*)\s*(?:[(;]|$)/i.exec(sql) ?? [];
  return all
    .filter(([name]) => called === null || String(name).toLowerCase() === called.toLowerCase())
    .map(([, text]) => String(text));
}
