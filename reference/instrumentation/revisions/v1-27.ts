import type { Revision } from '../revision.js';
import { revise } from '../revise.js';
import { v1_26_3 } from './v1-26-3.js';

/** The queue of statements, and profiles of executions. */
export const v1_27: Revision = revise(v1_26_3, {
  since: '1.27',
  columns: {
    sql_executions: [
      { name: 'enqueue_time', type: 'TIMESTAMP WITH TIME ZONE' },
      { name: 'query_profile', type: 'JSON' },
    ],
  },
  tables: (tables) => ({
    ...tables,
    sql_executions: { ...tables.sql_executions, open: "status IN ('queued', 'executing')" },
  }),
});
