import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGone, mustGo } from './leftovers.js';

const made = new Set<string>();

/** A new empty folder, by its real path (no symbolic links), removed at the latest at exit. */
export function makeTemporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gizmosql-conformance-')));
  made.add(folder);
  mustGo({ kind: 'folder', id: folder });
  return folder;
}

/** Those that are there now. */
export function temporaryFolders(): readonly string[] {
  return [...made];
}

/** Removes a folder that `makeTemporaryFolder` made; another one is left alone. */
export function removeTemporaryFolder(folder: string): void {
  if (made.delete(folder)) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    isGone({ kind: 'folder', id: folder });
  }
}
