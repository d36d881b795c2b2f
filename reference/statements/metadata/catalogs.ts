import { Field, Schema, Utf8 } from 'apache-arrow';
import type { MetadataQuery } from './metadata-query.js';
import { orderBy } from './sql-text.js';

const schema = new Schema([new Field('catalog_name', new Utf8(), false)]);

/**
 * GetCatalogs: the attached databases. The engine's own `system` and `temp`
 * stay hidden: nobody can create anything in the first, and the second holds
 * what is private to a session and is found by its bare name.
 */
export function catalogs(): MetadataQuery {
  const sql =
    'SELECT CAST(database_name AS VARCHAR) AS catalog_name' +
    ` FROM system.main.duckdb_databases() WHERE NOT internal${orderBy('catalog_name')}`;
  return { flightMethod: 'DoGetCatalogs', sql, schema };
}
