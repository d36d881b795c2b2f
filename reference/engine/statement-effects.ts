import type { Connection } from './connection.js';
import { engineMessage } from './engine-error.js';

/** What the engine says that a statement would modify: a database's name, nothing, or that it cannot tell. */
export type WriteTarget =
  | { readonly kind: 'none' }
  | { readonly kind: 'database'; readonly name: string }
  | { readonly kind: 'unknown' };

const refusedWrite =
  /Cannot write to database "((?:[^"]|"")*)" - transaction is launched in read-only mode/;

/**
 * Which database `sql` would modify. The engine refuses a write in a read-only
 * transaction before it runs and names its target, and does so even when the
 * statement is only to be explained: so nothing is executed to find out.
 * Unknown where the connection is in a transaction already and where the engine
 * does not explain such a statement.
 */
export async function writeTarget(connection: Connection, sql: string): Promise<WriteTarget> {
  if (await connection.inTransaction()) {
    return { kind: 'unknown' };
  }
  await connection.begin('READ ONLY');
  try {
    await explain(connection, sql, '');
    return { kind: 'none' };
  } catch (error) {
    const [, name] = refusedWrite.exec(engineMessage(error)) ?? [];
    return name === undefined
      ? { kind: 'unknown' }
      : { kind: 'database', name: name.replaceAll('""', '"') };
  } finally {
    await connection.rollback();
  }
}

/**
 * The databases whose tables `sql` scans, through views, macros and subqueries
 * anywhere in it, and the names of its plan's operators; null when the engine
 * does not explain such a statement. Names are in lower case.
 */
export async function planOf(connection: Connection, sql: string): Promise<Plan | null> {
  const [[setting] = []] = await connection.rows(
    "SELECT system.main.current_setting('explain_output')",
  );
  // The optimizer drops scans it can answer otherwise; the plan before it has them all.
  await connection.execute("SET explain_output = 'all'");
  try {
    return readPlans(await explain(connection, sql, '(FORMAT JSON)'));
  } catch {
    return null;
  } finally {
    await connection.execute(`SET explain_output = '${String(setting)}'`);
  }
}

/** What a statement's plans tell of it. */
export interface Plan {
  readonly databases: ReadonlySet<string>;
  /** The tables that are scanned, without their database and schema. */
  readonly tables: ReadonlySet<string>;
  readonly operators: ReadonlySet<string>;
}

interface PlanNode {
  readonly name?: string;
  readonly children?: readonly PlanNode[];
  readonly extra_info?: Readonly<Record<string, unknown>>;
}

async function explain(connection: Connection, sql: string, options: string): Promise<string[]> {
  const prepared = await connection.prepare(`EXPLAIN ${options} ${sql}`);
  try {
    // What a parameter is does not change what is read or written.
    prepared.bindNulls();
    return (await prepared.rows()).map((row) => String(row[1]));
  } finally {
    prepared.close();
  }
}

function readPlans(plans: readonly string[]): Plan {
  const databases = new Set<string>();
  const tables = new Set<string>();
  const operators = new Set<string>();
  const visit = ({ name, children, extra_info: info }: PlanNode) => {
    operators.add((name ?? '').trim().toLowerCase());
    if (typeof info?.Table === 'string') {
      const parts = nameParts(info.Table.toLowerCase());
      databases.add(parts[0] ?? '');
      tables.add(parts.at(-1) ?? '');
    }
    children?.forEach(visit);
  };
  for (const plan of plans) {
    (JSON.parse(plan) as PlanNode[]).forEach(visit);
  }
  return { databases, tables, operators };
}

/** The parts of a qualified name, quoted or not. */
export function nameParts(name: string): string[] {
  return [...name.matchAll(/"((?:[^"]|"")*)"|[^.]+/g)].map(
    ([part, quoted]) => quoted?.replaceAll('""', '"') ?? part,
  );
}
