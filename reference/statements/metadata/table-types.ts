import { Field, Schema, Utf8 } from 'apache-arrow';
import type { MetadataQuery } from './metadata-query.js';
import { orderBy } from './sql-text.js';

const schema = new Schema([new Field('table_type', new Utf8(), false)]);

/**
 * GetTableTypes: the types that information_schema.tables of the engine tells
 * apart, listed here because an empty database must name them too.
 */
export function tableTypes(): MetadataQuery {
  const sql =
    'SELECT CAST(table_type AS VARCHAR) AS table_type' +
    " FROM (VALUES ('BASE TABLE'), ('LOCAL TEMPORARY'), ('VIEW')) AS types(table_type)" +
    orderBy('table_type');
  return { flightMethod: 'DoGetTableTypes', sql, schema };
}
