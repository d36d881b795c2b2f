import { isOfFailedTransaction, wasInterrupted } from '../engine/engine-error.js';
import { databasesOf, planOf, writtenDatabase } from '../engine/statement-effects.js';
import type { Plan } from '../engine/statement-effects.js';
import { isAllowedOperator } from './allow-list.js';
import { mayReachBeyond } from './beyond-reach.js';
import type { CatalogRules } from './catalog-rules.js';
import type { GuardedStatement } from './guard.js';
import type { JudgedStatement } from './judged-statement.js';
import { refusals } from './refusals.js';

/**
 * Throws the refusal if the bound plan of a statement does what a role other than admin may not. A statement
 * without a plan is refused, unless it can be judged `later`, with its parameters.
 */
export async function checkPlan(
  { kind, sql, connection, parameters }: JudgedStatement,
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
  checkOperators(plan, records);
  if (plan.operators.has('chunk_get') && (await mayReachBeyond(connection, sql))) {
    throw refusals.beyond();
  }
}

/** Throws the refusal if a plan reads records or has an operator that is not on the allow-list. */
export function checkOperators(plan: Plan, records: CatalogRules): void {
  records.mustNotRead(databasesOf(plan));
  for (const operator of plan.operators) {
    if (!isAllowedOperator(operator, plan.scanners.has(operator))) {
      throw refusals.beyond();
    }
  }
}
