import { StatementType } from '@duckdb/node-api';
import { tokenize } from './tokens.js';

/** The kind of a statement, derived from the engine's statement type. */
export type StatementKind =
  /** Reads; a function that it calls may still have an effect. */
  | 'query'
  /** EXPLAIN. With ANALYZE it runs the explained statement. */
  | 'explain'
  /** BEGIN, COMMIT, ROLLBACK. Must be accepted even in a failed transaction. */
  | 'transaction'
  /** Changes the state of the session: settings, variables, USE. */
  | 'session'
  | 'prepare'
  | 'execute'
  | 'attach'
  | 'detach'
  /** Changes rows. */
  | 'rows'
  /** Creates, changes or drops a catalog object; DEALLOCATE as well. */
  | 'definition'
  /** VACUUM and ANALYZE. */
  | 'upkeep'
  | 'call'
  | 'copy'
  /** A statement that the engine expands to several, in a transaction. */
  | 'several'
  | 'other';

const kinds = new Map<StatementType, StatementKind>([
  [StatementType.SELECT, 'query'],
  [StatementType.RELATION, 'query'],
  [StatementType.EXPLAIN, 'explain'],
  [StatementType.TRANSACTION, 'transaction'],
  [StatementType.VARIABLE_SET, 'session'],
  [StatementType.SET, 'session'],
  [StatementType.PREPARE, 'prepare'],
  [StatementType.EXECUTE, 'execute'],
  [StatementType.ATTACH, 'attach'],
  [StatementType.DETACH, 'detach'],
  [StatementType.INSERT, 'rows'],
  [StatementType.UPDATE, 'rows'],
  [StatementType.DELETE, 'rows'],
  [StatementType.MERGE_INTO, 'rows'],
  [StatementType.CREATE, 'definition'],
  [StatementType.CREATE_FUNC, 'definition'],
  [StatementType.ALTER, 'definition'],
  [StatementType.DROP, 'definition'],
  [StatementType.VACUUM, 'upkeep'],
  [StatementType.ANALYZE, 'upkeep'],
  [StatementType.CALL, 'call'],
  [StatementType.COPY, 'copy'],
  [StatementType.MULTI, 'several'],
]);

export function statementKind(type: StatementType): StatementKind {
  return kinds.get(type) ?? 'other';
}

/**
 * Whether a statement runs while its result is read. All others are complete before their first row: INSERT …
 * RETURNING inserts even if the client reads no result.
 */
export function actsAsItIsRead(type: StatementType | null): boolean {
  return (
    type === StatementType.SELECT ||
    type === StatementType.RELATION ||
    type === StatementType.EXECUTE
  );
}

/** Whether a statement that has begun can be begun again: it has no effect but by the functions that it calls. */
export function isRepeatable(type: StatementType | null): boolean {
  return type === StatementType.SELECT || type === StatementType.RELATION;
}

/** Whether a statement sets or resets a setting. */
export function isSetting(type: StatementType | null): boolean {
  return type === StatementType.SET;
}

/**
 * The type of a statement that the engine expands to several, given the type of the first. The last one
 * cannot be prepared before the others have run. But the engine wraps them in a transaction only if the
 * statement is not a query.
 */
export function expandedType(first: StatementType): StatementType {
  return first === StatementType.TRANSACTION ? StatementType.MULTI : StatementType.SELECT;
}

/**
 * Whether statements of these types begin the expansion of a PIVOT: CREATE TYPE, perhaps after BEGIN, or
 * after SET if the client has a transaction open. `second` is only called if needed.
 */
export async function beginsExpansion(
  first: StatementType,
  second: () => Promise<StatementType>,
): Promise<boolean> {
  const before = first === StatementType.TRANSACTION || first === StatementType.SET;
  return first === StatementType.CREATE || (before && (await second()) === StatementType.CREATE);
}

/** The column names of results that are only a row count or a success flag. */
const answers = new Set(['Count', 'Success']);

/**
 * Whether a statement of this type with these result columns returns only its number of changed rows, or
 * nothing.
 */
export function isOnlyAnswered(type: StatementType | null, columns: readonly string[]): boolean {
  const [column = ''] = columns;
  return !actsAsItIsRead(type) && columns.length === 1 && answers.has(column);
}

/** Whether a transaction statement is a COMMIT. */
export function commits(sql: string): boolean {
  return /^(COMMIT|END)$/i.test(firstWord(sql));
}

/** Whether a transaction statement is a ROLLBACK. */
export function rollsBack(sql: string): boolean {
  return /^(ROLLBACK|ABORT)$/i.test(firstWord(sql));
}

function firstWord(sql: string): string {
  return tokenize(sql).find(({ kind, text }) => kind !== 'space' && text !== ';')?.text ?? '';
}
