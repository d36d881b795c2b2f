import { resolve } from 'node:path';
import type { Connection } from '../../engine/connection.js';
import { quoteLiteral } from '../../engine/identifiers.js';
import { attachTypesTo, isLocal } from './attached-catalog.js';
import type { AttachedCatalog, AttachedStore } from './attached-catalog.js';
import { layOutCatalog } from './lay-out-catalog.js';
import type { GuardedStore } from './store.js';

/** The records in an attached DuckLake. Its tables cannot have keys. */
export function duckLakeStore(catalog: AttachedCatalog): AttachedStore {
  const keys = false;
  return {
    keys,
    layOut: (connection, revision) => layOutCatalog(connection, catalog, { revision, keys }),
    guarded: (connection) => guarded(connection, catalog),
  };
}

/** The folder of its data files, and the files of its metadata unless a database server has them. */
async function guarded(
  connection: Connection,
  { name, path }: AttachedCatalog,
): Promise<GuardedStore> {
  const [[said, folder] = []] = await connection.rows(
    `SELECT catalog_type, data_path FROM system.main.ducklake_settings(${quoteLiteral(name)})`,
  );
  const type = String(said);
  const metadata = resolve(path.replace(/^(ducklake:|duckdb:|sqlite:)+/i, ''));
  return {
    attachTypes: attachTypesTo(type),
    files: isLocal(type) && path !== '' ? [metadata, `${metadata}.wal`, `${metadata}-wal`] : [],
    folders: [String(folder)],
  };
}
