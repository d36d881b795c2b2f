import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import { isOnlyAnswered, rollsBack } from '../engine/statement-kinds.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryResult } from '../engine/prepared-query.js';
import type { Session } from '../sessions/session.js';

/** What can be run: a statement the engine prepared, or a command of the server's own. */
export interface Executable {
  /** The engine's type of the statement; null for a command of the server's own. */
  readonly type: StatementType | null;
  readonly parameterCount: number;
  /** Whether its schema may be another than it was; absent: never. */
  readonly isStale?: boolean;
  /** Null while the result's types depend on parameters still to be bound, or on statements before it. */
  schema(): Promise<Schema | null>;
  parameterSchema(): Schema;
  stream(parameters?: ParameterRow): Promise<QueryResult>;
  /** Resolves to the number of rows changed. */
  update(parameters?: ParameterRow): Promise<number>;
  /** Makes it end with an error if it runs elsewhere than on the session's connection. */
  interrupt?(): void;
  close(): void;
}

/** A statement that was received, named, allowed and prepared. */
export interface Statement {
  /** A UUID: the same in the log and in sql_statements. */
  readonly id: string;
  readonly session: Session;
  /** As the client sent it. */
  readonly sql: string;
  readonly flightMethod: string;
  /** Whether the server made it, to answer a metadata request. */
  readonly isInternal: boolean;
  readonly executable: Executable;
  /** Whether it may end the process: then each execution is on disk before it runs. */
  readonly mayEndProcess?: boolean;
  /** Of the result when it was prepared; null as above. */
  readonly schema: Schema | null;
}

/**
 * The schema of a result as it would be now, or, while the connection is busy, as it was when the statement
 * was prepared: the same client may have a result open that it will not read on before it has this answer.
 * Throws a Failure when the statement cannot be prepared any more.
 */
export async function currentSchema({
  session,
  executable,
  schema,
}: Statement): Promise<Schema | null> {
  return executable.isStale === true && !session.lane.isBusy
    ? session.lane.run(() => executable.schema())
    : schema;
}

/** Whether a statement whose result has this schema answers only how many rows it changed, or nothing. */
export function hasNoResultSet({ executable }: Statement, schema: Schema | null): boolean {
  return isOnlyAnswered(executable.type, schema?.fields.map(({ name }) => name) ?? []);
}

/** Whether a failure of the statement changes nothing: there was nothing to undo. */
export function failsWithoutHarm({ sql }: Statement): boolean {
  return rollsBack(sql);
}
