/**
 * The convenience views by name, as statements that make each of them unless it is there. Functions
 * are named in full, or macros of the same names, made by anybody, would be taken for them.
 */
export const createViews = {
  active_sessions: `CREATE VIEW IF NOT EXISTS active_sessions AS
   SELECT s.session_id, s.instance_id, s.username, s.role, s.auth_method, s.peer, s.peer_identity,
          s.user_agent, s.connection_protocol, s.start_time, s.status,
          i.hostname, i.hostname_arg, i.server_ip, i.port, i.database_path,
          system.main.subtract(system.main.epoch(system.main.now()),
                               system.main.epoch(s.start_time)) AS session_duration_seconds
   FROM sessions s JOIN instances i USING (instance_id)
   WHERE s.status = 'active'`,
  session_activity: `CREATE VIEW IF NOT EXISTS session_activity AS
   SELECT i.instance_id, i.gizmosql_version, i.gizmosql_edition, i.hostname, i.server_ip, i.port,
          i.database_path, s.session_id, s.username, s.role, s.auth_method, s.peer, s.peer_identity,
          s.user_agent, s.connection_protocol, s.start_time AS session_start_time,
          s.stop_time AS session_stop_time, s.status AS session_status, s.stop_reason AS session_stop_reason,
          st.statement_id, st.sql_text, st.flight_method, st.is_internal, st.prepare_success,
          st.prepare_error, st.created_time, e.execution_id, e.bind_parameters,
          e.execution_start_time, e.execution_end_time, e.rows_fetched,
          e.status AS execution_status, e.error_message, e.duration_ms
   FROM sessions s
   JOIN instances i USING (instance_id)
   LEFT JOIN sql_statements st ON st.session_id = s.session_id
   LEFT JOIN sql_executions e ON e.statement_id = st.statement_id`,
  session_stats: `CREATE VIEW IF NOT EXISTS session_stats AS
   SELECT s.session_id, s.username, s.role, s.status, s.start_time, s.stop_time,
          system.main.count(DISTINCT st.statement_id) AS total_statements,
          system.main.count(e.execution_id) AS total_executions,
          system.main.count(e.execution_id) FILTER (e.status = 'success') AS successful_executions,
          system.main.count(e.execution_id) FILTER (e.status = 'error') AS failed_executions,
          coalesce(system.main.sum(e.rows_fetched), 0)::BIGINT AS total_rows_fetched,
          system.main.avg(e.duration_ms) AS avg_duration_ms
   FROM sessions s
   LEFT JOIN sql_statements st ON st.session_id = s.session_id
   LEFT JOIN sql_executions e ON e.statement_id = st.statement_id
   GROUP BY ALL`,
  execution_details: `CREATE VIEW IF NOT EXISTS execution_details AS
   SELECT e.execution_id, e.statement_id, st.sql_text, e.bind_parameters, e.execution_start_time,
          e.execution_end_time, e.rows_fetched, e.duration_ms, e.status, e.error_message,
          st.flight_method, st.is_internal, s.session_id, s.instance_id, s.username, s.role, s.peer
   FROM sql_executions e
   JOIN sql_statements st USING (statement_id)
   JOIN sessions s USING (session_id)`,
} as const;
