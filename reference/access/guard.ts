import type { StatementType } from '@duckdb/node-api';
import type { Connection } from '../engine/connection.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { Failure } from '../errors.js';
import type { Identity } from './identity.js';

/** A statement to be checked. */
export interface GuardedStatement {
  readonly identity: Identity;
  /** The text for the engine, with pseudo-functions already replaced. */
  readonly sql: string;
  readonly type: StatementType;
  readonly connection: Connection;
  /** The parameters of the execution, once they are known. */
  readonly parameters?: ParameterRow | undefined;
  /**
   * If present, the guard is asked again when the parameters are known. The guard calls it if its decision
   * depends on them.
   */
  readonly later?: (() => void) | undefined;
  /** Whether the engine expands it to several statements, which it cannot explain. */
  readonly expanded?: boolean;
}

/** Decides which statements a session may run. */
export interface Guard {
  /**
   * Throws the Failure for a text that must not even be bound, because binding evaluates arguments and causes
   * their effects.
   */
  admit?(statement: Omit<GuardedStatement, 'type'>): Promise<void>;
  /** Throws the Failure that the client and the execution record get if the statement may not run. */
  check(statement: GuardedStatement): Promise<void>;
  /**
   * The failure to send when the engine could not prepare or execute a statement. The engine's message may
   * quote data that the client may not read.
   */
  tell(failure: Failure, statement: Omit<GuardedStatement, 'type'>): Promise<Failure>;
}
