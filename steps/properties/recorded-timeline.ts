import { Timestamp, valueText } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { ResultTable } from '../client/result-table.js';

/** The columns of sql_executions that have times, from 1.34 on. Those of earlier revisions lack some. */
export const timeColumns = [
  'enqueue_time',
  'execution_start_time',
  'execution_end_time',
  'fetch_start_time',
  'fetch_end_time',
  'cursor_close_time',
] as const;

/** The record of an execution. Times are milliseconds since the Unix epoch, with microseconds as a fraction. */
export interface RecordedTimeline extends Record<
  (typeof timeColumns)[number] | 'duration_ms' | 'total_duration_ms',
  number | null
> {
  readonly session: PlainValue;
  readonly text: PlainValue;
  readonly status: PlainValue;
  readonly error?: PlainValue;
}

/** The query for the executions of sessions with these ids, without those of the suite's own statements. */
export function timelinesOf(ids: readonly PlainValue[], housekeeping: string): string {
  const listed = ids.map((id) => `'${valueText(id)}'`).join(', ') || 'NULL';
  return `SELECT st.session_id::VARCHAR AS session, st.sql_text, e.* FROM _gizmosql_instr.main.sql_executions e JOIN _gizmosql_instr.main.sql_statements st USING (statement_id) WHERE st.session_id IN (${listed}) AND NOT st.is_internal AND NOT contains(st.sql_text, '${housekeeping}') ORDER BY e.execution_start_time`;
}

/** The rows of that query. */
export function readTimelines({ columns, rows }: ResultTable): RecordedTimeline[] {
  return rows.map((row) => {
    const value = (name: string): PlainValue => row[columns.indexOf(name)] ?? null;
    const duration = (name: string) => {
      const told = value(name);
      return told === null ? null : Number(told);
    };
    return {
      session: value('session'),
      text: value('sql_text'),
      status: value('status'),
      error: value('error_message'),
      enqueue_time: millis(value('enqueue_time')),
      execution_start_time: millis(value('execution_start_time')),
      execution_end_time: millis(value('execution_end_time')),
      fetch_start_time: millis(value('fetch_start_time')),
      fetch_end_time: millis(value('fetch_end_time')),
      cursor_close_time: millis(value('cursor_close_time')),
      duration_ms: duration('duration_ms'),
      total_duration_ms: duration('total_duration_ms'),
    };
  });
}

function millis(value: PlainValue): number | null {
  return value instanceof Timestamp ? Number(value.micros) / 1000 : null;
}

/** A record as text for a report: its times are milliseconds after the start. */
export function showTimeline(record: RecordedTimeline): string {
  const { execution_start_time: start, duration_ms: duration, total_duration_ms: total } = record;
  const { status, error = null } = record;
  const times = timeColumns.map((name) => {
    const time = record[name];
    return `${name} ${time === null ? 'NULL' : start === null ? 'set' : (time - start).toFixed(3)}`;
  });
  const why = error === null ? '' : ` (${valueText(error)})`;
  return `${valueText(status)}${why}, ms after execution_start_time: ${times.join(', ')}; duration_ms ${String(duration)}, total_duration_ms ${String(total)}`;
}
