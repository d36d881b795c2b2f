import type { Connection } from '../engine/connection.js';
import { planOf } from '../engine/statement-effects.js';
import type { Plan } from '../engine/statement-effects.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import { definitions } from './definitions.js';
import { filePaths } from './file-paths.js';
import { identifierName, significantTokens } from './statement-text.js';

/** A statement as the guard judges it: what EXPLAIN explains, or PREPARE prepares, in its place. */
export interface Judged {
  readonly kind: StatementKind;
  readonly sql: string;
  readonly connection: Connection;
}

/** What a statement reads and calls. */
export interface Content {
  readonly plan: Plan;
  /** Who said so: the engine, or only the names in the text. */
  readonly by: 'engine' | 'names';
}

/** Runs SQL past the plan of the statement that calls it. */
const runsPastThePlan = 'json_execute_serialized_sql';

/**
 * What the statement reads and calls; null where it can do neither. The engine
 * does not explain what depends on a parameter, such as the file to read: then
 * the names in the text have to do.
 */
export async function contentOf({ kind, sql, connection }: Judged): Promise<Content | null> {
  const plan = await planOf(connection, sql);
  if (plan !== null) {
    const whole = plan.operators.has(runsPastThePlan)
      ? together(plan, await namedBy(connection, sql))
      : plan;
    return { plan: whole, by: 'engine' };
  }
  if (kind === 'query' || (await takesParameters(connection, sql))) {
    return { plan: await namedBy(connection, sql), by: 'names' };
  }
  return null;
}

/** Every name in a statement, and in the views and macros that these names may mean. */
async function namedBy(connection: Connection, sql: string): Promise<Plan> {
  const defined = await definitions(connection);
  // Text in quotes may be SQL: query() runs it.
  const { patterns } = await filePaths(connection, sql);
  const names = new Set<string>();
  const texts = [sql, ...patterns];
  for (const text of texts) {
    for (const name of significantTokens(text).map(identifierName)) {
      if (!names.has(name)) {
        names.add(name);
        texts.push(...(defined.get(name) ?? []));
      }
    }
  }
  return { databases: names, tables: names, operators: names };
}

function together(a: Plan, b: Plan): Plan {
  return {
    databases: new Set([...a.databases, ...b.databases]),
    tables: new Set([...a.tables, ...b.tables]),
    operators: new Set([...a.operators, ...b.operators]),
  };
}

/** DDL takes none; only what reads or writes rows does. */
async function takesParameters(connection: Connection, sql: string): Promise<boolean> {
  const prepared = await connection.prepare(sql);
  try {
    return prepared.parameterCount > 0;
  } finally {
    prepared.close();
  }
}
