import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Connection } from '../engine/connection.js';

/** The files that clients must not reach but through their tables: under whatever name, link or pattern. */
export class ProtectedFiles {
  constructor(private readonly paths: readonly string[]) {}

  /** Whether one of the paths or glob patterns leads to one of the files. */
  async reachedBy(connection: Connection, patterns: readonly string[]): Promise<boolean> {
    const files = await Promise.all(this.paths.map(identity));
    for (const pattern of patterns) {
      const path = pattern.replace(/^(duckdb:|file:(\/\/(localhost)?(?=\/))?)+/i, '');
      for (const candidate of [path, ...(await matches(connection, path))]) {
        if (this.paths.includes(resolve(candidate))) {
          return true;
        }
        const found = await identity(candidate);
        if (found !== null && files.includes(found)) {
          return true;
        }
      }
    }
    return false;
  }
}

/** What makes a file the same file under another name; null when there is none. */
async function identity(path: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** The files that the engine takes a pattern for. */
async function matches(connection: Connection, pattern: string): Promise<string[]> {
  if (!/[*?[]/.test(pattern)) {
    return [];
  }
  try {
    const rows = await connection.rows('SELECT file FROM glob($1)', [pattern]);
    return rows.map(([file]) => String(file));
  } catch {
    return [];
  }
}
