import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { Failure } from '../errors.js';

const claimed = new Set<string>();

/**
 * Keeps a database file from being opened twice in this process, where DuckDB's own lock, which the
 * system gives to whole processes, does not hold. Returns what gives the file free again, for after
 * it is closed. Throws Failure('invalid-argument') when another server has it.
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

/** The path without symbolic links; the file need not be there. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return path; // Its folder is not there: whoever opens it will say so.
    }
  }
}
