import { Field, Int32, Schema, Uint8, Utf8 } from 'apache-arrow';
import { UpdateDeleteRules } from '../../../protocol/gen/flight_sql_pb.js';
import { orderBy, positions } from './sql-text.js';

/** The schema of GetImportedKeys, GetExportedKeys and GetCrossReference. */
export const foreignKeySchema = new Schema([
  new Field('pk_catalog_name', new Utf8(), true),
  new Field('pk_db_schema_name', new Utf8(), true),
  new Field('pk_table_name', new Utf8(), false),
  new Field('pk_column_name', new Utf8(), false),
  new Field('fk_catalog_name', new Utf8(), true),
  new Field('fk_db_schema_name', new Utf8(), true),
  new Field('fk_table_name', new Utf8(), false),
  new Field('fk_column_name', new Utf8(), false),
  new Field('key_sequence', new Int32(), false),
  new Field('fk_key_name', new Utf8(), true),
  new Field('pk_key_name', new Utf8(), true),
  new Field('update_rule', new Uint8(), false),
  new Field('delete_rule', new Uint8(), false),
]);

/** Flight SQL orders by the primary key side, except in GetExportedKeys. */
export const byPrimaryKey = [
  'pk_catalog_name',
  'pk_db_schema_name',
  'pk_table_name',
  'pk_key_name',
  'key_sequence',
  'fk_table_name',
  'fk_key_name',
];

/** A foreign key and its primary key share catalog and schema: the engine allows no other. */
export const foreignKeyColumns = {
  catalog: 'fk.database_name',
  dbSchema: 'fk.schema_name',
  foreignTable: 'fk.table_name',
  primaryTable: 'pk.table_name',
} as const;

/**
 * The SQL of all three requests: one row per column pair. A foreign key lists its columns in the order of the
 * key that it refers to, which is found by its columns. Names are compared without ASCII case, as the engine
 * resolves them, because it stores a reference as written.
 */
export function foreignKeySql(conditions: string, order: readonly string[]): string {
  return (
    'WITH keys AS (SELECT database_name, schema_name, table_name, constraint_column_names,' +
    ' system.main.arg_min(constraint_name, constraint_type) AS constraint_name' +
    ' FROM system.main.duckdb_constraints()' +
    " WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE') GROUP BY ALL)," +
    ` refs AS (SELECT *, ${positions('constraint_column_names')} AS position` +
    " FROM system.main.duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY')" +
    ' SELECT CAST(pk.database_name AS VARCHAR) AS pk_catalog_name,' +
    ' CAST(pk.schema_name AS VARCHAR) AS pk_db_schema_name,' +
    ' CAST(pk.table_name AS VARCHAR) AS pk_table_name,' +
    ' CAST(system.main.list_extract(pk.constraint_column_names, fk.position) AS VARCHAR) AS pk_column_name,' +
    ' CAST(fk.database_name AS VARCHAR) AS fk_catalog_name,' +
    ' CAST(fk.schema_name AS VARCHAR) AS fk_db_schema_name,' +
    ' CAST(fk.table_name AS VARCHAR) AS fk_table_name,' +
    ' CAST(system.main.list_extract(fk.constraint_column_names, fk.position) AS VARCHAR) AS fk_column_name,' +
    ' CAST(fk.position AS INTEGER) AS key_sequence,' +
    ' CAST(fk.constraint_name AS VARCHAR) AS fk_key_name,' +
    ' CAST(pk.constraint_name AS VARCHAR) AS pk_key_name,' +
    ` CAST(${noAction} AS UTINYINT) AS update_rule,` +
    ` CAST(${noAction} AS UTINYINT) AS delete_rule` +
    ' FROM refs AS fk JOIN keys AS pk' +
    ' ON pk.database_name = fk.database_name AND pk.schema_name = fk.schema_name' +
    ` AND ${folded('pk.table_name')} = ${folded('fk.referenced_table')}` +
    ` AND ${foldedNames('pk.constraint_column_names')} = ${foldedNames('fk.referenced_column_names')}` +
    conditions +
    orderBy(...order)
  );
}

/** The engine refuses every other rule at CREATE TABLE. */
const noAction = UpdateDeleteRules.NO_ACTION;

/** Folds ASCII letters only. The engine distinguishes `Ä` and `ä`; lower() would confuse two tables. */
function folded(name: string): string {
  return `system.main.translate(${name}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')`;
}

function foldedNames(list: string): string {
  return `system.main.list_transform(${list}, lambda name: ${folded('name')})`;
}
