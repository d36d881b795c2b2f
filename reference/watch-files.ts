import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Log } from './log.js';

const intervalMs = 5_000;

/**
 * Checks every few seconds whether the paths still refer to the files that the server has open. Logs once per
 * file if not, because a deleted file stays writable but its contents are lost. A path without a file at the
 * start is not watched. Returns the function that stops the watch.
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

/** The result for a file that cannot be examined; it is not evidence of a change. */
const unknown = Symbol('unknown');

/** Identifies the file at the path; null if there is none. */
async function fileAt(path: string): Promise<string | null | typeof unknown> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : unknown;
  }
}
