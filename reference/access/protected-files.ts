import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Connection } from '../engine/connection.js';

/** The files that clients must not reach but through their tables: under whatever name, link or pattern. */
export class ProtectedFiles {
  constructor(
    private readonly paths: readonly string[],
    /** All that is in these folders is protected as well: local ones, or URLs such as `s3://bucket/x/`. */
    private readonly folders: readonly string[] = [],
  ) {}

  /** Whether one of the paths or glob patterns leads to one of the files. */
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

  /** Whether one of the paths is a folder that one of the files is in, however deep. */
  async someWithin(connection: Connection, paths: readonly string[]): Promise<boolean> {
    const places = await Promise.all([...this.paths, ...this.folders].map(realPlace));
    const folders = await Promise.all((await candidatesOf(connection, paths)).map(realPlace));
    return folders.some((folder) => places.some((place) => within(folder, place)));
  }
}

/** What paths and patterns may lead to: as they are, without prefixes, and what the engine finds. */
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

/** A path without links, even of a file that is still to be made; a URL as it is. */
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

/** What makes a file the same file under another name; null when there is none. */
async function identity(path: string): Promise<string | null> {
  try {
    const found = await stat(path, { bigint: true });
    // What is no file, a terminal or a pipe, has nothing that could be read or spoiled.
    return found.isFile() ? `${found.dev}:${found.ino}` : null;
  } catch {
    return null;
  }
}

/** The files that the engine takes a pattern for, or a path that begins in a home directory. */
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
