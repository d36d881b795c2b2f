import type { Connection } from '../../engine/connection.js';
import { quoteIdentifier } from '../../engine/identifiers.js';
import { sameName } from '../../engine/relation-path.js';
import { Failure } from '../../errors.js';
import { columnsText, createTable } from '../instrumentation-table.js';
import { createViews, tablesOf } from '../revision.js';
import type { Revision } from '../revision.js';
import type { AttachedCatalog } from './attached-catalog.js';

/**
 * Creates the schema, tables and views that an attached catalog lacks, and sets the schema on `connection`.
 * One transaction does it all, so other servers see all of it or nothing, and a failure leaves nothing
 * behind. Throws Failure('invalid-argument') if other tables have these names.
 */
export async function layOutCatalog(
  connection: Connection,
  { name, schema }: AttachedCatalog,
  { revision, keys }: { readonly revision: Revision; readonly keys: boolean },
): Promise<void> {
  const place = `${quoteIdentifier(name)}.${quoteIdentifier(schema)}`;
  await connection.execute('BEGIN');
  try {
    // IF NOT EXISTS alone is not enough: in a DuckLake even that is a commit.
    const present = await relations(connection, name, schema);
    if (!(await hasSchema(connection, name, schema))) {
      await connection.execute(`CREATE SCHEMA IF NOT EXISTS ${place}`);
    }
    await connection.execute(`USE ${place}`);
    for (const table of tablesOf(revision)) {
      const columns = present.get(table.name);
      if (columns === undefined) {
        await connection.execute(createTable(table, { key: keys }));
      } else if (columns !== columnsText(table.columns)) {
        throw new Failure(
          'invalid-argument',
          `The instrumentation catalog '${name}' has a table '${schema}.${table.name}' with other columns: name a catalog that holds nothing else`,
        );
      }
    }
    for (const [view, statement] of createViews(revision)) {
      if (!present.has(view)) {
        await connection.execute(statement);
      }
    }
    await connection.execute('COMMIT');
  } catch (error) {
    await connection.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function hasSchema(connection: Connection, catalog: string, schema: string) {
  const sql = 'SELECT schema_name FROM system.main.duckdb_schemas() WHERE database_name = $1';
  return (await connection.rows(sql, [catalog])).some(([name]) => sameName(String(name), schema));
}

/** The tables and views of a schema, each with its columns as `name type, …`. */
async function relations(
  connection: Connection,
  catalog: string,
  schema: string,
): Promise<Map<string, string>> {
  const found = await connection.rows(
    `SELECT schema_name, table_name, column_name, data_type FROM system.main.duckdb_columns()
     WHERE database_name = $1 ORDER BY column_index`,
    [catalog],
  );
  const here = found.filter(([name]) => sameName(String(name), schema));
  const tables = Map.groupBy(here, ([, table]) => String(table).toLowerCase());
  return new Map(
    [...tables].map(([table, columns]) => [
      table,
      columnsText(columns.map(([, , name, type]) => ({ name, type }))),
    ]),
  );
}
