import {
  byPrimaryKey,
  foreignKeyColumns,
  foreignKeySchema,
  foreignKeySql,
} from './foreign-keys.js';
import type { MetadataQuery } from './metadata-query.js';
import type { KeysFilter } from './primary-keys.js';
import { equals, where } from './sql-text.js';

/** GetImportedKeys: the foreign keys of the table, ordered by the primary key side. */
export function importedKeys(filter: KeysFilter): MetadataQuery {
  const conditions = where(
    equals(foreignKeyColumns.catalog, filter.catalog),
    equals(foreignKeyColumns.dbSchema, filter.dbSchema),
    equals(foreignKeyColumns.foreignTable, filter.table),
  );
  return {
    flightMethod: 'DoGetImportedKeys',
    sql: foreignKeySql(conditions, byPrimaryKey),
    schema: foreignKeySchema,
  };
}
