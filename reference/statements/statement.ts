import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import { isOnlyAnswered, rollsBack } from '../engine/statement-kinds.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryResult } from '../engine/prepared-query.js';
import type { Session } from '../sessions/session.js';

/** An executable statement: prepared by the engine, or a command of the server. */
export interface Executable {
  /** The engine's type of the statement; null for a command of the server or a script. */
  readonly type: StatementType | null;
  /** Whether it is a command of the server, which the engine does not execute. */
  readonly isCommand?: boolean;
  readonly parameterCount: number;
  /** Whether its schema may have changed since it was prepared; absent: never. */
  readonly isStale?: boolean;
  /** Null if the schema depends on parameters not yet bound, or on preceding statements. */
  schema(): Promise<Schema | null>;
  parameterSchema(): Schema;
  stream(parameters?: ParameterRow): Promise<QueryResult>;
  /** Resolves to the number of changed rows. */
  update(parameters?: ParameterRow): Promise<number>;
  /** Interrupts an execution that does not run on the session's connection. */
  interrupt?(): void;
  close(): void;
}

/** A statement that was received, recorded, allowed and prepared. */
export interface Statement {
  /** A UUID, used in the log and in sql_statements. */
  readonly id: string;
  readonly session: Session;
  /** The text that the client sent. */
  readonly sql: string;
  readonly flightMethod: string;
  /** Whether the server generated it to answer a metadata request. */
  readonly isInternal: boolean;
  readonly executable: Executable;
  /** Whether it may crash the process. If so, each execution is written to disk before it runs. */
  readonly mayEndProcess?: boolean;
  /** The schema at preparation; null if unknown, as in Executable. */
  readonly schema: Schema | null;
}

/**
 * The current schema of a result. While the connection is busy, the schema at preparation instead, to avoid a
 * deadlock: the client may have a result open that it does not read until it has this answer. Throws a
 * Failure if the statement can no longer be prepared.
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

/** Whether a statement with this result schema returns only the number of changed rows, or nothing. */
export function hasNoResultSet({ executable }: Statement, schema: Schema | null): boolean {
  return isOnlyAnswered(executable.type, schema?.fields.map(({ name }) => name) ?? []);
}

/** Whether a failure of the statement is harmless: a ROLLBACK fails only if there is nothing to undo. */
export function failsWithoutHarm({ sql }: Statement): boolean {
  return rollsBack(sql);
}
