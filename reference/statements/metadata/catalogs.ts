import { Field, Schema, Utf8 } from 'apache-arrow';
import type { MetadataQuery } from './metadata-query.js';
import { listedDatabase, orderBy, where } from './sql-text.js';

const schema = new Schema([new Field('catalog_name', new Utf8(), false)]);

/**
 * GetCatalogs: the attached databases, and `temp`, where GetTables lists the
 * session's temporary tables. Nobody can create anything in the engine's own
 * `system`: it stays hidden. The engine can tell these without listing what is
 * in them, which fails where one of them is out of reach.
 */
export function catalogs(): MetadataQuery {
  const sql =
    'SELECT CAST(database_name AS VARCHAR) AS catalog_name' +
    ` FROM system.main.duckdb_databases()${where(listedDatabase('database_name', 'internal'))}` +
    orderBy('catalog_name');
  return { flightMethod: 'DoGetCatalogs', sql, schema };
}
