import type { Connection } from './connection.js';
import { wasInterrupted } from './engine-error.js';
import { everyNode, explain, explainingAll, operatorName } from './explain.js';
import type { PlanNode, StatementPlan } from './explain.js';
import { pathKey } from './relation-path.js';
import type { RelationPath } from './relation-path.js';
import { nameParts } from './statement-effects.js';

/** The scans of a statement, according to its plans. */
export interface Scans {
  /** Tables of DuckDB's own catalogs, without duplicates. */
  readonly tables: readonly RelationPath[];
  /** Names of tables in other catalogs. Their plans do not show the catalog or schema. */
  readonly elsewhere: ReadonlySet<string>;
  /** Names of the operators, in lower case. */
  readonly operators: ReadonlySet<string>;
  /** Whether an operator may scan tables without naming them. */
  readonly opaque: boolean;
  /** The unoptimized plan as text, with each table named as `rename` returns. */
  shape(rename: (table: RelationPath) => string): string;
}

/** Leaves of a plan that scan no table: planner leaves, and table functions that read files or settings. */
const withoutTables =
  /^(dummy_scan|empty_result|chunk_get|column_data_scan|(rec_)?(recurring_)?cte_scan|delim_(get|scan)|expression_(get|scan)|unnest|repeat(_row)?|range|generate_series|glob|read_\w+|parquet_\w+|sniff_csv|duckdb_\w+|pragma_\w+|json_(each|tree)|pg_timezone_names|icu_calendar_names|create_\w+|drop|set|set_variable|reset|execute|prepare|load|attach|detach|transaction|pragma)$/;

/** Catalog functions: they list objects and scan no table that the statement names. */
const catalogFunction = /^(duckdb|pragma)_\w+$/;

/**
 * The tables that `sql` scans on `connection`, including those behind views, macros, prepared statements and
 * subqueries, from the plans before and after the optimizer. Null if the engine cannot explain the statement.
 * Nothing is executed, but the engine opens files that the statement names.
 */
export async function scansOf(connection: Connection, sql: string): Promise<Scans | null> {
  const plans = await explained(connection, sql);
  return plans && readScans(plans);
}

/** Whether the statement calls a catalog function. */
export function asksCatalog({ operators }: Scans): boolean {
  return [...operators].some((operator) => catalogFunction.test(operator));
}

/**
 * The columns that `sql` reads of each table, by the table's path key; null if the plan does not show them.
 * On `connection`, all optimizers must be disabled except the one that removes unused columns: others may
 * drop a table or the columns of a filter.
 */
export async function columnsRead(
  connection: Connection,
  sql: string,
): Promise<ReadonlyMap<string, ReadonlySet<string>> | null> {
  const plan = (await explained(connection, sql))?.at(-1)?.nodes;
  if (plan === undefined) {
    return null;
  }
  const columns = new Map<string, Set<string>>();
  const untold = everyNode(plan).some(({ extra_info: info }) => {
    const { Table: table, Projections: read, Filters: filters } = info ?? {};
    if (typeof table !== 'string') {
      return false;
    }
    const path = pathOf(table);
    const names = typeof read === 'string' ? [read] : read;
    if (!path || !Array.isArray(names) || filters !== undefined) {
      return true;
    }
    columns.set(
      pathKey(path),
      new Set([...(columns.get(pathKey(path)) ?? []), ...names.map(String)]),
    );
    return false;
  });
  return untold ? null : columns;
}

/** The plans of a statement: logical, optimized, physical. Null if the engine cannot explain it. */
function explained(connection: Connection, sql: string): Promise<StatementPlan[] | null> {
  return explainingAll(connection, () =>
    explain(connection, sql).catch((error: unknown) => {
      if (wasInterrupted(error)) {
        throw error;
      }
      return null;
    }),
  );
}

function readScans(plans: readonly StatementPlan[]): Scans {
  const tables = new Map<string, RelationPath>();
  const elsewhere = new Set<string>();
  const operators = new Set<string>();
  let opaque = false;
  for (const node of plans.flatMap(({ nodes }) => everyNode(nodes))) {
    const { children = [], extra_info: info } = node;
    const operator = operatorName(node);
    operators.add(operator);
    const text = info?.['Table'];
    const path = typeof text === 'string' ? pathOf(text) : null;
    if (path) {
      tables.set(pathKey(path), path);
    } else if (typeof text === 'string') {
      elsewhere.add(text);
    } else if (children.length === 0 && !withoutTables.test(operator)) {
      opaque = true;
    }
  }
  return {
    tables: [...tables.values()],
    elsewhere,
    operators,
    opaque,
    shape: (rename) => shapeOf(plans[0]?.nodes ?? [], rename),
  };
}

function shapeOf(plan: readonly PlanNode[], rename: (table: RelationPath) => string): string {
  return JSON.stringify(plan, (key, value: unknown) => {
    if (key === 'Estimated Cardinality') {
      return undefined;
    }
    const path = key === 'Table' && typeof value === 'string' ? pathOf(value) : null;
    return path ? rename(path) : value;
  });
}

function pathOf(text: string): RelationPath | null {
  const [catalog, schema, name, ...more] = nameParts(text);
  return catalog === undefined || schema === undefined || name === undefined || more.length > 0
    ? null
    : { catalog, schema, name };
}
