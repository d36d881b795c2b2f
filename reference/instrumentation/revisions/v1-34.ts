import type { Revision } from '../revision.js';
import { revise } from '../revise.js';
import { v1_28 } from './v1-28.js';
import { activeSessions, sessionActivity, sessionDuration } from './first.js';

/** The timeline of an execution. */
export const v1_34: Revision = revise(v1_28, {
  since: '1.34',
  columns: {
    sql_executions: [
      { name: 'fetch_start_time', type: 'TIMESTAMP WITH TIME ZONE' },
      { name: 'fetch_end_time', type: 'TIMESTAMP WITH TIME ZONE' },
      { name: 'cursor_close_time', type: 'TIMESTAMP WITH TIME ZONE' },
      { name: 'total_duration_ms', type: 'BIGINT' },
    ],
  },
  views: (tables) => ({
    active_sessions: activeSessions(tables.sessions, {
      other: ['session_tag'],
      last: ['s.session_tag', 'i.instance_tag', sessionDuration, 'i.cluster_id'],
    }),
    session_activity: sessionActivity(tables, ['cluster_id']),
  }),
});
