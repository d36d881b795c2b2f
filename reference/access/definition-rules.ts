import { tokenize } from '../engine/tokens.js';
import { mayReachBeyond } from './beyond-reach.js';
import { viewBody } from './canonical-text.js';
import type { CatalogRules } from './catalog-rules.js';
import { readsByFileName } from './file-names.js';
import type { GuardedStatement } from './guard.js';
import type { JudgedStatement } from './judged-statement.js';
import { checkPlan } from './plan-rules.js';
import { refusals } from './refusals.js';
import { identifierName, wordsOf } from './statement-text.js';

/** The limit of tokens to read for the name in CREATE MACRO or TYPE; no statement head is this long. */
const mostTokensOfHead = 400;

/** Throws the refusal if a role other than admin may not define, alter, drop or comment on this. */
export async function checkDefinition(
  judged: JudgedStatement,
  statement: GuardedStatement,
  records: CatalogRules,
): Promise<void> {
  if (await isPlannedView(judged, statement, records)) {
    return;
  }
  if (await definesBeyond(judged)) {
    throw refusals.beyond();
  }
  records.mustNotMention(judged.sql);
  if (await shadows(judged)) {
    throw refusals.shadow();
  }
  // The engine does not explain COMMENT ON, which only sets a text.
  if (!/^\s*COMMENT\b/i.test(judged.sql)) {
    await checkPlan(judged, statement, records);
  }
}

/**
 * Checks a view by the plan of its query. Returns false if it is not a view, or if its text is not in
 * canonical form.
 */
async function isPlannedView(
  { sql, connection }: JudgedStatement,
  statement: GuardedStatement,
  records: CatalogRules,
): Promise<boolean> {
  const view = viewBody(sql);
  if (view === null || view.prefix + view.inner !== sql) {
    return false;
  }
  const judged: JudgedStatement = {
    kind: 'query',
    sql: view.inner,
    connection,
    parameters: undefined,
  };
  await checkPlan(judged, { ...statement, later: undefined }, records);
  if ((await readsByFileName(connection, view.inner)) ?? (await mayReachBeyond(connection, sql))) {
    throw refusals.beyond();
  }
  return true;
}

/**
 * Whether a view or macro may read forbidden data, which the plan does not show, or the statement concerns a
 * secret or a database.
 */
async function definesBeyond({ sql, connection }: JudgedStatement): Promise<boolean> {
  const words = wordsOf(sql).slice(0, 8).map(identifierName);
  if (words[0] === 'create') {
    const hidden = words.some((word) => /^(view|macro|function)$/.test(word));
    return hidden && (await mayReachBeyond(connection, sql));
  }
  return /^(secret|database|persistent)$/.test(words[1] ?? '') || words[2] === 'secret';
}

/**
 * Whether a macro or type that all sessions see would replace a built-in one, and so affect an admin's query
 * of the records.
 */
async function shadows({ sql, connection }: JudgedStatement): Promise<boolean> {
  // The tokenizer is slow on long texts, so the number of tokens is limited.
  const tokens = tokenize(sql, mostTokensOfHead);
  const solid = tokens.filter(({ kind, text }) => kind !== 'space' && text !== ';');
  const words = solid.map(({ text }) => identifierName(text));
  const isCut = tokens.length === mostTokensOfHead;
  const kind = words.findIndex((word, i) => i > 0 && !/^(or|replace|temp|temporary)$/.test(word));
  if (kind < 0) {
    return isCut; // The kind may follow beyond the token limit.
  }
  if (
    words[0] !== 'create' ||
    !/^(macro|function|type)$/.test(words[kind] ?? '') ||
    words.slice(0, kind).some((word) => word.startsWith('temp'))
  ) {
    return false;
  }
  const isType = words[kind] === 'type';
  const end = solid.findIndex(
    ({ text }, i) => i > kind && (isType ? /^as$/i.test(text) : text === '('),
  );
  if (end < 0) {
    return isCut;
  }
  const head = new Set(words.slice(kind + 1, end));
  const rows = await connection.rows(
    isType
      ? 'SELECT DISTINCT system.main.lower(type_name) FROM system.main.duckdb_types() WHERE internal'
      : 'SELECT DISTINCT system.main.lower(function_name) FROM system.main.duckdb_functions() WHERE internal',
  );
  return rows.some(([name]) => head.has(String(name)));
}
