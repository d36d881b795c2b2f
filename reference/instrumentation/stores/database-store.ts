import { resolve } from 'node:path';
import { serverTypes } from './attached-catalog.js';
import type { AttachedCatalog, AttachedStore } from './attached-catalog.js';
import { layOutCatalog } from './lay-out-catalog.js';

/** The records in an attached DuckDB, SQLite, PostgreSQL or other database, but not in a DuckLake. */
export function databaseStore(catalog: AttachedCatalog): AttachedStore {
  const { type, path } = catalog;
  const keys = type === 'duckdb';
  const isLocal = type === 'duckdb' || type === 'sqlite';
  return {
    keys,
    layOut: (connection) => layOutCatalog(connection, catalog, { keys }),
    guarded: () =>
      Promise.resolve({
        attachTypes: isLocal ? [] : serverTypes,
        files: path === '' ? [] : [resolve(path), `${resolve(path)}.wal`],
        folders: [],
      }),
  };
}
