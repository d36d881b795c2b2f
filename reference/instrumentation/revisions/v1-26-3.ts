import type { InstrumentationTable, StoryTable } from '../instrumentation-table.js';
import type { Revision } from '../revision.js';
import { revise } from '../revise.js';
import { v1_25_2 } from './v1-25-2.js';

/** Times that compare with `now()` without a cast. */
export const v1_26_3: Revision = revise(v1_25_2, {
  since: '1.26.3',
  tables: ({ instances, sessions, sql_statements, sql_executions }) => ({
    instances: withTimeZones(instances),
    sessions: withTimeZones(sessions),
    sql_statements: withTimeZones(sql_statements),
    sql_executions: withTimeZones(sql_executions),
  }),
});

function withTimeZones<Story>(table: StoryTable<Story>): StoryTable<Story> {
  const columns: InstrumentationTable['columns'] = table.columns;
  const changed = columns.map((column) =>
    column.type === 'TIMESTAMP' ? { ...column, type: 'TIMESTAMP WITH TIME ZONE' } : column,
  );
  // Both types are converted from the same values.
  return { ...table, columns: changed as unknown as StoryTable<Story>['columns'] };
}
