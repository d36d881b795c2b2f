import { createIndexes, createTable } from './instrumentation-table.js';
import type { Constrained, InstrumentationTable, StoryTable } from './instrumentation-table.js';
import type { ExecutionStory, InstanceStory, SessionStory, StatementStory } from './records.js';

/** The tables by name, referenced ones before those that refer to them. */
export interface RevisionTables {
  readonly instances: StoryTable<InstanceStory>;
  readonly sessions: StoryTable<SessionStory>;
  readonly sql_statements: StoryTable<StatementStory>;
  readonly sql_executions: StoryTable<ExecutionStory>;
}

/** The views by name: the query of each, over the tables' bare names. */
export type Views = Readonly<Record<string, string>>;

/** One revision of the specification: what a server of its releases has. */
export interface Revision {
  /** The first release that it applies to: `1.17`, `1.25.2`. */
  readonly since: string;
  readonly tables: RevisionTables;
  readonly views: Views;
  /** The same views over other tables: those of a later revision. */
  readonly viewsOf: (tables: RevisionTables) => Views;
  /** The pseudo-functions, in upper case. */
  readonly functions: readonly string[];
  /** The types of catalogs that are deprecated as stores, as the engine names them. */
  readonly deprecatedStores: readonly string[];
  /**
   * All revisions, the oldest first, so that a store with the tables of another one is recognized. Without them,
   * such a store is somebody else's.
   */
  readonly known?: readonly Revision[];
}

/** The tables, referenced ones before those that refer to them. */
export function tablesOf({ tables }: Pick<Revision, 'tables'>): readonly InstrumentationTable[] {
  return Object.values<InstrumentationTable>({ ...tables });
}

/** The statements that create the tables, with their constraints and indexes, unless they exist. */
export function createTables(
  revision: Pick<Revision, 'tables'>,
  constrained: Constrained,
): readonly string[] {
  return tablesOf(revision).flatMap((table) => [
    createTable(table, constrained),
    ...createIndexes(table, constrained),
  ]);
}

/** The statements that create the views unless they exist, by view name. */
export function createViews({ views }: Pick<Revision, 'views'>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(views).map(([name, query]) => [
      name,
      `CREATE VIEW IF NOT EXISTS ${name} AS ${query}`,
    ]),
  );
}
