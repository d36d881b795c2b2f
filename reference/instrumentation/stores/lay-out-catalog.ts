import type { Connection } from '../../engine/connection.js';
import { quoteIdentifier } from '../../engine/identifiers.js';
import { sameName } from '../../engine/relation-path.js';
import { Failure } from '../../errors.js';
import { columnsText, createIndexes, createTable } from '../instrumentation-table.js';
import { createViews, tablesOf } from '../revision.js';
import type { Revision } from '../revision.js';
import { relationOf, upgrade } from '../upgrade.js';
import type { TablesThere } from '../upgrade.js';
import type { AttachedCatalog } from './attached-catalog.js';

/**
 * Creates the schema, tables and views that an attached catalog lacks, brings those of an older revision up to
 * date, and sets the schema on `connection`. One transaction does it all, so other servers see all of it or
 * nothing, and a failure leaves nothing behind. Throws Failure('invalid-argument') if other tables have these
 * names, or the tables are of a newer revision.
 */
export async function layOutCatalog(
  connection: Connection,
  catalog: AttachedCatalog,
  { revision, keys }: { readonly revision: Revision; readonly keys: boolean },
): Promise<void> {
  const { name, schema } = catalog;
  const place = `${quoteIdentifier(name)}.${quoteIdentifier(schema)}`;
  const constrained = { key: keys };
  await connection.execute('BEGIN');
  try {
    // IF NOT EXISTS alone is not enough: in a DuckLake even that is a commit.
    const there = await relations(connection, name, schema);
    if (!(await hasSchema(connection, name, schema))) {
      await connection.execute(`CREATE SCHEMA IF NOT EXISTS ${place}`);
    }
    await connection.execute(`USE ${place}`);
    const outdated = outdatedRevision(there, catalog, revision);
    const statements = [
      ...(outdated === null ? [] : upgrade(there, outdated, revision, constrained)),
      ...tablesOf(revision).flatMap((table) => [
        ...(there.has(table.name) ? [] : [createTable(table, constrained)]),
        ...createIndexes(table, constrained),
      ]),
      ...[...createViews(revision)].flatMap(([view, statement]) =>
        there.has(view) && outdated === null ? [] : [statement],
      ),
    ];
    for (const statement of statements) {
      await connection.execute(statement);
    }
    await connection.execute('COMMIT');
  } catch (error) {
    await connection.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** The older revision that the tables are of; null if they need no change. */
function outdatedRevision(
  there: TablesThere,
  { name, schema }: AttachedCatalog,
  revision: Revision,
): Revision | null {
  const relation = relationOf(there, revision);
  switch (relation.is) {
    case 'same':
      return null;
    case 'older':
      return relation.revision;
    case 'newer':
      throw new Failure(
        'invalid-argument',
        `The instrumentation catalog '${name}' has in schema '${schema}' the tables of a newer release: those of GizmoSQL ${relation.revision.since} and later, and this server keeps those of ${revision.since}. Start a newer release, or name another schema`,
      );
    case 'foreign':
      throw new Failure(
        'invalid-argument',
        `The instrumentation catalog '${name}' has a table '${schema}.${relation.table}' with other columns: name a catalog that holds nothing else`,
      );
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
): Promise<TablesThere> {
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
