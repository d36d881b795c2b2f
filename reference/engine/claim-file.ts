import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { Failure } from '../errors.js';

const claimed = new Set<string>();

/**
 * Prevents that a database file is opened twice in this process. DuckDB's own lock does not: the system
 * grants it to a whole process. Returns a function that releases the file; call it after the file is closed.
 * Throws Failure('invalid-argument') if another server has the file open.
 */
export function claimFile(path: string): () => void {
  const real = realPath(path);
  if (claimed.has(real)) {
    throw new Failure(
      'invalid-argument',
      `Cannot open the database '${path}': another server in this process has it open`,
    );
  }
  claimed.add(real);
  return () => claimed.delete(real);
}

/** The path without symbolic links. The file need not exist. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return path; // Its folder does not exist; opening the file will fail.
    }
  }
}
