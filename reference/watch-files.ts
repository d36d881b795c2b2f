import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Log } from './log.js';

const intervalMs = 5_000;

/**
 * Looks every few seconds whether the files are still those that the server has open. The log says once of each
 * that it is not: the system lets a program write to a deleted file, and nobody can read it afterwards. A path
 * where no file is to begin with is none to watch. Returns what ends the watch.
 */
export async function watchFiles(
  files: readonly { readonly what: string; readonly path: string }[],
  log: Log,
  everyMs = intervalMs,
): Promise<() => void> {
  const watched = new Map<string, { readonly what: string; readonly id: string }>();
  for (const { what, path } of files) {
    const id = await fileAt(path);
    if (typeof id === 'string') {
      watched.set(resolve(path), { what, id });
    }
  }
  const look = async (): Promise<void> => {
    for (const [path, { what, id }] of watched) {
      const found = await fileAt(path);
      if (found !== id && found !== unknown) {
        watched.delete(path);
        const how = found === null ? 'deleted or moved' : 'replaced by another file';
        log.error(`${what} was ${how}: what is written from now on is lost when the server stops`, {
          path,
        });
      }
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => {
    clearInterval(timer);
  };
}

/** What is said of a file that cannot be looked at, which says nothing. */
const unknown = Symbol('unknown');

/** Which file is at the path: null for none. */
async function fileAt(path: string): Promise<string | null | typeof unknown> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : unknown;
  }
}
