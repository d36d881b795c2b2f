import type { StoryColumn } from '../column.js';
import type { StoryTable } from '../instrumentation-table.js';
import type { ExecutionStory } from '../records.js';
import type { Revision } from '../revision.js';
import { changeColumns, revise } from '../revise.js';
import { executionDetails } from './first.js';
import { v1_26_3 } from './v1-26-3.js';

/** The milliseconds that a statement has waited, so far if it waits still. */
const queueWait = `system.main.subtract(
               system.main.epoch_ms(coalesce(e.execution_start_time, system.main.now())),
               system.main.epoch_ms(e.enqueue_time)) AS queue_wait_ms`;

/** The queue of statements, and profiles of executions. */
export const v1_27: Revision = revise(v1_26_3, {
  since: '1.27',
  columns: {
    sql_executions: [
      {
        name: 'enqueue_time',
        type: 'TIMESTAMP WITH TIME ZONE',
        queued: (told) => told.enqueueTime,
      },
      { name: 'query_profile', type: 'JSON', finished: (told) => told.queryProfile },
    ],
  },
  tables: (tables) => ({ ...tables, sql_executions: withQueue(tables.sql_executions) }),
  views: (tables) => ({ execution_details: executionDetails(tables, [queueWait]) }),
});

/** The table of executions, of which some wait before they start. */
function withQueue(table: StoryTable<ExecutionStory>): StoryTable<ExecutionStory> {
  const changes: Readonly<Record<string, Partial<StoryColumn<ExecutionStory>>>> = {
    execution_id: { queued: (told) => told.executionId },
    statement_id: { queued: (told) => told.statementId },
    bind_parameters: { queued: (told) => told.bindParameters },
    rows_fetched: { queued: () => 0 },
    status: { queued: () => 'queued' },
    execution_start_time: { recovered: (now) => `coalesce(execution_start_time, ${now})` },
    duration_ms: {
      recovered: (now) =>
        `coalesce((epoch_us(greatest(execution_start_time, ${now})) - epoch_us(execution_start_time)) // 1000, 0)`,
    },
  };
  return { ...changeColumns(table, changes), open: "status IN ('queued', 'executing')" };
}
