import type { Connection } from './connection.js';
import type { ParameterRow } from './from-arrow/parameter-rows.js';

/** An operator of a plan, as EXPLAIN (FORMAT JSON) shows it. */
export interface PlanNode {
  readonly name?: string;
  readonly children?: readonly PlanNode[];
  readonly extra_info?: Readonly<Record<string, unknown>>;
}

/** One of the plans of a statement: `logical_plan` before the optimizer, `logical_opt` or `physical_plan`. */
export interface StatementPlan {
  readonly kind: string;
  readonly nodes: readonly PlanNode[];
}

/**
 * The plans of a statement, those that the setting `explain_output` says. Nothing is executed. Parameters are
 * bound; without them NULL is, for each. Throws what the engine says of a statement that it does not explain.
 */
export async function explain(
  connection: Connection,
  sql: string,
  parameters?: ParameterRow,
): Promise<StatementPlan[]> {
  const prepared = await connection.prepare(`EXPLAIN (FORMAT JSON) ${sql}`);
  try {
    return (await prepared.rowsWith(parameters)).map(([kind, plan]) => ({
      kind: String(kind),
      nodes: JSON.parse(String(plan)) as PlanNode[],
    }));
  } finally {
    prepared.close();
  }
}

/**
 * Does something while the connection explains all plans: the optimizer drops scans that it can answer
 * otherwise, the plan before it has them all. Null where that cannot be set; to try would end the client's
 * transaction.
 */
export async function explainingAll<T>(
  connection: Connection,
  work: () => Promise<T>,
): Promise<T | null> {
  const [[setting, canBeSet] = []] = await connection.rows(
    `SELECT system.main.current_setting('explain_output'),
            NOT system.main.current_setting('lock_configuration')
            OR system.main.list_contains(system.main.current_setting('allowed_configs'), 'explain_output')`,
  );
  if (canBeSet !== true) {
    return null;
  }
  await connection.execute("SET explain_output = 'all'");
  try {
    return await work();
  } finally {
    // In a transaction that broke meanwhile this fails, and the rollback that must follow does not undo settings.
    await connection.execute(`SET explain_output = '${String(setting)}'`).catch(() => undefined);
  }
}

/** All operators of a plan. */
export function everyNode(nodes: readonly PlanNode[]): PlanNode[] {
  return nodes.flatMap((node) => [node, ...everyNode(node.children ?? [])]);
}

/** What an operator is called, in lower case. */
export function operatorName({ name = '' }: PlanNode): string {
  return name.trim().toLowerCase();
}
