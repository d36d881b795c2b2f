import type { InstrumentationTable, StoryTable } from './instrumentation-table.js';
import type { ExecutionStory, InstanceStory, SessionStory, StatementStory } from './records.js';

/** The tables by name, referenced ones before those that refer to them. */
export interface RevisionTables {
  readonly instances: StoryTable<InstanceStory>;
  readonly sessions: StoryTable<SessionStory>;
  readonly sql_statements: StoryTable<StatementStory>;
  readonly sql_executions: StoryTable<ExecutionStory>;
}

/** The tables and views of the instrumentation database in one revision of the specification. */
export interface Revision {
  readonly tables: RevisionTables;
  /** The views by name: the query of each, over the tables' bare names. */
  readonly views: Readonly<Record<string, string>>;
}

/** The tables, referenced ones before those that refer to them. */
export function tablesOf({ tables }: Revision): readonly InstrumentationTable[] {
  return Object.values<InstrumentationTable>({ ...tables });
}

/** The statements that create the views unless they exist, by view name. */
export function createViews({ views }: Revision): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(views).map(([name, query]) => [
      name,
      `CREATE VIEW IF NOT EXISTS ${name} AS ${query}`,
    ]),
  );
}
