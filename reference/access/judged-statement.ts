import type { Connection } from '../engine/connection.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { statementKind } from '../engine/statement-kinds.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import { wrappedStatement } from './canonical-text.js';
import type { GuardedStatement } from './guard.js';
import { refusals } from './refusals.js';

/** A statement of a role other than admin. EXPLAIN and PREPARE are replaced by the statement in them. */
export interface JudgedStatement {
  readonly kind: StatementKind;
  readonly sql: string;
  readonly connection: Connection;
  readonly parameters: ParameterRow | undefined;
}

/** Throws the refusal if the statement in an EXPLAIN or PREPARE cannot be told apart from it. */
export async function judgedStatement({
  type,
  sql,
  connection,
  parameters,
  expanded,
}: GuardedStatement): Promise<JudgedStatement> {
  const kind = expanded === true ? 'several' : statementKind(type);
  if (kind !== 'explain' && kind !== 'prepare') {
    return { kind, sql, connection, parameters };
  }
  const wrapped = wrappedStatement(sql);
  if (wrapped === null || wrapped.prefix + wrapped.inner !== sql) {
    throw refusals.kind();
  }
  const inner = await connection.typeOf(wrapped.inner);
  return judgedStatement({
    type: inner,
    sql: wrapped.inner,
    connection,
    parameters,
  } as GuardedStatement);
}
