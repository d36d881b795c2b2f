import type { Connection } from '../../engine/connection.js';
import type { Pace } from '../pace.js';
import type { RecordsPlace } from '../records-place.js';
import type { WriteRows } from '../row-writer.js';

/** A place where the records can be kept, as the settings name it: a file or an attached catalog. */
export interface Store {
  /** Absolute paths of the files that only this server may have open. */
  readonly ownFiles: readonly string[];
  /** The catalogs that the init SQL attaches for it, as the settings spell them: none or one. */
  readonly attached: readonly string[];
  /**
   * Opens it on `connection`, which belongs to the records from then on and works in it, and makes what it
   * lacks of schema, tables and views. Throws Failure('invalid-argument') that says what is wrong with it.
   */
  open(connection: Connection): Promise<OpenStore>;
}

/** A store with all its tables and views. */
export interface OpenStore {
  readonly place: RecordsPlace;
  /** Whether its tables have primary keys. */
  readonly keys: boolean;
  /** How the recorder spreads its commits over time. */
  readonly pace: Pace;
  readonly writeRows: WriteRows;
  /** Completes what a crashed server left open; `now` is in microseconds since the Unix epoch. */
  readonly recover: (connection: Connection, now: bigint) => Promise<void>;
  readonly guarded: GuardedStore;
}

/** What of a store is protected from clients. */
export interface GuardedStore {
  /** The types of ATTACH by which a client could get at it without naming one of the files. */
  readonly attachTypes: readonly string[];
  /** Absolute paths of files. */
  readonly files: readonly string[];
  /** Folders with all that is in them: local ones, or URLs such as `s3://bucket/x/`. */
  readonly folders: readonly string[];
}
