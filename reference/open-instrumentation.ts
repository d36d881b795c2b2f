import { catalogRules, noCatalogRules } from './access/catalog-rules.js';
import type { CatalogRules } from './access/catalog-rules.js';
import type { Clock } from './clock.js';
import type { Connection } from './engine/connection.js';
import { QueueRecorder } from './instrumentation/queue-recorder.js';
import { nullRecorder } from './instrumentation/recorder.js';
import type { Recorder } from './instrumentation/recorder.js';
import type { RecordsPlace } from './instrumentation/records-place.js';
import type { Recover } from './instrumentation/recovery.js';
import type { Revision } from './instrumentation/revision.js';
import type { WriteRows } from './instrumentation/row-writer.js';
import type { Store } from './instrumentation/stores/store.js';
import type { Log } from './log.js';

/** The instrumentation, as the rest of the server uses it. */
export interface Instrumentation {
  /** Null without instrumentation. */
  readonly place: RecordsPlace | null;
  readonly recorder: Recorder;
  /** The guard's rules about the catalog of the records. */
  readonly rules: CatalogRules;
  /** Absolute paths of the files that only this server may open. */
  readonly ownFiles: readonly string[];
  /** Files that clients must not access. */
  readonly files: readonly string[];
  /** Folders or URLs whose contents clients must not access. */
  readonly folders: readonly string[];
}

/** The instrumentation of a server without records. */
export const noInstrumentation: Instrumentation = {
  place: null,
  recorder: nullRecorder,
  rules: noCatalogRules,
  ownFiles: [],
  files: [],
  folders: [],
};

/** Replaceable parts of the instrumentation. */
export interface InstrumentationParts {
  readonly writeRows: WriteRows;
  /** Replaces the store's recovery of records that a crashed server left open. */
  readonly recovery: Recover;
}

/** The instrumentation of a server with records. */
export interface OpenInstrumentation extends Instrumentation {
  readonly place: RecordsPlace;
  /** Whether the tables have primary keys and other constraints. */
  readonly keys: boolean;
}

/** Opens and recovers the store on `connection`, and creates the recorder that writes to it. */
export async function openInstrumentation(
  connection: Connection,
  store: Store,
  {
    revision,
    parts,
    clock,
    log,
  }: {
    readonly revision: Revision;
    readonly parts: Partial<InstrumentationParts>;
    readonly clock: Clock;
    readonly log: Log;
  },
): Promise<OpenInstrumentation> {
  const { place, type, keys, pace, guarded, ...open } = await store.open(connection, revision);
  if (revision.deprecatedStores.includes(type)) {
    log.warn(`records in a catalog of type ${type} are deprecated: keep them in a file`, {
      catalog: place.catalog,
    });
  }
  await (parts.recovery ?? open.recover)(connection, clock.now(), revision);
  const writeRows = parts.writeRows ?? open.writeRows;
  const catalog = place.catalog.toLowerCase();
  return {
    place,
    keys,
    recorder: new QueueRecorder(connection, log, { revision, pace, writeRows }),
    rules: catalogRules({ catalog, attachTypes: guarded.attachTypes }),
    ownFiles: store.ownFiles,
    files: guarded.files,
    folders: guarded.folders,
  };
}
