import type { Connection } from '../../engine/connection.js';
import type { GuardedStore } from './store.js';

/** A catalog that the init SQL attached for the records. */
export interface AttachedCatalog {
  /** The name as the engine spells it; its letter case may differ from the settings. */
  readonly name: string;
  /** The engine's name for the catalog type: `ducklake`, `duckdb`, `postgres`, … */
  readonly type: string;
  /** The path in ATTACH; empty if a secret has it. */
  readonly path: string;
  /** The schema for the records, as the settings spell it. */
  readonly schema: string;
}

/** How the records are kept in one type of attached catalog. */
export interface AttachedStore {
  /** Whether its tables have primary keys. */
  readonly keys: boolean;
  /**
   * Creates the schema, tables and views that are missing, in one transaction, and sets the schema on
   * `connection`.
   */
  layOut(connection: Connection): Promise<void>;
  /** What must be protected from clients; to be called after `layOut`. */
  guarded(connection: Connection): Promise<GuardedStore>;
}

/** The types of ATTACH that lead to a catalog in a database server. */
export const serverTypes: readonly string[] = ['ducklake', 'postgres', 'postgresql'];
