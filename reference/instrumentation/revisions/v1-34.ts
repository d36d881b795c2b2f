import type { StoryColumn } from '../column.js';
import type { StoryTable } from '../instrumentation-table.js';
import type { ExecutionStory } from '../records.js';
import type { Revision } from '../revision.js';
import { changeColumns, revise } from '../revise.js';
import { v1_28 } from './v1-28.js';
import { activeSessions, sessionActivity, sessionDuration } from './first.js';

/** The timeline of an execution. */
export const v1_34: Revision = revise(v1_28, {
  since: '1.34',
  columns: {
    sql_executions: [
      {
        name: 'fetch_start_time',
        type: 'TIMESTAMP WITH TIME ZONE',
        finished: (told) => told.fetchStartTime,
      },
      {
        name: 'fetch_end_time',
        type: 'TIMESTAMP WITH TIME ZONE',
        finished: (told) => told.fetchEndTime,
      },
      {
        name: 'cursor_close_time',
        type: 'TIMESTAMP WITH TIME ZONE',
        finished: (told) => told.cursorCloseTime,
        cursorClosed: (told) => told.closeTime,
      },
      { name: 'total_duration_ms', type: 'BIGINT', finished: (told) => told.totalDurationMs },
    ],
  },
  tables: (tables) => ({
    ...tables,
    sql_executions: {
      ...withTimeline(tables.sql_executions),
      indexes: [
        ...(tables.sql_executions.indexes ?? []),
        ...['fetch_start_time', 'fetch_end_time', 'cursor_close_time'],
      ],
    },
  }),
  views: (tables) => ({
    active_sessions: activeSessions(tables.sessions, {
      other: ['session_tag'],
      last: ['s.session_tag', 'i.instance_tag', sessionDuration, 'i.cluster_id'],
    }),
    session_activity: sessionActivity(tables, ['cluster_id']),
  }),
});

/** The table of executions, whose end is that of the engine's work. */
function withTimeline(table: StoryTable<ExecutionStory>): StoryTable<ExecutionStory> {
  const changes: Readonly<Record<string, Partial<StoryColumn<ExecutionStory>>>> = {
    execution_end_time: { computed: (told) => told.endTime },
    duration_ms: { computed: (told) => told.durationMs },
  };
  return changeColumns(table, changes);
}
