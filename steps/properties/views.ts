import { printRows } from '../scenario/match-rows.js';
import { becomes } from '../scenario/visibility.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { play } from './model.js';
import { scripts, showScript } from './script.js';
import type { Script } from './script.js';

/** Whether `by_view` and `by_tables` have the same rows, and any: three values that are true then. */
const sameRows = `
    SELECT (SELECT count(*) FROM (FROM by_view EXCEPT ALL FROM by_tables)) = 0,
      (SELECT count(*) FROM (FROM by_tables EXCEPT ALL FROM by_view)) = 0,
      (SELECT count(*) FROM by_tables) > 0`;

/** For each view, the query that compares it with the tables: one row of true values if they agree. */
export const viewComparisons = {
  session_stats: `
    WITH by_view AS (
      SELECT username, total_statements::BIGINT AS statements, total_executions::BIGINT AS executions,
        successful_executions::BIGINT AS successes, coalesce(total_rows_fetched, 0)::BIGINT AS fetched,
        round(coalesce(avg_duration_ms, 0)) AS average
      FROM _gizmosql_instr.main.session_stats WHERE total_statements > 0
    ), by_tables AS (
      SELECT s.username, count(DISTINCT st.statement_id) AS statements, count(e.execution_id) AS executions,
        count(*) FILTER (e.status = 'success') AS successes, coalesce(sum(e.rows_fetched), 0)::BIGINT AS fetched,
        round(coalesce(avg(e.duration_ms), 0)) AS average
      FROM _gizmosql_instr.main.sessions s
      JOIN _gizmosql_instr.main.sql_statements st USING (session_id)
      LEFT JOIN _gizmosql_instr.main.sql_executions e USING (statement_id)
      GROUP BY s.session_id, s.username
    )
    ${sameRows},
      (SELECT bool_and(successful_executions + failed_executions <= total_executions AND failed_executions >= 0)
        FROM _gizmosql_instr.main.session_stats)`,
  session_activity: `
    WITH by_view AS (
      SELECT username, execution_start_time FROM _gizmosql_instr.main.session_activity
      WHERE execution_start_time IS NOT NULL
    ), by_tables AS (
      SELECT s.username, e.execution_start_time
      FROM _gizmosql_instr.main.sql_executions e
      JOIN _gizmosql_instr.main.sql_statements st USING (statement_id)
      JOIN _gizmosql_instr.main.sessions s USING (session_id)
    )
    ${sameRows}`,
  execution_details: `
    WITH by_view AS (
      SELECT execution_id, statement_id, sql_text, bind_parameters, execution_start_time, duration_ms, status, username
      FROM _gizmosql_instr.main.execution_details
    ), by_tables AS (
      SELECT e.execution_id, e.statement_id, st.sql_text, e.bind_parameters, e.execution_start_time, e.duration_ms,
        e.status, s.username
      FROM _gizmosql_instr.main.sql_executions e
      JOIN _gizmosql_instr.main.sql_statements st USING (statement_id)
      JOIN _gizmosql_instr.main.sessions s USING (session_id)
    )
    ${sameRows}`,
  active_sessions: `
    WITH by_view AS (SELECT session_id, username, role, start_time, status FROM _gizmosql_instr.main.active_sessions),
    by_tables AS (
      SELECT session_id, username, role, start_time, status FROM _gizmosql_instr.main.sessions WHERE status = 'active'
    )
    ${sameRows}`,
} as const;

/** After any script, the query that compares a view with the tables answers with one row of true values. */
export function viewAgrees(world: World, view: keyof typeof viewComparisons): Property<Script> {
  return {
    name: `view: ${view}`,
    cases: scripts,
    show: showScript,
    // The model is not used: the view is compared with the tables as they are.
    check: (script) => play(world, script, {}, () => mustAgreeWithTables(world, view)),
  };
}

/** Waits until all values of the query that compares the view with the tables are true. */
export async function mustAgreeWithTables(
  world: World,
  view: keyof typeof viewComparisons,
): Promise<void> {
  const sql = viewComparisons[view];
  const wait = {
    promised: `${view} says what the tables say`,
    sent: sql,
    look: async () => (await world.look(sql)).rows,
    judge: (rows: Awaited<ReturnType<World['look']>>['rows']) =>
      rows.length === 1 && rows[0]?.every((value) => value === true) === true
        ? undefined
        : printRows(rows),
  };
  await becomes(wait, world.visibilityMs);
}
