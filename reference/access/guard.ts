import type { StatementType } from '@duckdb/node-api';
import type { Connection } from '../engine/connection.js';
import type { Identity } from './identity.js';

/** A statement that asks to be let through. */
export interface GuardedStatement {
  readonly identity: Identity;
  /** As the engine will run it: pseudo-functions are already replaced. */
  readonly sql: string;
  readonly type: StatementType;
  readonly hasParameters: boolean;
  readonly connection: Connection;
}

/** Decides what a session may do. Throws the Failure that the client and the record get. */
export type Guard = (statement: GuardedStatement) => Promise<void>;
