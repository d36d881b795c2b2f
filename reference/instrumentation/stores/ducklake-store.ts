import { resolve } from 'node:path';
import type { Connection } from '../../engine/connection.js';
import { quoteLiteral } from '../../engine/identifiers.js';
import { serverTypes } from './attached-catalog.js';
import type { AttachedCatalog, AttachedStore } from './attached-catalog.js';
import { layOutCatalog } from './lay-out-catalog.js';
import type { GuardedStore } from './store.js';

/** The records in an attached DuckLake. Its tables cannot have keys. */
export function duckLakeStore(catalog: AttachedCatalog): AttachedStore {
  const keys = false;
  return {
    keys,
    layOut: (connection) => layOutCatalog(connection, catalog, { keys }),
    guarded: (connection) => guarded(connection, catalog),
  };
}

/** The folder of its data files, and the files of its metadata unless a database server has them. */
async function guarded(
  connection: Connection,
  { name, path }: AttachedCatalog,
): Promise<GuardedStore> {
  const [[type, folder] = []] = await connection.rows(
    `SELECT catalog_type, data_path FROM system.main.ducklake_settings(${quoteLiteral(name)})`,
  );
  const isLocal = type === 'duckdb' || type === 'sqlite';
  const metadata = resolve(path.replace(/^(ducklake:|duckdb:|sqlite:)+/i, ''));
  return {
    attachTypes: isLocal ? [] : serverTypes,
    files: isLocal && path !== '' ? [metadata, `${metadata}.wal`, `${metadata}-wal`] : [],
    folders: [String(folder)],
  };
}
