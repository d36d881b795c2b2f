import type { Connection } from './connection.js';
import { listMacros } from './macro-definitions.js';
import type { Macro } from './macro-definitions.js';
import { quoteIdentifier } from './identifiers.js';
import { pathText } from './relation-path.js';
import type { RelationPath } from './relation-path.js';
import { tokenize } from './tokens.js';

/** A table or a view with its statement from the catalog. */
export interface Relation extends RelationPath {
  readonly sql: string;
}

/** The objects visible on a session's connection, including those created in its open transaction. */
export interface ClientObjects {
  readonly databases: readonly { readonly name: string; readonly type: string }[];
  readonly schemas: readonly Omit<RelationPath, 'name'>[];
  readonly types: readonly RelationPath[];
  readonly tables: readonly Relation[];
  readonly views: readonly Relation[];
  readonly macros: readonly Macro[];
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  readonly prepared: readonly { readonly name: string; readonly sql: string }[];
}

/** Lists the objects. Throws the engine's error if an attached database is unreachable. */
export async function clientObjects(connection: Connection): Promise<ClientObjects> {
  const list = async (sql: string) =>
    (await connection.rows(sql)).map((row) => row.map((value) => String(value ?? '')));
  const relations = async (sql: string) =>
    (await list(sql)).map(([catalog = '', schema = '', name = '', text = '']) => ({
      catalog,
      schema,
      name,
      sql: text,
    }));
  const place = 'SELECT database_name, schema_name';
  const databases = await list(
    'SELECT database_name, type FROM system.main.duckdb_databases() WHERE NOT internal',
  );
  const schemas = await list(`${place} FROM system.main.duckdb_schemas() WHERE NOT internal`);
  const variables = await list('SELECT name, value FROM system.main.duckdb_variables()');
  const prepared = await list(
    'SELECT name, statement FROM system.main.duckdb_prepared_statements()',
  );
  return {
    databases: databases.map(([name = '', type = '']) => ({ name, type })),
    schemas: schemas.map(([catalog = '', schema = '']) => ({ catalog, schema })),
    types: await relations(
      `${place}, type_name FROM system.main.duckdb_types() WHERE NOT internal ORDER BY type_oid`,
    ),
    tables: await relations(
      `${place}, table_name, sql FROM system.main.duckdb_tables() WHERE NOT internal`,
    ),
    views: await relations(
      `${place}, view_name, sql FROM system.main.duckdb_views() WHERE NOT internal ORDER BY view_oid`,
    ),
    macros: await listMacros(connection),
    variables: variables.map(([name = '', value = '']) => ({ name, value })),
    prepared: prepared.map(([name = '', sql = '']) => ({ name, sql })),
  };
}

/** The type that a user-defined type is an alias of, as SQL. */
export async function typeDefinition(connection: Connection, type: RelationPath): Promise<string> {
  const [[definition] = []] = await connection.rows(
    `SELECT system.main.typeof(NULL::${pathText(type)})`,
  );
  return String(definition);
}

/** A column in the copy of its table. */
export interface ColumnDefinition {
  readonly name: string;
  /** The type as SQL, without a collation. */
  readonly type: string;
  /** The collation as SQL. */
  readonly collation?: string | undefined;
}

/** The columns of a table. Generated columns are included, because a copy stores their values. */
export async function columnsOf(
  connection: Connection,
  table: Relation,
): Promise<readonly ColumnDefinition[]> {
  const columns = await connection.rows(
    `SELECT column_name, column_type FROM (DESCRIBE ${pathText(table)})`,
  );
  const collations = collationsOf(table.sql);
  return columns.map(([column, type]) => {
    const name = String(column);
    return { name, type: String(type), collation: collations.get(name.toLowerCase()) };
  });
}

export function createTableText(table: RelationPath, columns: readonly ColumnDefinition[]): string {
  const kind = table.catalog === 'temp' ? 'TEMP TABLE' : 'TABLE';
  const list = columns.map(
    ({ name, type, collation }) =>
      `${quoteIdentifier(name)} ${type}${collation === undefined ? '' : ` COLLATE ${collation}`}`,
  );
  return `CREATE ${kind} ${pathText(table)} (${list.join(', ')})`;
}

/**
 * The collations in a CREATE TABLE from the catalog, by column name in lower case. DESCRIBE does not show
 * collations.
 */
function collationsOf(sql: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const tokens = tokenize(sql).filter(({ kind }) => kind !== 'space');
  let depth = 0;
  let column: string | null = null;
  for (const [i, { text }] of tokens.entries()) {
    depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    if (depth === 1 && (text === '(' || text === ',')) {
      column = unquoted(tokens[i + 1]?.text ?? '').toLowerCase();
    } else if (depth === 1 && column !== null && text.toUpperCase() === 'COLLATE') {
      let name = tokens[i + 1]?.text ?? '';
      for (let j = i + 2; tokens[j]?.text === '.'; j += 2) {
        name += `.${tokens[j + 1]?.text ?? ''}`;
      }
      found.set(column, name);
      column = null;
    }
  }
  return found;
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}
