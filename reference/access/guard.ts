import type { StatementType } from '@duckdb/node-api';
import type { Connection } from '../engine/connection.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { Failure } from '../errors.js';
import type { Identity } from './identity.js';

/** A statement that asks to be let through. */
export interface GuardedStatement {
  readonly identity: Identity;
  /** As the engine will run it: pseudo-functions are already replaced. */
  readonly sql: string;
  readonly type: StatementType;
  readonly connection: Connection;
  /** What it will be executed with, once that is known. */
  readonly parameters?: ParameterRow | undefined;
  /** Present: the guard is asked again with them. To be called where only they can decide. */
  readonly later?: (() => void) | undefined;
  /** Whether the engine makes several statements of it, which it does not explain. */
  readonly expanded?: boolean;
}

/** Decides what a session may do. */
export interface Guard {
  /** Throws the Failure for a text that must not even be bound: that evaluates arguments, and has their effects. */
  admit?(statement: Omit<GuardedStatement, 'type'>): Promise<void>;
  /** Throws the Failure that the client and the record get when the statement may not run. */
  check(statement: GuardedStatement): Promise<void>;
  /**
   * What the client may be told of a statement that the engine would not prepare or execute: the
   * engine's message may quote what the client may not read.
   */
  tell(failure: Failure, statement: Omit<GuardedStatement, 'type'>): Promise<Failure>;
}
