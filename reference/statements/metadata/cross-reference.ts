import type { CommandGetCrossReference } from '../../../protocol/gen/flight_sql_pb.js';
import {
  byPrimaryKey,
  foreignKeyColumns,
  foreignKeySchema,
  foreignKeySql,
} from './foreign-keys.js';
import type { MetadataQuery } from './metadata-query.js';
import { equals, where } from './sql-text.js';

/** The two tables of a request. An absent field is not a filter. */
export type CrossReferenceFilter = Pick<
  CommandGetCrossReference,
  'pkCatalog' | 'pkDbSchema' | 'pkTable' | 'fkCatalog' | 'fkDbSchema' | 'fkTable'
>;

/** GetCrossReference: the foreign keys from one table to another. */
export function crossReference(filter: CrossReferenceFilter): MetadataQuery {
  const conditions = where(
    equals(foreignKeyColumns.catalog, filter.pkCatalog),
    equals(foreignKeyColumns.dbSchema, filter.pkDbSchema),
    equals(foreignKeyColumns.primaryTable, filter.pkTable),
    equals(foreignKeyColumns.catalog, filter.fkCatalog),
    equals(foreignKeyColumns.dbSchema, filter.fkDbSchema),
    equals(foreignKeyColumns.foreignTable, filter.fkTable),
  );
  return {
    flightMethod: 'DoGetCrossReference',
    sql: foreignKeySql(conditions, byPrimaryKey),
    schema: foreignKeySchema,
  };
}
