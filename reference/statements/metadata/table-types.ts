import { Field, Schema, Utf8 } from 'apache-arrow';
import type { MetadataQuery } from './metadata-query.js';
import { orderBy } from './sql-text.js';

const schema = new Schema([new Field('table_type', new Utf8(), false)]);

/**
 * GetTableTypes: the types that the engine's information_schema.tables uses. They are constants, because an
 * empty database must list them too.
 */
export function tableTypes(): MetadataQuery {
  const sql =
    'SELECT CAST(table_type AS VARCHAR) AS table_type' +
    " FROM (VALUES ('BASE TABLE'), ('LOCAL TEMPORARY'), ('VIEW')) AS types(table_type)" +
    orderBy('table_type');
  return { flightMethod: 'DoGetTableTypes', sql, schema };
}
