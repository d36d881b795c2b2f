import type { ExtensionName } from '../../../fixtures/surroundings/extensions.js';
import type { ServerSettings } from '../target.js';

/** Why requirements about the instrumentation file cannot be tested if the records are in a catalog. */
export const inNoFile =
  'the servers of this run keep their records in a catalog, not in the instrumentation file';

/** A store in which the servers that the suite starts keep their records. */
export interface StoreProfile {
  /** The catalog with the records; undefined for that of the instrumentation file. */
  readonly catalog: string | undefined;
  /** The DuckDB extensions that its servers load. */
  readonly extensions: readonly ExtensionName[];
  /** Why requirements about the instrumentation file cannot be tested; null if they can. */
  readonly whyNoFile: string | null;
  /**
   * The settings of a server that would keep its records in the instrumentation file of `folder`, changed so that
   * it keeps them here. `load` is SQL that loads the extensions.
   */
  readonly place: (
    settings: ServerSettings,
    files: { readonly folder: string; readonly load: string },
  ) => ServerSettings;
}

/** Whether a server with these settings keeps its records in the instrumentation file. */
export function recordsInFile(settings: ServerSettings): boolean {
  const { instrumentation = true, arguments: words = [], environment = {} } = settings;
  const enabled = instrumentation === true || words.includes('--enable-instrumentation=true');
  const elsewhere =
    words.some((word) => word.startsWith('--instrumentation-catalog')) ||
    'GIZMOSQL_INSTRUMENTATION_CATALOG' in environment;
  return enabled && !elsewhere;
}
