/** What DuckDB keeps of a database: its file, and others beside it for a while or while the file is open. */
const endings = ['', '.wal', '.wal.checkpoint', '.wal.recovery'];

/** The files of the database at `path`, whether they are there or not. */
export function databaseFiles(path: string): string[] {
  return endings.map((ending) => path + ending);
}
