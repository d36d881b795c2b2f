import { foreignKeyColumns, foreignKeySchema, foreignKeySql } from './foreign-keys.js';
import type { MetadataQuery } from './metadata-query.js';
import type { KeysFilter } from './primary-keys.js';
import { equals, where } from './sql-text.js';

/** GetExportedKeys: the foreign keys that refer to the table, ordered by the foreign side. */
export function exportedKeys(filter: KeysFilter): MetadataQuery {
  const conditions = where(
    equals(foreignKeyColumns.catalog, filter.catalog),
    equals(foreignKeyColumns.dbSchema, filter.dbSchema),
    equals(foreignKeyColumns.primaryTable, filter.table),
  );
  const order = [
    'fk_catalog_name',
    'fk_db_schema_name',
    'fk_table_name',
    'fk_key_name',
    'key_sequence',
  ];
  return {
    flightMethod: 'DoGetExportedKeys',
    sql: foreignKeySql(conditions, order),
    schema: foreignKeySchema,
  };
}
