import { resolve } from 'node:path';
import type { Config } from './config.js';
import { databaseFiles } from './engine/database-files.js';

/**
 * Absolute paths of the server's own files, which may not exist yet: the main database, the log, and the
 * files that its settings name (certificates, keys, key sets, init SQL). The store of the records lists its
 * files separately.
 */
export function serverFiles({ databaseFilename, log, filesRead }: Config): string[] {
  return [
    ...(databaseFilename === null ? [] : databaseFiles(databaseFilename)),
    log.file === null ? '/dev/stderr' : log.file === '-' ? '/dev/stdout' : log.file,
    ...filesRead,
  ].map((path) => resolve(path));
}
