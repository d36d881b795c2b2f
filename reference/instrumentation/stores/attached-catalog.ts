import type { Connection } from '../../engine/connection.js';
import type { Revision } from '../revision.js';
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
   * Creates the schema and the revision's tables and views that are missing, in one transaction, and sets the schema on
   * `connection`.
   */
  layOut(connection: Connection, revision: Revision): Promise<void>;
  /** What must be protected from clients; to be called after `layOut`. */
  guarded(connection: Connection): Promise<GuardedStore>;
}

/** Whether databases of a type are local files, so that only an ATTACH of the file leads to them. */
export function isLocal(type: string): boolean {
  return type === 'duckdb' || type === 'sqlite';
}

/** The types of ATTACH that lead to a database of a type without naming one of its files. */
export function attachTypesTo(type: string): readonly string[] {
  return isLocal(type) ? [] : ['ducklake', 'postgres', 'postgresql'];
}
