import type { StoryColumn } from './column.js';
import type { StoryTable } from './instrumentation-table.js';
import type { Revision, RevisionTables, Views } from './revision.js';

type StoryOf<Table> = Table extends StoryTable<infer Story> ? Story : never;

/** New columns by table, in order. */
export type NewColumns = {
  readonly [Name in keyof RevisionTables]?: readonly StoryColumn<StoryOf<RevisionTables[Name]>>[];
};

/** What a revision adds to the one before it, and what it changes. */
export interface Difference {
  readonly since: string;
  /** They follow the columns that there were. */
  readonly columns?: NewColumns;
  /** Changes of the tables, when they have the new columns. */
  readonly tables?: (tables: RevisionTables) => RevisionTables;
  /** New and changed views; the others show what they did. */
  readonly views?: (tables: RevisionTables) => Views;
  readonly functions?: readonly string[];
  readonly deprecatedStores?: readonly string[];
}

/** The revision that differs so from the one before it. */
export function revise(before: Revision, difference: Difference): Revision {
  const { since, columns = {}, functions = [], deprecatedStores = [] } = difference;
  const widened = withColumns(before.tables, columns);
  const tables = difference.tables?.(widened) ?? widened;
  const viewsOf = (of: RevisionTables): Views => ({
    ...before.viewsOf(of),
    ...difference.views?.(of),
  });
  return {
    since,
    tables,
    views: viewsOf(tables),
    viewsOf,
    functions: [...before.functions, ...functions],
    deprecatedStores: [...before.deprecatedStores, ...deprecatedStores],
  };
}

function withColumns(tables: RevisionTables, added: NewColumns): RevisionTables {
  return {
    instances: widened(tables.instances, added.instances),
    sessions: widened(tables.sessions, added.sessions),
    sql_statements: widened(tables.sql_statements, added.sql_statements),
    sql_executions: widened(tables.sql_executions, added.sql_executions),
  };
}

function widened<Story>(
  table: StoryTable<Story>,
  added: readonly StoryColumn<Story>[] = [],
): StoryTable<Story> {
  return { ...table, columns: [...table.columns, ...added] };
}

/** A table some of whose columns differ so, by name: in the values that events set, say. */
export function changeColumns<Story>(
  table: StoryTable<Story>,
  changes: Readonly<Record<string, Partial<StoryColumn<Story>>>>,
): StoryTable<Story> {
  const columns = table.columns.map((column) => ({ ...column, ...changes[column.name] }));
  // Whoever changes a column gives it values of its type.
  return { ...table, columns: columns as unknown as StoryTable<Story>['columns'] };
}
