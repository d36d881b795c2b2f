import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { Connection } from '../engine/connection.js';
import { isOfFailedTransaction, wasInterrupted } from '../engine/engine-error.js';
import { quoteIdentifier } from '../engine/identifiers.js';
import { databasesOf, planOf, writtenDatabase } from '../engine/statement-effects.js';
import type { Plan } from '../engine/statement-effects.js';
import { statementKind } from '../engine/statement-kinds.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import { isAllowedOperator, isAllowedPragma, isAllowedSetting } from './allow-list.js';
import { mayActWhenBound, mayOpenWhenBound, mayReachBeyond, mayRunText } from './beyond-reach.js';
import { readOnlyBegin, viewBody, wrappedStatement } from './canonical-text.js';
import type { CatalogRules } from './catalog-rules.js';
import { executedTexts } from './executed-texts.js';
import { readsByFileName } from './file-names.js';
import type { GuardedStatement } from './guard.js';
import type { Identity } from './identity.js';
import { refusals } from './refusals.js';
import { tokenize } from '../engine/tokens.js';
import { identifierName, significantTokens, wordsOf } from './statement-text.js';

/** The limit of tokens to read for the name in CREATE MACRO or TYPE; no statement head is this long. */
const mostTokensOfHead = 400;

/** A statement of a role other than admin. EXPLAIN is replaced by the statement that it explains. */
interface Judged {
  readonly kind: StatementKind;
  readonly sql: string;
  readonly connection: Connection;
  readonly parameters: ParameterRow | undefined;
}

/** The statement kinds that each role may run. */
const kindsOf: Readonly<Record<'user' | 'readonly', ReadonlySet<StatementKind>>> = {
  user: new Set(['query', 'session', 'execute', 'rows', 'definition', 'upkeep', 'call', 'several']),
  readonly: new Set(['query', 'session', 'execute', 'several']),
};

/**
 * Throws the refusal if a role other than admin may not run the statement. Decides by the engine's bound
 * plan. A statement that no plan covers and no other rule allows is refused.
 *
 * @param records the rules of the catalog under which clients see the records
 */
export async function checkRole(statement: GuardedStatement, records: CatalogRules) {
  const { identity, connection } = statement;
  const role = identity.role === 'readonly' ? 'readonly' : 'user';
  const judged = await unwrap(statement);
  const { kind, sql } = judged;
  if (kind === 'transaction' && (role === 'user' || endsOrOnlyReads(sql))) {
    return;
  }
  if (isDeallocate(judged)) {
    return;
  }
  // Type MULTI: the engine wraps the expanded statement in a transaction, because it is not a query.
  const writes = kind === 'several' && statementKind(statement.type) === 'several';
  if (!kindsOf[role].has(kind) || (writes && role === 'readonly')) {
    throw role === 'readonly' ? refusals.write(identity.username) : refusals.kind();
  }
  if (await mayRunText(connection, sql)) {
    throw refusals.beyond();
  }
  switch (kind) {
    case 'session':
      return checkSetting(judged, statement, records);
    case 'execute':
      for (const text of await executedTexts(connection, sql)) {
        const type = await connection.typeOf(text);
        await checkRole({ ...statement, type, sql: text, parameters: undefined }, records);
      }
      return;
    case 'several':
      return checkByWords(judged, records);
    case 'upkeep':
      return;
    case 'definition':
      if (await isPlannedView(judged, statement, records)) {
        return;
      }
      if (await definesBeyond(judged)) {
        throw refusals.beyond();
      }
      records.mustNotMention(sql);
      if (await shadows(judged)) {
        throw refusals.shadow();
      }
      if (/^\s*COMMENT\b/i.test(sql)) {
        return; // The engine does not explain COMMENT ON, which only sets a text.
      }
      break;
  }
  if (kind === 'query' && isPragma(sql)) {
    return;
  }
  await checkPlan(judged, statement, records);
}

/** Throws the refusal if a role other than admin may not even have the text bound. */
export async function admitText(identity: Identity, sql: string, connection: Connection) {
  if ((await mayRunText(connection, sql)) || (await mayOpenWhenBound(connection, sql))) {
    throw refusals.beyond();
  }
  if (identity.role === 'readonly' && (await mayActWhenBound(connection, sql))) {
    throw refusals.write(identity.username);
  }
}

