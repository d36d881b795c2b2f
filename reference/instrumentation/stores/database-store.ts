import { resolve } from 'node:path';
import { serverTypes } from './attached-catalog.js';
import type { AttachedCatalog, AttachedStore } from './attached-catalog.js';
import { layOutCatalog } from './lay-out-catalog.js';

/** The records in an attached database of DuckDB's, SQLite's, PostgreSQL's or another type but DuckLake. */
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
