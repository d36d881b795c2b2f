import type { Connection } from '../../engine/connection.js';
import type { GuardedStore } from './store.js';

/** A catalog that the init SQL has attached for the records. */
export interface AttachedCatalog {
  /** As the engine spells it, which may differ from the settings in letter case. */
  readonly name: string;
  /** The engine's type of it: `ducklake`, `duckdb`, `postgres`, … */
  readonly type: string;
  /** Where it was attached from; empty where a secret says so. */
  readonly path: string;
  /** The schema in it that is for the records, as the settings spell it. */
  readonly schema: string;
}

/** How the records are kept in one type of attached catalog. */
export interface AttachedStore {
  /** Whether its tables have primary keys. */
  readonly keys: boolean;
  /**
   * Makes the schema, tables and views that it lacks, all of them or, throwing, nothing, and has
   * `connection` work in the schema.
   */
  layOut(connection: Connection): Promise<void>;
  /** What the guard protects, once the catalog is laid out. */
  guarded(connection: Connection): Promise<GuardedStore>;
}

/** The types of ATTACH that lead to a catalog in a database server. */
export const serverTypes: readonly string[] = ['ducklake', 'postgres', 'postgresql'];
