import { StatementType } from '@duckdb/node-api';
import { tokenize } from './tokens.js';

/** How a statement is to be judged, by what the engine takes it for. */
export type StatementKind =
  /** Reads; a function that it calls may have an effect all the same. */
  | 'query'
  /** EXPLAIN, which with ANALYZE runs what it explains. */
  | 'explain'
  /** BEGIN, COMMIT, ROLLBACK: must get through even when the transaction is broken. */
  | 'transaction'
  /** Says how the session goes on: settings, variables, USE. */
  | 'session'
  | 'prepare'
  | 'execute'
  | 'attach'
  | 'detach'
  /** Changes rows. */
  | 'rows'
  /** Makes, changes or drops something of the catalog; DEALLOCATE, too. */
  | 'definition'
  /** VACUUM and ANALYZE. */
  | 'upkeep'
  | 'call'
  | 'copy'
  /** What the engine makes several statements of, put into a transaction. */
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
 * Whether a statement does what it does while its result is read. Every other is done before its first
 * row is there: a client that stops reading what INSERT … RETURNING answers has inserted all the same.
 */
export function actsAsItIsRead(type: StatementType | null): boolean {
  return (
    type === StatementType.SELECT ||
    type === StatementType.RELATION ||
    type === StatementType.EXECUTE
  );
}

/**
 * The type of a statement that the engine makes several of, given that of the first. The last cannot be
 * prepared before the others have run, but the engine puts a transaction around what is no query.
 */
export function expandedType(first: StatementType): StatementType {
  return first === StatementType.TRANSACTION ? StatementType.MULTI : StatementType.SELECT;
}

/**
 * Whether statements of these types, of which the second is asked for only where need be, begin what the
 * engine makes of a PIVOT: a type, perhaps in a transaction, which is a setting where the client has one.
 */
export async function beginsExpansion(
  first: StatementType,
  second: () => Promise<StatementType>,
): Promise<boolean> {
  const before = first === StatementType.TRANSACTION || first === StatementType.SET;
  return first === StatementType.CREATE || (before && (await second()) === StatementType.CREATE);
}

/** The one column of statements that answer with no rows of their own. */
const answers = new Set(['Count', 'Success']);

/** Whether a statement of this type, whose result has these columns, answers only how many rows it changed, or nothing. */
export function isOnlyAnswered(type: StatementType | null, columns: readonly string[]): boolean {
  const [column = ''] = columns;
  return !actsAsItIsRead(type) && columns.length === 1 && answers.has(column);
}

/** Whether a statement that the engine takes for one about transactions ends one for good. */
export function commits(sql: string): boolean {
  return /^(COMMIT|END)$/i.test(firstWord(sql));
}

/** Whether a statement undoes a transaction. */
export function rollsBack(sql: string): boolean {
  return /^(ROLLBACK|ABORT)$/i.test(firstWord(sql));
}

function firstWord(sql: string): string {
  return tokenize(sql).find(({ kind, text }) => kind !== 'space' && text !== ';')?.text ?? '';
}
