import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The private folder into which an engine writes profiles, each for a moment. It is made when it is first
 * needed. (DuckDB gives a profile to a file only: the functions of its C interface for that are not in the
 * binding for Node.js.)
 */
export class ProfileFolder {
  private made: string | null = null;

  get path(): string {
    return (this.made ??= mkdtempSync(join(tmpdir(), 'gizmosql-reference-profiles-')));
  }

  /** A file of its own for each caller. */
  newFile(): string {
    return join(this.path, `${crypto.randomUUID()}.json`);
  }

  close(): void {
    if (this.made !== null) {
      rmSync(this.made, { recursive: true, force: true });
      this.made = null;
    }
  }
}
