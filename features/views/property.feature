Feature: Whatever the tables have, the views say the same
  Generated scripts of several sessions; the setting `property-runs` says how many.

  @view.session_stats
  @needs:roles
  Scenario: session_stats counts what any generated script did
    Then the view "session_stats" agrees with the tables after each generated script, by:
      """
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
      SELECT (SELECT count(*) FROM (FROM by_view EXCEPT ALL FROM by_tables)) = 0,
        (SELECT count(*) FROM (FROM by_tables EXCEPT ALL FROM by_view)) = 0,
        (SELECT count(*) FROM by_tables) > 0,
        (SELECT bool_and(successful_executions + failed_executions <= total_executions AND failed_executions >= 0)
          FROM _gizmosql_instr.main.session_stats)
      """

  @view.session_activity
  @needs:roles
  Scenario: session_activity has what any generated script executed
    Then the view "session_activity" agrees with the tables after each generated script, by:
      """
      WITH by_view AS (
        SELECT username, execution_start_time FROM _gizmosql_instr.main.session_activity
        WHERE execution_start_time IS NOT NULL
      ), by_tables AS (
        SELECT s.username, e.execution_start_time
        FROM _gizmosql_instr.main.sql_executions e
        JOIN _gizmosql_instr.main.sql_statements st USING (statement_id)
        JOIN _gizmosql_instr.main.sessions s USING (session_id)
      )
      SELECT (SELECT count(*) FROM (FROM by_view EXCEPT ALL FROM by_tables)) = 0,
        (SELECT count(*) FROM (FROM by_tables EXCEPT ALL FROM by_view)) = 0,
        (SELECT count(*) FROM by_tables) > 0
      """

  @view.execution_details
  @needs:roles
  Scenario: execution_details has what any generated script executed
    Then the view "execution_details" agrees with the tables after each generated script, by:
      """
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
      SELECT (SELECT count(*) FROM (FROM by_view EXCEPT ALL FROM by_tables)) = 0,
        (SELECT count(*) FROM (FROM by_tables EXCEPT ALL FROM by_view)) = 0,
        (SELECT count(*) FROM by_tables) > 0
      """

  @view.active_sessions.rows
  @needs:roles
  Scenario: active_sessions has the sessions that any generated script left active
    Then the view "active_sessions" agrees with the tables after each generated script, by:
      """
      WITH by_view AS (SELECT session_id, username, role, start_time, status FROM _gizmosql_instr.main.active_sessions),
      by_tables AS (
        SELECT session_id, username, role, start_time, status FROM _gizmosql_instr.main.sessions WHERE status = 'active'
      )
      SELECT (SELECT count(*) FROM (FROM by_view EXCEPT ALL FROM by_tables)) = 0,
        (SELECT count(*) FROM (FROM by_tables EXCEPT ALL FROM by_view)) = 0,
        (SELECT count(*) FROM by_tables) > 0
      """
