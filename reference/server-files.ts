import { dirname, resolve } from 'node:path';
import type { Config } from './config.js';

const instrumentationFile = 'gizmosql_instrumentation.db';

/** What DuckDB keeps beside a database's file, for a while or while the file is open. */
const besideDatabase = ['', '.wal', '.wal.checkpoint', '.wal.recovery'];

/**
 * The files of the server's own, as absolute paths, whether they are there yet or not: the databases,
 * the log, and what its settings named and it read: certificates, keys, key sets and init SQL.
 */
export function serverFiles(config: Config): string[] {
  const { databaseFilename, instrumentation, log } = config;
  const databases = [
    ...(databaseFilename === null ? [] : [databaseFilename]),
    ...(instrumentation.enabled && instrumentation.catalog === null
      ? [instrumentationPath(config)]
      : []),
  ];
  return [
    ...databases.flatMap((path) => besideDatabase.map((end) => path + end)),
    log.file === null ? '/dev/stderr' : log.file === '-' ? '/dev/stdout' : log.file,
    ...config.filesRead,
  ].map((path) => resolve(path));
}

/** Where the records are: beside the main database; beside nothing, in the working directory. */
export function instrumentationPath({
  instrumentation,
  databaseFilename,
}: Pick<Config, 'instrumentation' | 'databaseFilename'>): string {
  return resolve(
    instrumentation.databasePath ??
      resolve(databaseFilename === null ? '.' : dirname(databaseFilename), instrumentationFile),
  );
}
