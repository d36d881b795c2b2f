import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryResult } from '../engine/prepared-query.js';
import type { Session } from '../sessions/session.js';

/** What can be run: a statement the engine prepared, or a command of the server's own. */
export interface Executable {
  /** The engine's type of the statement; null for a command of the server's own. */
  readonly type: StatementType | null;
  readonly parameterCount: number;
  /** Null while the result's types depend on parameters still to be bound. */
  schema(): Promise<Schema | null>;
  parameterSchema(): Schema;
  stream(parameters?: ParameterRow): Promise<QueryResult>;
  /** Resolves to the number of rows changed. */
  update(parameters?: ParameterRow): Promise<number>;
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
  readonly executable: Executable;
  /** Of the result; null while its types depend on parameters still to be bound. */
  readonly schema: Schema | null;
}
