import { resolve } from 'node:path';
import { attachTypesTo } from './attached-catalog.js';
import type { AttachedCatalog, AttachedStore } from './attached-catalog.js';
import { layOutCatalog } from './lay-out-catalog.js';

/** The records in an attached DuckDB, SQLite, PostgreSQL or other database, but not in a DuckLake. */
export function databaseStore(catalog: AttachedCatalog): AttachedStore {
  const { type, path } = catalog;
  const keys = type === 'duckdb';
  return {
    keys,
    layOut: (connection, revision) => layOutCatalog(connection, catalog, { revision, keys }),
    guarded: () =>
      Promise.resolve({
        attachTypes: attachTypesTo(type),
        files: path === '' ? [] : [resolve(path), `${resolve(path)}.wal`],
        folders: [],
      }),
  };
}
