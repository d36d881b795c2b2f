import type { Revision } from '../revision.js';
import { revise } from '../revise.js';
import { v1_27 } from './v1-27.js';

/** Clusters of instances; and constraints of the tables, where the store supports them. */
export const v1_28: Revision = revise(v1_27, {
  since: '1.28',
  columns: {
    instances: [{ name: 'cluster_id', type: 'UUID', started: (told) => told.clusterId }],
  },
  tables: ({ instances, sessions, sql_statements, sql_executions }) => ({
    instances: {
      ...instances,
      checks: ["status IN ('running', 'stopped')"],
      indexes: ['start_time', 'stop_time'],
    },
    sessions: {
      ...sessions,
      checks: ["status IN ('active', 'closed', 'killed', 'timeout', 'error')"],
      indexes: ['instance_id', 'start_time', 'stop_time'],
    },
    sql_statements: {
      ...sql_statements,
      indexes: ['session_id', 'created_time'],
    },
    sql_executions: {
      ...sql_executions,
      checks: ["status IN ('queued', 'executing', 'success', 'error', 'timeout', 'cancelled')"],
      indexes: ['statement_id', 'enqueue_time', 'execution_start_time', 'execution_end_time'],
    },
  }),
  functions: ['GIZMOSQL_CURRENT_CLUSTER'],
  deprecatedStores: ['ducklake'],
});
