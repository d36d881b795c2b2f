import { identifierName, significantTokens } from '../access/statement-text.js';
import type { Connection } from '../engine/connection.js';
import { quoteLiteral } from '../engine/identifiers.js';
import type { Plan } from '../engine/statement-effects.js';
import type { StatementKind } from '../engine/statement-kinds.js';

/** Statement kinds that may read. PREPARE itself reads nothing; EXECUTE does. */
export const readingKinds = new Set<StatementKind>([
  'query',
  'explain',
  'execute',
  'rows',
  'definition',
  'copy',
  'session',
  'call',
]);

/** Kinds that are assumed to read if the engine does not explain them. */
export const couldRead = new Set<StatementKind>(['query', 'explain', 'rows', 'copy']);

/** Functions that run text, and escaped names that hide their real text. */
export const puttingTogether = /\b(query|query_table|json_execute_serialized_sql)\b|u&"/i;

/** Whether a statement may read tables that it does not name. */
export function isIndirect(sql: string): boolean {
  return puttingTogether.test(sql) || /\bexecute\b/i.test(sql);
}

/** Whether all values of an EXECUTE are literals. */
export function hasPlainValues(sql: string): boolean {
  const tokens = significantTokens(sql);
  const values = tokens.slice(tokens.indexOf('(') + 1);
  return (
    !tokens.includes('(') ||
    (values.every((token) => /^([,):=;+-]|'.*'|[\d.]+|\w+)$/s.test(token)) && !values.includes('('))
  );
}

/** Operators of a bound plan that have the same meaning in every engine. */
const pure = new Set(
  (
    'aggregate any_join asof_join comparison_join cross_product cte cte_scan delim_get delim_join ' +
    'dependent_join distinct dummy_scan empty_result except expression_get filter generate_series intersect ' +
    'join limit order_by positional_join projection range rec_cte sample seq_scan top_n union unnest window ' +
    'ducklake_scan postgres_scan postgres_scan_pushdown'
  ).split(' '),
);

/** Whether a query uses only what has the same meaning in every engine. */
export function isPlain(plan: Plan, sql: string): boolean {
  const words = significantTokens(sql).map(identifierName);
  return (
    [...plan.operators].every((operator) => pure.has(operator)) &&
    !words.some((word) => ofSession.has(word))
  );
}

/** Functions whose result depends on the session. */
const ofSession = new Set(
  (
    'getvariable current_setting current_database current_catalog current_schema current_schemas ' +
    'current_query txid_current in_search_path nextval currval'
  ).split(' '),
);

/**
 * Whether a view or a macro names the catalog or may compose its name. The engine has no text of a view that
 * EXPLAIN ANALYZE created.
 */
export async function isDefinedBy(connection: Connection, catalog: string): Promise<boolean> {
  const name = quoteLiteral(catalog);
  const [[found] = []] = await connection.rows(
    `SELECT system.main.count(*) FROM (
       SELECT sql FROM system.main.duckdb_views() WHERE NOT internal AND database_name <> ${name}
       UNION ALL
       SELECT macro_definition FROM system.main.duckdb_functions() WHERE NOT internal
     ) AS definitions (text) WHERE text = '' OR system.main.contains(system.main.lower(text), ${name}) OR system.main.regexp_matches(system.main.lower(text), 'query|serialized_sql')`,
  );
  return Number(found) > 0;
}
