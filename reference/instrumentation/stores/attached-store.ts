import pRetry from 'p-retry';
import type { Connection } from '../../engine/connection.js';
import { engineMessage } from '../../engine/engine-error.js';
import { sameName } from '../../engine/relation-path.js';
import { Failure } from '../../errors.js';
import { sharedPace } from '../pace.js';
import { writeRows } from '../row-writer.js';
import { isWriteConflict } from '../write-conflict.js';
import type { AttachedCatalog } from './attached-catalog.js';
import { databaseStore } from './database-store.js';
import { duckLakeStore } from './ducklake-store.js';
import type { Store } from './store.js';

/** The tries of a server that conflicts with others that start at the same moment. */
const layOutTries = 20;

/**
 * The records in a schema of a catalog that the init SQL attaches. Other servers may share the catalog. So
 * plans are not kept, since another program may change the tables. And nothing is recovered, since open rows
 * may belong to a running server.
 */
export function attachedStore(name: string, schema: string): Store {
  return {
    ownFiles: [],
    attached: [name],
    open: async (connection, revision) => {
      const catalog = await findCatalog(connection, name, schema);
      const store = catalog.type === 'ducklake' ? duckLakeStore(catalog) : databaseStore(catalog);
      await tryToLayOut(name, () => store.layOut(connection, revision));
      return {
        place: { catalog: catalog.name, schema },
        type: catalog.type,
        keys: store.keys,
        pace: sharedPace,
        writeRows,
        recover: () => Promise.resolve(),
        guarded: await store.guarded(connection),
      };
    },
  };
}

/** Throws Failure('invalid-argument') if the catalog is not attached, or attached READ_ONLY. */
async function findCatalog(
  connection: Connection,
  name: string,
  schema: string,
): Promise<AttachedCatalog> {
  const attached = await connection.rows(
    `SELECT database_name, type, coalesce(path, ''), readonly FROM system.main.duckdb_databases()
     WHERE NOT internal`,
  );
  const found = attached.find(([other]) => sameName(String(other), name));
  if (!found) {
    const names = attached.map(([other]) => String(other)).sort();
    throw new Failure(
      'invalid-argument',
      `The instrumentation catalog '${name}' is not attached: the init SQL must attach it (--init-sql-commands "… ATTACH 'ducklake:…' AS ${name}"); attached are: ${names.join(', ')}`,
    );
  }
  const [engineName, type, path, readonly] = found;
  if (readonly === true) {
    throw new Failure(
      'invalid-argument',
      `The instrumentation catalog '${name}' is attached read-only, so nothing can be recorded: add (READ_WRITE) to its ATTACH. With --readonly, databases are attached read-only without it`,
    );
  }
  return { name: String(engineName), type: String(type), path: String(path), schema };
}

/** Tries again after a write conflict. Throws Failure('invalid-argument') for any other failure. */
async function tryToLayOut(name: string, layOut: () => Promise<void>): Promise<void> {
  try {
    await pRetry(layOut, {
      retries: layOutTries,
      minTimeout: 20,
      maxTimeout: 500,
      randomize: true,
      shouldRetry: ({ error }) => isWriteConflict(error),
    });
  } catch (cause) {
    if (cause instanceof Failure) {
      throw cause;
    }
    throw new Failure(
      'invalid-argument',
      `Cannot set up the instrumentation catalog '${name}': ${engineMessage(cause)}`,
      { cause },
    );
  }
}
