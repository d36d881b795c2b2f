import { printValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { becomes } from './visibility.js';
import type { World } from './world.js';

const schema = '_gizmosql_instr.main';

/** The records of a closed session, and the other contents of the database at the last comparison. */
interface Witness {
  /** Facts about the session, by their names in scenarios. */
  readonly facts: Readonly<Record<string, PlainValue>>;
  readonly rows: readonly string[];
}

/**
 * The witness of each server, by the watching client. It does not change unless a scenario breaks the
 * protection.
 */
const witnesses = new WeakMap<object, Witness>();
const compared = new WeakMap<World, Witness>();

/**
 * Ensures that there is a closed session with complete records, one of each kind. Remembers them and the
 * objects of the instrumentation database for a later comparison.
 */
export async function leaveWitness(world: World): Promise<void> {
  const { client } = await world.watcher.session();
  const known = witnesses.get(client);
  if (known !== undefined) {
    for (const [name, value] of Object.entries(known.facts)) {
      world.memory.remember(name, value);
    }
    compared.set(world, known);
    return;
  }
  const session = await world.sessions.start('witness', 'admin', { silent: true });
  const sql = 'SELECT GIZMOSQL_CURRENT_SESSION(), GIZMOSQL_CURRENT_INSTANCE()';
  await session.prepare(sql);
  const { rows } = await session.executePrepared();
  const [id = null, instance = null] = rows[0] ?? [];
  world.memory.remember('witness', id);
  world.memory.remember('witness.instance', instance);
  await session.close();
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
  const user = world.memory.recall('witness.user');
  const facts = { witness: id, 'witness.instance': instance, 'witness.user': user };
  const witness = { facts, rows: (await take(world)).rows };
  witnesses.set(client, witness);
  compared.set(world, witness);
}

/** Throws PromiseBroken if the instrumentation has changed since the last call. */
export async function mustBeUnchanged(world: World): Promise<void> {
  const before = compared.get(world);
  if (before === undefined) {
    throw new Error('the scenario has no records to compare with');
  }
  const { sql, rows } = await take(world);
  const old = new Set(before.rows);
  const now = new Set(rows);
  const lost = before.rows.filter((row) => !now.has(row));
  const come = rows.filter((row) => !old.has(row));
  if (lost.length + come.length + Math.abs(rows.length - before.rows.length) > 0) {
    // A changed witness is not reused by later scenarios.
    witnesses.delete((await world.watcher.session()).client);
    // The next call compares with the present state.
    compared.set(world, { ...before, rows });
    const list = (some: string[]): string => some.join('; ') || 'nothing';
    const got = `gone: ${list(lost)}; new: ${list(come)}`;
    throw new PromiseBroken('the instrumentation database is as it was', sql, got);
  }
}

async function take(world: World): Promise<{ sql: string; rows: string[] }> {
  const sql = world.fill(query);
  const { rows } = await world.look(sql);
  return { sql, rows: rows.map((row) => printValue(row)) };
}

const ofWitness = `session_id = '\${witness}'`;

/** The witness's records, and those that an attempt may have forged. */
const records = Object.entries({
  instances: `instance_id IN ('\${witness.instance}', '\${forged}')`,
  sessions: `session_id IN ('\${witness}', '\${forged}')`,
  sql_statements: `${ofWitness} OR statement_id = '\${forged}'`,
  sql_executions: `execution_id = '\${forged}' OR statement_id IN (SELECT statement_id FROM ${schema}.sql_statements WHERE ${ofWitness})`,
}).map(
  ([table, rows]) =>
    `SELECT '${table}' AS kind, CAST(t AS VARCHAR) AS thing FROM ${schema}.${table} t WHERE ${rows}`,
);

/**
 * The column types of tables only. An engine determines those of a view when it first binds the view, and a
 * change of them is a change of its definition.
 */
const typeOfColumn =
  "CASE WHEN table_name NOT IN (SELECT view_name FROM duckdb_views() WHERE database_name = '_gizmosql_instr') THEN data_type END";

/** The objects of the database and their definitions. */
const objects = (
  [
    ['schema', 'duckdb_schemas()', 'schema_name', 'NULL'],
    ['table', 'duckdb_tables()', 'table_name', 'sql'],
    ['column', 'duckdb_columns()', "table_name || '.' || column_name", typeOfColumn],
    ['view', 'duckdb_views()', 'view_name', 'sql'],
    ['index', 'duckdb_indexes()', 'index_name', 'sql'],
    ['sequence', 'duckdb_sequences()', 'sequence_name', 'NULL'],
    ['type', 'duckdb_types()', 'type_name', 'logical_type'],
    ['macro', 'duckdb_functions()', 'function_name', 'macro_definition'],
  ] as const
).map(
  ([kind, source, name, definition]) =>
    `SELECT '${kind}', CAST(row(schema_name, ${name}, ${definition}, comment) AS VARCHAR) FROM ${source} WHERE database_name = '_gizmosql_instr'`,
);

const query = [...records, ...objects].join(' UNION ALL ');
