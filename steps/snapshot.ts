import { printValue } from './client/plain-value.js';
import { PromiseBroken } from './promise-broken.js';
import { becomes } from './visibility.js';
import type { World } from './world.js';

const schema = '_gizmosql_instr.main';

/** What the instrumentation database held of a session that is over, and all its objects. */
interface Snapshot {
  readonly sql: string;
  readonly rows: readonly string[];
}

const snapshots = new WeakMap<World, Snapshot[]>();

/**
 * Makes a session that is over when this resolves, and whose records are
 * complete: one of each kind. They and the objects of the instrumentation
 * database are kept, to be compared with later.
 */
export async function leaveWitness(world: World): Promise<void> {
  const session = await world.openSession('witness', 'admin', { silent: true });
  const sql = 'SELECT GIZMOSQL_CURRENT_SESSION(), GIZMOSQL_CURRENT_INSTANCE()';
  const { rows } = await session.succeed(sql, async (client) => {
    const statement = await client.prepare(sql);
    return statement.query();
  });
  const [id = null, instance = null] = rows[0] ?? [];
  world.remember('witness', id);
  world.remember('witness.instance', instance);
  await session.succeed('CloseSession', (client) => client.closeSession());
  session.usable = false;
  const complete = world.fill(
    `SELECT count(*) FROM ${schema}.sessions s JOIN ${schema}.sql_statements st ON st.session_id = s.session_id JOIN ${schema}.sql_executions e ON e.statement_id = st.statement_id WHERE s.session_id = '\${witness}' AND s.status = 'closed' AND e.status = 'success'`,
  );
  const wait = {
    promised: 'complete records of a session that is over',
    sent: complete,
    look: async () => Number((await world.look(complete)).rows[0]?.[0] ?? 0),
    judge: (count: number) => (count > 0 ? undefined : 'none yet'),
  };
  await becomes(wait, world.visibilityMs);
  snapshots.set(world, await Promise.all(queries(world).map((query) => take(world, query))));
}

/** Throws PromiseBroken when the instrumentation is not as the witness left it. */
export async function mustBeUnchanged(world: World): Promise<void> {
  const before = snapshots.get(world);
  if (before === undefined) {
    throw new Error('the scenario has no records to compare with');
  }
  for (const { sql, rows } of before) {
    const now = (await take(world, sql)).rows;
    const lost = rows.filter((row) => !now.includes(row));
    const come = now.filter((row) => !rows.includes(row));
    if (lost.length + come.length > 0) {
      const list = (some: string[]): string => some.join('; ') || 'nothing';
      const got = `gone: ${list(lost)}; new: ${list(come)}`;
      throw new PromiseBroken('the instrumentation database is as it was', sql, got);
    }
  }
}

async function take(world: World, sql: string): Promise<Snapshot> {
  const { rows } = await world.look(sql);
  return { sql, rows: rows.map((row) => printValue(row)) };
}

/** The witness's records with what an attempt may have forged, and the database's objects. */
function queries(world: World): string[] {
  const ofWitness = `session_id = '\${witness}'`;
  const records = {
    instances: `instance_id IN ('\${witness.instance}', '\${forged}')`,
    sessions: `session_id IN ('\${witness}', '\${forged}')`,
    sql_statements: `${ofWitness} OR statement_id = '\${forged}'`,
    sql_executions: `execution_id = '\${forged}' OR statement_id IN (SELECT statement_id FROM ${schema}.sql_statements WHERE ${ofWitness})`,
  };
  const all = Object.entries(records).map(
    ([table, rows]) =>
      `SELECT '${table}' AS kind, CAST(t AS VARCHAR) AS record FROM ${schema}.${table} t WHERE ${rows}`,
  );
  return [world.fill(all.join(' UNION ALL ')), objectsQuery];
}

const kinds = [
  ['schema', 'duckdb_schemas()', 'schema_name', 'NULL'],
  ['table', 'duckdb_tables()', 'table_name', 'sql'],
  ['column', 'duckdb_columns()', "table_name || '.' || column_name", 'data_type'],
  ['view', 'duckdb_views()', 'view_name', 'sql'],
  ['index', 'duckdb_indexes()', 'index_name', 'sql'],
  ['sequence', 'duckdb_sequences()', 'sequence_name', 'NULL'],
  ['type', 'duckdb_types()', 'type_name', 'logical_type'],
  ['macro', 'duckdb_functions()', 'function_name', 'macro_definition'],
] as const;

const objectsQuery = kinds
  .map(
    ([kind, source, name, definition]) =>
      `SELECT '${kind}' AS kind, schema_name, ${name} AS name, ${definition} AS definition, comment FROM ${source} WHERE database_name = '_gizmosql_instr'`,
  )
  .join(' UNION ALL ');
