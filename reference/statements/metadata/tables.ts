import { Binary, Field, Schema, Utf8 } from 'apache-arrow';
import type { CommandGetTables } from '../../../protocol/gen/flight_sql_pb.js';
import { quoteLiteral } from '../../engine/identifiers.js';
import type { MetadataQuery } from './metadata-query.js';
import { equals, like, orderBy, where } from './sql-text.js';

const fields = [
  new Field('catalog_name', new Utf8(), true),
  new Field('db_schema_name', new Utf8(), true),
  new Field('table_name', new Utf8(), false),
  new Field('table_type', new Utf8(), false),
];
const schema = new Schema(fields);

/** The schema of the answer if the request includes the tables' schemas. */
export const schemaWithTableSchema: Schema = new Schema([
  ...fields,
  new Field('table_schema', new Binary(), false),
]);

/** The filters of the request. */
export type TablesFilter = Pick<
  CommandGetTables,
  'catalog' | 'dbSchemaFilterPattern' | 'tableNameFilterPattern' | 'tableTypes' | 'includeSchema'
>;

/**
 * GetTables: tables and views as information_schema shows them to the session, with its temporary ones
 * (catalog `temp`). The SQL returns the first four columns; `withTableSchemas` adds the fifth if requested.
 */
export function tables(filter: TablesFilter): MetadataQuery {
  const conditions = where(
    equals('table_catalog', filter.catalog),
    like('table_schema', filter.dbSchemaFilterPattern),
    like('table_name', filter.tableNameFilterPattern),
    filter.tableTypes.length === 0
      ? undefined
      : `table_type IN (${filter.tableTypes.map(quoteLiteral).join(', ')})`,
  );
  const sql =
    'SELECT CAST(table_catalog AS VARCHAR) AS catalog_name,' +
    ' CAST(table_schema AS VARCHAR) AS db_schema_name,' +
    ' CAST(table_name AS VARCHAR) AS table_name,' +
    ' CAST(table_type AS VARCHAR) AS table_type' +
    ` FROM system.information_schema.tables${conditions}` +
    orderBy('catalog_name', 'db_schema_name', 'table_name', 'table_type');
  return {
    flightMethod: 'DoGetTables',
    sql,
    schema: filter.includeSchema ? schemaWithTableSchema : schema,
  };
}
