import type { Connection } from './connection.js';
import { engineMessage, refusedDatabase } from './engine-error.js';
import type { ParameterRow } from './from-arrow/parameter-rows.js';

/** What the engine says that a statement would modify: a database's name, nothing, or that it cannot tell. */
export type WriteTarget =
  | { readonly kind: 'none' }
  | { readonly kind: 'database'; readonly name: string }
  | { readonly kind: 'unknown' };

const refusedWrite =
  /Cannot write to database \\?"((?:[^"]|"")*?)\\?" - transaction is launched in read-only mode/;

/**
 * Which database `sql` would modify. The engine refuses a write in a read-only
 * transaction before it runs and names its target, and does so even when the
 * statement is only to be explained: so nothing is executed to find out. One that is attached to
 * read only it names as well.
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
    const name = writtenDatabase(error) ?? refusedDatabase(engineMessage(error));
    return name === null ? { kind: 'unknown' } : { kind: 'database', name };
  } finally {
    await connection.rollback();
  }
}

/** The database that the engine refused to write to in a read-only transaction; null where it says something else. */
export function writtenDatabase(error: unknown): string | null {
  const [, name] = refusedWrite.exec(engineMessage(error)) ?? [];
  return name === undefined ? null : name.replaceAll('""', '"');
}

/**
 * What the engine says that `sql` would do, through views, macros and subqueries anywhere in it. Throws
 * what it says of a statement that it does not explain.
 */
export async function planOf(
  connection: Connection,
  sql: string,
  { parameters, readOnly = false }: PlanOptions = {},
): Promise<Plan> {
  const [[setting] = []] = await connection.rows(
    "SELECT system.main.current_setting('explain_output')",
  );
  // The optimizer drops scans it can answer otherwise; the plan before it has them all.
  await connection.execute("SET explain_output = 'all'");
  const own = readOnly && !(await connection.inTransaction());
  try {
    if (own) {
      await connection.begin('READ ONLY');
    }
    return await planWhereAllIsExplained(connection, sql, parameters);
  } finally {
    if (own) {
      await connection.rollback();
    }
    // In a transaction that broke meanwhile this fails, and the rollback that must follow does not undo settings.
    await connection.execute(`SET explain_output = '${String(setting)}'`).catch(() => undefined);
  }
}

/** How a plan is asked for. */
export interface PlanOptions {
  /** Bound; without them NULL is, for each. */
  readonly parameters?: ParameterRow | undefined;
  /** In a transaction that can write nothing, of its own unless one is open: the engine refuses what would write. */
  readonly readOnly?: boolean;
}

/** The same on a connection whose setting `explain_output` is `all`. */
export async function planWhereAllIsExplained(
  connection: Connection,
  sql: string,
  parameters?: ParameterRow,
): Promise<Plan> {
  return readPlans(await explain(connection, sql, '(FORMAT JSON)', parameters));
}

/** What a statement's plans tell of it. Names are in lower case. */
export interface Plan {
  /** The tables that are scanned, as the engine names them: with database and schema, but for some external catalogs. */
  readonly scans: ReadonlySet<string>;
  /** The operators of the bound plan: relational ones, and the table functions that are called. */
  readonly operators: ReadonlySet<string>;
  /** Those of them that scan a table of some catalog, by whatever function. */
  readonly scanners: ReadonlySet<string>;
  /** The operators of all its plans: those of what an EXECUTE executes as well. */
  readonly anywhere: ReadonlySet<string>;
}

/** The databases whose tables a plan scans, in lower case. */
export function databasesOf({ scans }: Plan): ReadonlySet<string> {
  return new Set([...scans].map((name) => nameParts(name)[0] ?? ''));
}

interface PlanNode {
  readonly name?: string;
  readonly children?: readonly PlanNode[];
  readonly extra_info?: Readonly<Record<string, unknown>>;
}

async function explain(
  connection: Connection,
  sql: string,
  options: string,
  parameters?: ParameterRow,
): Promise<[kind: string, plan: string][]> {
  const prepared = await connection.prepare(`EXPLAIN ${options} ${sql}`);
  try {
    // What a parameter is does not change what is read or written.
    return (await prepared.rowsWith(parameters)).map(([kind, plan]) => [
      String(kind),
      String(plan),
    ]);
  } finally {
    prepared.close();
  }
}

function readPlans(plans: readonly (readonly [kind: string, plan: string])[]): Plan {
  const scans = new Set<string>();
  const operators = new Set<string>();
  const called = new Set<string>();
  const visit = ({ name = '', children, extra_info: info }: PlanNode) => {
    const operator = name.trim().toLowerCase();
    operators.add(operator);
    if (typeof info?.Table === 'string') {
      scans.add(info.Table.toLowerCase());
    } else {
      called.add(operator);
    }
    children?.forEach(visit);
  };
  const bound = plans.filter(([kind]) => kind === 'logical_plan');
  for (const [, plan] of bound.length > 0 ? bound : plans) {
    (JSON.parse(plan) as PlanNode[]).forEach(visit);
  }
  const scanners = new Set([...operators].filter((operator) => !called.has(operator)));
  const anywhere = new Set<string>();
  const note = ({ name = '', children }: PlanNode) => {
    anywhere.add(name.trim().toLowerCase());
    children?.forEach(note);
  };
  for (const [, plan] of plans) {
    (JSON.parse(plan) as PlanNode[]).forEach(note);
  }
  return { scans, operators, scanners, anywhere };
}

/** The parts of a qualified name, quoted or not. */
export function nameParts(name: string): string[] {
  return [...name.matchAll(/"((?:[^"]|"")*)"|[^.]+/g)].map(
    ([part, quoted]) => quoted?.replaceAll('""', '"') ?? part,
  );
}
