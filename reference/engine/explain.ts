import type { Connection } from './connection.js';
import type { ParameterRow } from './from-arrow/parameter-rows.js';

/** An operator of a plan, as EXPLAIN (FORMAT JSON) prints it. */
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
 * The plans of a statement, as selected by the setting `explain_output`. Nothing is executed. Parameters are
 * bound, by default to NULL. Throws the engine's error for a statement that cannot be explained.
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
 * Runs `work` while EXPLAIN on the connection returns all plans. The optimizer removes scans that it can
 * replace; the unoptimized plan still has them. Null if the setting is locked: trying to set it would end the
 * client's transaction.
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
    // Fails if the transaction has failed meanwhile. The setting then stays, because ROLLBACK does not undo
    // settings.
    await connection.execute(`SET explain_output = '${String(setting)}'`).catch(() => undefined);
  }
}

/** All operators of a plan, children included. */
export function everyNode(nodes: readonly PlanNode[]): PlanNode[] {
  return nodes.flatMap((node) => [node, ...everyNode(node.children ?? [])]);
}

/** The name of an operator, in lower case. */
export function operatorName({ name = '' }: PlanNode): string {
  return name.trim().toLowerCase();
}
