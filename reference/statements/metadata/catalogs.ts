import { Field, Schema, Utf8 } from 'apache-arrow';
import type { MetadataQuery } from './metadata-query.js';
import { listedDatabase, orderBy, where } from './sql-text.js';

const schema = new Schema([new Field('catalog_name', new Utf8(), false)]);

/**
 * GetCatalogs: the attached databases, and `temp`, where GetTables lists the session's temporary tables.
 * `system` is hidden, because users cannot create anything there. duckdb_databases() is used because it does
 * not list the contents of databases, which fails if one is unreachable.
 */
export function catalogs(): MetadataQuery {
  const sql =
    'SELECT CAST(database_name AS VARCHAR) AS catalog_name' +
    ` FROM system.main.duckdb_databases()${where(listedDatabase('database_name', 'internal'))}` +
    orderBy('catalog_name');
  return { flightMethod: 'DoGetCatalogs', sql, schema };
}
