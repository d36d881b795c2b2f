import { catalogRules, noCatalogRules } from './access/catalog-rules.js';
import type { CatalogRules } from './access/catalog-rules.js';
import type { Clock } from './clock.js';
import type { Connection } from './engine/connection.js';
import { QueueRecorder } from './instrumentation/queue-recorder.js';
import { nullRecorder } from './instrumentation/recorder.js';
import type { Recorder } from './instrumentation/recorder.js';
import type { RecordsPlace } from './instrumentation/records-place.js';
import type { WriteRows } from './instrumentation/row-writer.js';
import type { Store } from './instrumentation/stores/store.js';
import type { Log } from './log.js';

/** What the rest of the server uses of the instrumentation. */
export interface Instrumentation {
  /** Null without instrumentation. */
  readonly place: RecordsPlace | null;
  readonly recorder: Recorder;
  /** What the guard asks about that catalog. */
  readonly rules: CatalogRules;
  /** Absolute paths of the files that only this server may have open. */
  readonly ownFiles: readonly string[];
  /** Files that clients must not reach. */
  readonly files: readonly string[];
  /** Folders, or URLs, where clients must not reach anything. */
  readonly folders: readonly string[];
}

/** The instrumentation of a server that records nothing. */
export const noInstrumentation: Instrumentation = {
  place: null,
  recorder: nullRecorder,
  rules: noCatalogRules,
  ownFiles: [],
  files: [],
  folders: [],
};

/** Parts that may be replaced. */
export interface InstrumentationParts {
  readonly writeRows: WriteRows;
  /** Completes the records that a crashed server left open, in place of what the store does. */
  readonly recovery: (connection: Connection, now: bigint) => Promise<void>;
}

/** The same where there are records. */
export interface OpenInstrumentation extends Instrumentation {
  readonly place: RecordsPlace;
  /** Whether the tables have primary keys. */
  readonly keys: boolean;
}

/** Opens and recovers the store on `connection`, and makes the recorder that writes to it. */
export async function openInstrumentation(
  connection: Connection,
  store: Store,
  {
    parts,
    clock,
    log,
  }: {
    readonly parts: Partial<InstrumentationParts>;
    readonly clock: Clock;
    readonly log: Log;
  },
): Promise<OpenInstrumentation> {
  const { place, keys, pace, guarded, ...open } = await store.open(connection);
  await (parts.recovery ?? open.recover)(connection, clock.now());
  const writeRows = parts.writeRows ?? open.writeRows;
  const catalog = place.catalog.toLowerCase();
  return {
    place,
    keys,
    recorder: new QueueRecorder(connection, log, { pace, writeRows }),
    rules: catalogRules({ catalog, attachTypes: guarded.attachTypes }),
    ownFiles: store.ownFiles,
    files: guarded.files,
    folders: guarded.folders,
  };
}
