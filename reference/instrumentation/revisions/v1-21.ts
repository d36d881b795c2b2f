import type { Revision } from '../revision.js';
import { revise } from '../revise.js';
import { v1_17_1 } from './v1-17-1.js';
import { activeSessions, sessionDuration } from './first.js';

/** Tags of instances, sessions and statements. */
export const v1_21: Revision = revise(v1_17_1, {
  since: '1.21',
  columns: {
    instances: [{ name: 'instance_tag', type: 'JSON', started: (told) => told.instanceTag }],
    sessions: [{ name: 'session_tag', type: 'JSON', tagged: ({ tag }) => tag }],
    sql_statements: [{ name: 'query_tag', type: 'JSON', received: (told) => told.queryTag }],
  },
  views: ({ sessions }) => ({
    // The seventeen documented columns stay the first.
    active_sessions: activeSessions(sessions, {
      other: ['session_tag'],
      last: [sessionDuration, 's.session_tag', 'i.instance_tag'],
    }),
  }),
});
