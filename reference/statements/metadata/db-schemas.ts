import { Field, Schema, Utf8 } from 'apache-arrow';
import type { CommandGetDbSchemas } from '../../../protocol/gen/flight_sql_pb.js';
import type { MetadataQuery } from './metadata-query.js';
import { equals, like, listedDatabase, orderBy, where } from './sql-text.js';

const schema = new Schema([
  new Field('catalog_name', new Utf8(), true),
  new Field('db_schema_name', new Utf8(), false),
]);

/** The filters of the request. */
export type DbSchemasFilter = Pick<CommandGetDbSchemas, 'catalog' | 'dbSchemaFilterPattern'>;

/**
 * GetDbSchemas: the schemas of the catalogs that GetCatalogs lists. duckdb_schemas() calls every `main`
 * internal, so the database's flag is used instead of the schema's.
 */
export function dbSchemas(filter: DbSchemasFilter): MetadataQuery {
  const conditions = where(
    listedDatabase('d.database_name', 'd.internal'),
    equals('s.database_name', filter.catalog),
    like('s.schema_name', filter.dbSchemaFilterPattern),
  );
  const sql =
    'SELECT CAST(s.database_name AS VARCHAR) AS catalog_name,' +
    ' CAST(s.schema_name AS VARCHAR) AS db_schema_name' +
    ' FROM system.main.duckdb_schemas() AS s' +
    ' JOIN system.main.duckdb_databases() AS d USING (database_oid)' +
    `${conditions}${orderBy('catalog_name', 'db_schema_name')}`;
  return { flightMethod: 'DoGetDbSchemas', sql, schema };
}
