import type { Connection } from '../../engine/connection.js';
import type { Pace } from '../pace.js';
import type { RecordsPlace } from '../records-place.js';
import type { Recover } from '../recovery.js';
import type { Revision } from '../revision.js';
import type { WriteRows } from '../row-writer.js';

/** A store for the records as configured: a file or an attached catalog. */
export interface Store {
  /** Absolute paths of files that only this server may have open. */
  readonly ownFiles: readonly string[];
  /** The catalogs that the init SQL attaches for the store, as the settings spell them: none or one. */
  readonly attached: readonly string[];
  /**
   * Opens the store on `connection`, which from then on belongs to the records and uses it by default.
   * Creates the schema and the revision's tables and views that are missing, and brings those of an older
   * revision up to date. Throws Failure('invalid-argument') that names the fault.
   */
  open(connection: Connection, revision: Revision): Promise<OpenStore>;
}

/** A store with all its tables and views. */
export interface OpenStore {
  readonly place: RecordsPlace;
  /** The type of its catalog, as the engine names it: `duckdb`, `ducklake`, … */
  readonly type: string;
  /** Whether its tables have primary keys and other constraints. */
  readonly keys: boolean;
  /** The delays between the recorder's commits. */
  readonly pace: Pace;
  readonly writeRows: WriteRows;
  readonly recover: Recover;
  readonly guarded: GuardedStore;
}

export interface GuardedStore {
  /** The types of ATTACH that reach the store without naming one of the files. */
  readonly attachTypes: readonly string[];
  /** Absolute paths of files. */
  readonly files: readonly string[];
  /** Folders with their contents: local ones, or URLs such as `s3://bucket/x/`. */
  readonly folders: readonly string[];
}
