import type { Connection } from './connection.js';
import { engineMessage, refusedDatabase } from './engine-error.js';
import { everyNode, explain, explainingAll, operatorName } from './explain.js';
import type { PlanNode, StatementPlan } from './explain.js';
import type { ParameterRow } from './from-arrow/parameter-rows.js';
import { reading } from './reading.js';

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
    await explain(connection, sql);
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
  const plan = () => planWhereAllIsExplained(connection, sql, parameters);
  const planned = await explainingAll(connection, () =>
    readOnly ? reading(connection, plan) : plan(),
  );
  if (planned === null) {
    throw new Error('No plan can be had: the setting explain_output is locked');
  }
  return planned;
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
  return readPlans(await explain(connection, sql, parameters));
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

/** The parts of a qualified name, quoted or not. */
export function nameParts(name: string): string[] {
  return [...name.matchAll(/"((?:[^"]|"")*)"|[^.]+/g)].map(
    ([part, quoted]) => quoted?.replaceAll('""', '"') ?? part,
  );
}
