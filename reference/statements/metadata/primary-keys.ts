import { Field, Int32, Schema, Utf8 } from 'apache-arrow';
import type { CommandGetPrimaryKeys } from '../../../protocol/gen/flight_sql_pb.js';
import type { MetadataQuery } from './metadata-query.js';
import { equals, orderBy, positions, where } from './sql-text.js';

const schema = new Schema([
  new Field('catalog_name', new Utf8(), true),
  new Field('db_schema_name', new Utf8(), true),
  new Field('table_name', new Utf8(), false),
  new Field('column_name', new Utf8(), false),
  new Field('key_sequence', new Int32(), false),
  new Field('key_name', new Utf8(), true),
]);

/** The table of a request for keys. An absent field is not a filter. */
export type KeysFilter = Pick<CommandGetPrimaryKeys, 'catalog' | 'dbSchema' | 'table'>;

/** GetPrimaryKeys: one row per column of the table's primary key, numbered from 1 in key order. */
export function primaryKeys(filter: KeysFilter): MetadataQuery {
  const conditions = where(
    "constraint_type = 'PRIMARY KEY'",
    equals('database_name', filter.catalog),
    equals('schema_name', filter.dbSchema),
    equals('table_name', filter.table),
  );
  const sql =
    'SELECT CAST(database_name AS VARCHAR) AS catalog_name,' +
    ' CAST(schema_name AS VARCHAR) AS db_schema_name,' +
    ' CAST(table_name AS VARCHAR) AS table_name,' +
    ' CAST(system.main.unnest(constraint_column_names) AS VARCHAR) AS column_name,' +
    ` CAST(${positions('constraint_column_names')} AS INTEGER) AS key_sequence,` +
    ' CAST(constraint_name AS VARCHAR) AS key_name' +
    ` FROM system.main.duckdb_constraints()${conditions}` +
    orderBy('catalog_name', 'db_schema_name', 'table_name', 'key_name', 'key_sequence');
  return { flightMethod: 'DoGetPrimaryKeys', sql, schema };
}
