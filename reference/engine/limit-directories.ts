import { Failure } from '../errors.js';
import type { Connection } from './connection.js';
import { engineMessage } from './engine-error.js';
import { quoteLiteral } from './identifiers.js';
import { isUrl } from './is-url.js';

/**
 * Has the engine refuse, from now on and for everybody, whatever is outside of these directories: absolute
 * paths, or URLs of an extension that is loaded. What is attached and the engine's own temporary
 * directory remain in its reach. No extension can be loaded afterwards, and none of it be undone. (Not by
 * `lock_configuration`, which would forbid sessions to set their time zone.) Throws
 * Failure('invalid-argument') where the engine takes them for something else.
 */
export async function limitDirectories(
  connection: Connection,
  directories: readonly string[],
): Promise<void> {
  try {
    // The engine looks for the secrets that it has kept when first it needs one, and could not any more.
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

/** A URL that no extension serves would be a folder of the working directory. */
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