async function unwrap({
  type,
  sql,
  connection,
  parameters,
  expanded,
}: GuardedStatement): Promise<Judged> {
  const kind = expanded === true ? 'several' : statementKind(type);
  if (kind !== 'explain' && kind !== 'prepare') {
    return { kind, sql, connection, parameters };
  }
  const wrapped = wrappedStatement(sql);
  if (wrapped === null || wrapped.prefix + wrapped.inner !== sql) {
    throw refusals.kind();
  }
  const inner = await connection.typeOf(wrapped.inner);
  return unwrap({ type: inner, sql: wrapped.inner, connection, parameters } as GuardedStatement);
}

async function checkPlan(
  { kind, sql, connection, parameters }: Judged,
  { identity, later }: GuardedStatement,
  records: CatalogRules,
): Promise<void> {
  const { role, username } = identity;
  let plan: Plan;
  try {
    // In a read-only transaction the engine refuses all writes, including nextval().
    plan = await planOf(connection, sql, { parameters, readOnly: role === 'readonly' });
  } catch (error) {
    if (wasInterrupted(error) || isOfFailedTransaction(error)) {
      throw error; // The error is not about the statement.
    }
    if (writtenDatabase(error) !== null) {
      throw refusals.write(username);
    }
    if (parameters === undefined && later !== undefined) {
      later();
      return;
    }
    throw kind === 'query' ? refusals.beyond() : refusals.kind();
  }
  judgePlan(plan, records);
  if (plan.operators.has('chunk_get') && (await mayReachBeyond(connection, sql))) {
    throw refusals.beyond();
  }
}

function judgePlan(plan: Plan, records: CatalogRules): void {
  records.mustNotRead(databasesOf(plan));
  for (const operator of plan.operators) {
    if (!isAllowedOperator(operator, plan.scanners.has(operator))) {
      throw refusals.beyond();
    }
  }
}

/**
 * Checks SET, RESET and USE. The value must be a literal or a name, because an expression might read data.
 */
async function checkSetting(
  judged: Judged,
  statement: GuardedStatement,
  records: CatalogRules,
): Promise<void> {
  const head =
    /^\s*(?:\/\*(?:(?!\/\*|\*\/)[\s\S])*\*\/\s*)*(SET|RESET|USE)\s+(?:(SESSION|LOCAL|VARIABLE|GLOBAL)\s+)?("?)([a-z_]\w*)\3/i;
  const zone = /^\s*SET\s+(?:SESSION\s+)?TIME\s+ZONE\b/i.test(judged.sql);
  const [, verb = '', scope = '', , name = ''] = zone
    ? ['', 'SET', '', '', 'timezone']
    : (head.exec(judged.sql) ?? []);
  if (/^USE$/i.test(verb)) {
    return;
  }
  if (/^VARIABLE$/i.test(scope)) {
    return /^SET$/i.test(verb) ? checkPlan(judged, statement, records) : undefined;
  }
  const plain = !significantTokens(judged.sql).some((token) => token === '(');
  const setting = name.toLowerCase();
  if (/^GLOBAL$/i.test(scope) || !isAllowedSetting(setting) || !plain) {
    throw refusals.setting(setting === '' ? 'this' : setting);
  }
}

/**
 * Checks a view by the plan of its query. Returns false if it is not a view, or if its text is not in
 * canonical form.
 */
async function isPlannedView(
  { sql, connection }: Judged,
  statement: GuardedStatement,
  records: CatalogRules,
): Promise<boolean> {
  const view = viewBody(sql);
  if (view === null || view.prefix + view.inner !== sql) {
    return false;
  }
  const judged: Judged = { kind: 'query', sql: view.inner, connection, parameters: undefined };
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
async function definesBeyond({ sql, connection }: Judged): Promise<boolean> {
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
async function shadows({ sql, connection }: Judged): Promise<boolean> {
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

/**
 * Checks a statement that the engine expands and cannot explain, by its words and the views that they may
 * name.
 */
async function checkByWords({ sql, connection }: Judged, records: CatalogRules): Promise<void> {
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
      judgePlan(await planOf(connection, `FROM ${path.map(quoteIdentifier).join('.')}`), records);
    }
  }
}

/** Whether a transaction statement ends a transaction or begins a read-only one. */
function endsOrOnlyReads(sql: string): boolean {
  const [first = ''] = significantTokens(sql).filter((token) => token !== ';');
  return sql === readOnlyBegin || /^(commit|end|rollback|abort)$/i.test(first);
}

function isPragma(sql: string): boolean {
  const [, name = ''] = /^\s*PRAGMA\s+([a-z_]\w*)/i.exec(sql) ?? [];
  return isAllowedPragma(name.toLowerCase());
}

function isDeallocate({ kind, sql }: Judged): boolean {
  return kind === 'definition' && /^\s*DEALLOCATE\b/i.test(sql);
}
