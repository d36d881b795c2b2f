import type { StatementType } from '@duckdb/node-api';
import type { Connection } from '../engine/connection.js';
import type { Failure } from '../errors.js';
import type { Identity } from './identity.js';

/** A statement that asks to be let through. */
export interface GuardedStatement {
  readonly identity: Identity;
  /** As the engine will run it: pseudo-functions are already replaced. */
  readonly sql: string;
  readonly type: StatementType;
  readonly connection: Connection;
}

/** Decides what a session may do. */
export interface Guard {
  /** Throws the Failure that the client and the record get when the statement may not run. */
  check(statement: GuardedStatement): Promise<void>;
  /**
   * What the client may be told of a statement that the engine could not prepare:
   * the engine's message may quote what the client may not read.
   */
  tell(failure: Failure, statement: Omit<GuardedStatement, 'type'>): Promise<Failure>;
}
