import { dirname, resolve } from 'node:path';
import type { Config } from './config.js';
import { attachedStore } from './instrumentation/stores/attached-store.js';
import { fileStore } from './instrumentation/stores/file-store.js';
import type { AttachRecords } from './instrumentation/stores/file-store.js';
import type { Store } from './instrumentation/stores/store.js';

const defaultFile = 'gizmosql_instrumentation.db';

/**
 * The store that the settings select; null without instrumentation. Unless its path is given, the file is
 * beside the main database, or in the working directory if that is in memory. `attach` replaces the function
 * that attaches the file.
 */
export function chooseStore(
  { instrumentation, databaseFilename }: Pick<Config, 'instrumentation' | 'databaseFilename'>,
  attach?: AttachRecords,
): Store | null {
  const { enabled, catalog, schema, databasePath } = instrumentation;
  if (!enabled) {
    return null;
  }
  if (catalog !== null) {
    return attachedStore(catalog, schema);
  }
  const folder = databaseFilename === null ? '.' : dirname(databaseFilename);
  return fileStore(resolve(databasePath ?? resolve(folder, defaultFile)), attach);
}
