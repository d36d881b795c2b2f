import { Failure } from '../errors.js';
import type { Connection } from './connection.js';
import { engineMessage } from './engine-error.js';
import { quoteLiteral } from './identifiers.js';
import { isUrl } from './is-url.js';

/**
 * Restricts the engine's file access to these directories, permanently and for all connections. They are
 * absolute paths, or URLs that a loaded extension serves. Attached databases and the engine's temporary
 * directory remain accessible. No extension can be loaded afterwards. (`lock_configuration` would be too
 * strict: sessions could not set their time zone.) Throws Failure('invalid-argument') if the engine does not
 * accept a directory.
 */
export async function limitDirectories(
  connection: Connection,
  directories: readonly string[],
): Promise<void> {
  try {
    // The engine loads its persistent secrets when it first needs one. It could no longer read them
    // afterwards.
    await connection.rows('SELECT name FROM system.main.duckdb_secrets()');
    const list = directories.map(quoteLiteral).join(', ');
    await connection.execute(`SET GLOBAL allowed_directories = [${list}]`);
    await mustBeTakenAsMeant(connection, directories);
    await connection.execute('SET GLOBAL enable_external_access = false');
  } catch (cause) {
    throw cause instanceof Failure
      ? cause
      : new Failure(
          'invalid-argument',
          `The allowed directories cannot be set: ${engineMessage(cause)}`,
          { cause },
        );
  }
}

/** Without an extension that serves it, the engine takes a URL for a relative path. */
async function mustBeTakenAsMeant(
  connection: Connection,
  directories: readonly string[],
): Promise<void> {
  const rows = await connection.rows(
    "SELECT system.main.unnest(system.main.current_setting('allowed_directories'))",
  );
  const taken = new Set(rows.map(([directory]) => withSlash(String(directory))));
  for (const directory of directories.filter(isUrl)) {
    if (!taken.has(withSlash(directory))) {
      throw new Failure(
        'invalid-argument',
        `The allowed directory '${directory}' needs an extension that serves such URLs: have the init SQL load it, as in LOAD httpfs`,
      );
    }
  }
}

function withSlash(directory: string): string {
  return directory.endsWith('/') ? directory : `${directory}/`;
}
