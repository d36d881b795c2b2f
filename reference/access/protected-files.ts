import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Connection } from '../engine/connection.js';

/** Files that clients must not reach directly, under any name, link or glob pattern. */
export class ProtectedFiles {
  constructor(
    private readonly paths: readonly string[],
    /** Protected with everything in them: local folders, or URLs such as `s3://bucket/x/`. */
    private readonly folders: readonly string[] = [],
  ) {}

  /** Whether one of the paths or glob patterns matches a protected file. */
  async reachedBy(connection: Connection, patterns: readonly string[]): Promise<boolean> {
    const files = await Promise.all(this.paths.map(identity));
    const folders = await Promise.all(this.folders.map(realPlace));
    for (const candidate of await candidatesOf(connection, patterns)) {
      if (this.paths.includes(resolve(candidate))) {
        return true;
      }
      const place = await realPlace(candidate);
      if (folders.some((folder) => within(folder, place))) {
        return true;
      }
      const found = await identity(candidate);
      if (found !== null && files.includes(found)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of the paths is a folder that contains a protected file, at any depth. */
  async someWithin(connection: Connection, paths: readonly string[]): Promise<boolean> {
    const places = await Promise.all([...this.paths, ...this.folders].map(realPlace));
    const folders = await Promise.all((await candidatesOf(connection, paths)).map(realPlace));
    return folders.some((folder) => places.some((place) => within(folder, place)));
  }
}

/**
 * The files that the paths and patterns may refer to: as given, without scheme prefixes, and expanded by the
 * engine.
 */
async function candidatesOf(connection: Connection, patterns: readonly string[]) {
  const found: string[] = [];
  for (const pattern of patterns) {
    const path = pattern.replace(
      /^(duckdb:|ducklake:|sqlite:|file:(\/\/(localhost)?(?=\/))?)+/i,
      '',
    );
    found.push(path, ...(await matches(connection, path)));
  }
  return found;
}

/** Resolves symbolic links, also for a file that does not exist yet. URLs are unchanged. */
async function realPlace(path: string): Promise<string> {
  if (isUrl(path)) {
    return path;
  }
  const whole = resolve(path);
  try {
    return await realpath(whole);
  } catch {
    const parent = dirname(whole);
    return parent === whole ? whole : join(await realPlace(parent), basename(whole));
  }
}

function within(folder: string, place: string): boolean {
  const end = isUrl(folder) ? '/' : sep;
  return place === folder || place.startsWith(folder.endsWith(end) ? folder : folder + end);
}

function isUrl(path: string): boolean {
  return /^\w{2,}:\/\//.test(path);
}

/** The file's device and inode, which are the same under every name; null if there is no regular file. */
async function identity(path: string): Promise<string | null> {
  try {
    const found = await stat(path, { bigint: true });
    // Terminals and pipes need no protection.
    return found.isFile() ? `${found.dev}:${found.ino}` : null;
  } catch {
    return null;
  }
}

/** The files that the engine finds for a glob pattern, or for a path that begins with `~`. */
async function matches(connection: Connection, pattern: string): Promise<string[]> {
  if (!/[*?[]|^~/.test(pattern)) {
    return [];
  }
  try {
    const rows = await connection.rows('SELECT file FROM system.main.glob($1)', [pattern]);
    return rows.map(([file]) => String(file));
  } catch {
    return [];
  }
}
