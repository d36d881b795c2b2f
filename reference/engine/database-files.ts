/** DuckDB's files of a database: the main file, and others that exist only at times or while it is open. */
const endings = ['', '.wal', '.wal.checkpoint', '.wal.recovery'];

/** The files of the database at `path`, whether or not they exist. */
export function databaseFiles(path: string): string[] {
  return endings.map((ending) => path + ending);
}
