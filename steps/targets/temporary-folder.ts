import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGone, mustGo } from './leftovers.js';

const made = new Set<string>();

/**
 * Creates an empty folder; returns its real path, without symbolic links. It is removed at the end of the
 * process at the latest.
 */
export function makeTemporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gizmosql-conformance-')));
  made.add(folder);
  mustGo({ kind: 'folder', id: folder });
  return folder;
}

/** The folders that exist now. */
export function temporaryFolders(): readonly string[] {
  return [...made];
}

/** Removes a folder of `makeTemporaryFolder`; ignores any other. */
export function removeTemporaryFolder(folder: string): void {
  if (made.delete(folder)) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    isGone({ kind: 'folder', id: folder });
  }
}
