import { quoteIdentifier } from '../engine/identifiers.js';
import { planOf } from '../engine/statement-effects.js';
import { mayReachBeyond } from './beyond-reach.js';
import type { CatalogRules } from './catalog-rules.js';
import type { JudgedStatement } from './judged-statement.js';
import { checkOperators } from './plan-rules.js';
import { refusals } from './refusals.js';
import { identifierName, significantTokens } from './statement-text.js';

/**
 * Throws the refusal if a role other than admin may not run a statement that the engine expands and cannot
 * explain. Judges by its words and the views that they may name.
 */
export async function checkExpanded(
  { sql, connection }: JudgedStatement,
  records: CatalogRules,
): Promise<void> {
  if (await mayReachBeyond(connection, sql)) {
    throw refusals.beyond();
  }
  const words = new Set(significantTokens(sql).map(identifierName));
  records.mustNotRead(words);
  const views = await connection.rows(
    'SELECT database_name, schema_name, view_name FROM system.main.duckdb_views() WHERE NOT internal',
  );
  for (const path of views.map((row) => row.map(String))) {
    if (words.has(path.at(-1)?.toLowerCase() ?? '')) {
      checkOperators(
        await planOf(connection, `FROM ${path.map(quoteIdentifier).join('.')}`),
        records,
      );
    }
  }
}
