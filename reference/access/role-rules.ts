import type { Connection } from '../engine/connection.js';
import { statementKind } from '../engine/statement-kinds.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import { isAllowedPragma } from './allow-list.js';
import { mayActWhenBound, mayOpenWhenBound, mayRunText } from './beyond-reach.js';
import { readOnlyBegin } from './canonical-text.js';
import type { CatalogRules } from './catalog-rules.js';
import { checkDefinition } from './definition-rules.js';
import { executedTexts } from './executed-texts.js';
import { checkExpanded } from './expanded-rules.js';
import type { GuardedStatement } from './guard.js';
import type { Identity } from './identity.js';
import { judgedStatement } from './judged-statement.js';
import type { JudgedStatement } from './judged-statement.js';
import { checkPlan } from './plan-rules.js';
import { refusals } from './refusals.js';
import { checkSetting } from './setting-rules.js';
import { significantTokens } from './statement-text.js';

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
  const judged = await judgedStatement(statement);
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
      return checkExpanded(judged, records);
    case 'upkeep':
      return;
    case 'definition':
      return checkDefinition(judged, statement, records);
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

/** Whether a transaction statement ends a transaction or begins a read-only one. */
function endsOrOnlyReads(sql: string): boolean {
  const [first = ''] = significantTokens(sql).filter((token) => token !== ';');
  return sql === readOnlyBegin || /^(commit|end|rollback|abort)$/i.test(first);
}

function isPragma(sql: string): boolean {
  const [, name = ''] = /^\s*PRAGMA\s+([a-z_]\w*)/i.exec(sql) ?? [];
  return isAllowedPragma(name.toLowerCase());
}

function isDeallocate({ kind, sql }: JudgedStatement): boolean {
  return kind === 'definition' && /^\s*DEALLOCATE\b/i.test(sql);
}
