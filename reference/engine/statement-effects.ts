import type { Connection } from './connection.js';
import { engineMessage, refusedDatabase } from './engine-error.js';
import { everyNode, explain, explainingAll, operatorName } from './explain.js';
import type { PlanNode, StatementPlan } from './explain.js';
import type { ParameterRow } from './from-arrow/parameter-rows.js';
import { reading } from './reading.js';

/** The target of a write according to the engine: none, a database by name, or unknown. */
export type WriteTarget =
  | { readonly kind: 'none' }
  | { readonly kind: 'database'; readonly name: string }
  | { readonly kind: 'unknown' };

const refusedWrite =
  /Cannot write to database \\?"((?:[^"]|"")*?)\\?" - transaction is launched in read-only mode/;

/**
 * The database that `sql` would modify. In a read-only transaction, the engine refuses a write before it runs
 * and names its target, even under EXPLAIN; so nothing is executed. It also names a database that is attached
 * READ_ONLY. Unknown if the connection is already in a transaction, or if the engine cannot explain the
 * statement.
 */
export async function writeTarget(connection: Connection, sql: string): Promise<WriteTarget> {
  if (await connection.inTransaction()) {
    return { kind: 'unknown' };
  }
  await connection.begin('READ ONLY');
  try {
    await explain(connection, sql);
    return { kind: 'none' };
  } catch (error) {
    const name = writtenDatabase(error) ?? refusedDatabase(engineMessage(error));
    return name === null ? { kind: 'unknown' } : { kind: 'database', name };
  } finally {
    await connection.rollback();
  }
}

/** The database that the engine refused to write to in a read-only transaction; null for any other error. */
export function writtenDatabase(error: unknown): string | null {
  const [, name] = refusedWrite.exec(engineMessage(error)) ?? [];
  return name === undefined ? null : name.replaceAll('""', '"');
}

/**
 * The plan of `sql`, including views, macros and subqueries anywhere in it. Throws the engine's error if the
 * statement cannot be explained.
 */
export async function planOf(
  connection: Connection,
  sql: string,
  { parameters, readOnly = false }: PlanOptions = {},
): Promise<Plan> {
  const plan = () => planWhereAllIsExplained(connection, sql, parameters);
  const planned = await explainingAll(connection, () =>
    readOnly ? reading(connection, plan) : plan(),
  );
  if (planned === null) {
    throw new Error('No plan can be had: the setting explain_output is locked');
  }
  return planned;
}

export interface PlanOptions {
  /** The values to bind; by default NULL for each parameter. */
  readonly parameters?: ParameterRow | undefined;
  /** Plans in a read-only transaction, a new one unless one is open, so that the engine refuses writes. */
  readonly readOnly?: boolean;
}

/** The same on a connection where the setting `explain_output` is `all`. */
export async function planWhereAllIsExplained(
  connection: Connection,
  sql: string,
  parameters?: ParameterRow,
): Promise<Plan> {
  return readPlans(await explain(connection, sql, parameters));
}

/** The contents of a statement's plans. Names are in lower case. */
export interface Plan {
  /**
   * The scanned tables as the engine names them: with database and schema, except in some external catalogs.
   */
  readonly scans: ReadonlySet<string>;
  /** The operators of the bound plan: relational operators and called table functions. */
  readonly operators: ReadonlySet<string>;
  /** Those of the operators that scan a table of a catalog, by any function. */
  readonly scanners: ReadonlySet<string>;
  /** The operators of all plans, including those of the statement that an EXECUTE runs. */
  readonly anywhere: ReadonlySet<string>;
}

/** The databases whose tables a plan scans, in lower case. */
export function databasesOf({ scans }: Plan): ReadonlySet<string> {
  return new Set([...scans].map((name) => nameParts(name)[0] ?? ''));
}

function readPlans(plans: readonly StatementPlan[]): Plan {
  const bound = plans.filter(({ kind }) => kind === 'logical_plan');
  const nodes = nodesOf(bound.length > 0 ? bound : plans);
  const scans = new Set<string>();
  const called = new Set<string>();
  for (const node of nodes) {
    const table = node.extra_info?.['Table'];
    if (typeof table === 'string') {
      scans.add(table.toLowerCase());
    } else {
      called.add(operatorName(node));
    }
  }
  const operators = new Set(nodes.map(operatorName));
  return {
    scans,
    operators,
    scanners: new Set([...operators].filter((operator) => !called.has(operator))),
    anywhere: new Set(nodesOf(plans).map(operatorName)),
  };
}

function nodesOf(plans: readonly StatementPlan[]): PlanNode[] {
  return plans.flatMap(({ nodes }) => everyNode(nodes));
}

/** The parts of a qualified name, without quotes. */
export function nameParts(name: string): string[] {
  return [...name.matchAll(/"((?:[^"]|"")*)"|[^.]+/g)].map(
    ([part, quoted]) => quoted?.replaceAll('""', '"') ?? part,
  );
}
