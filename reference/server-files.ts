import { resolve } from 'node:path';
import type { Config } from './config.js';
import { databaseFiles } from './engine/database-files.js';

/**
 * The files of the server's own, as absolute paths, whether they are there yet or not: the main database,
 * the log, and what its settings named and it read: certificates, keys, key sets and init SQL. The store of
 * the records names its own.
 */
export function serverFiles({ databaseFilename, log, filesRead }: Config): string[] {
  return [
    ...(databaseFilename === null ? [] : databaseFiles(databaseFilename)),
    log.file === null ? '/dev/stderr' : log.file === '-' ? '/dev/stdout' : log.file,
    ...filesRead,
  ].map((path) => resolve(path));
}
