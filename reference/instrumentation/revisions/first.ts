import type { InstrumentationTable, StoryTable } from '../instrumentation-table.js';
import { recordedError } from '../recordable.js';
import type { ExecutionStory, InstanceStory, SessionStory, StatementStory } from '../records.js';
import type { Revision, RevisionTables, Views } from '../revision.js';
import { viewColumns } from '../view-columns.js';

/** The error that is recorded for rows that a crash left open, as SQL. */
const crashed = "'Server shutdown unexpectedly'";

const endAfterCrash = (now: string) => `greatest(execution_start_time, ${now})`;

const instances: StoryTable<InstanceStory> = {
  name: 'instances',
  open: "status = 'running'",
  columns: [
    { name: 'instance_id', type: 'UUID', started: (told) => told.instanceId },
    { name: 'gizmosql_version', type: 'VARCHAR', started: (told) => told.gizmosqlVersion },
    { name: 'gizmosql_edition', type: 'VARCHAR', started: (told) => told.gizmosqlEdition },
    { name: 'duckdb_version', type: 'VARCHAR', started: (told) => told.duckdbVersion },
    { name: 'arrow_version', type: 'VARCHAR', started: (told) => told.arrowVersion },
    { name: 'hostname', type: 'VARCHAR', started: (told) => told.hostname },
    { name: 'hostname_arg', type: 'VARCHAR', started: (told) => told.hostnameArg },
    { name: 'server_ip', type: 'VARCHAR', started: (told) => told.serverIp },
    { name: 'port', type: 'INTEGER', started: (told) => told.port },
    { name: 'database_path', type: 'VARCHAR', started: (told) => told.databasePath },
    { name: 'tls_enabled', type: 'BOOLEAN', started: (told) => told.tlsEnabled },
    { name: 'tls_cert_path', type: 'VARCHAR', started: (told) => told.tlsCertPath },
    { name: 'tls_key_path', type: 'VARCHAR', started: (told) => told.tlsKeyPath },
    { name: 'mtls_required', type: 'BOOLEAN', started: (told) => told.mtlsRequired },
    { name: 'mtls_ca_cert_path', type: 'VARCHAR', started: (told) => told.mtlsCaCertPath },
    { name: 'readonly', type: 'BOOLEAN', started: (told) => told.readonly },
    { name: 'os_platform', type: 'VARCHAR', started: (told) => told.osPlatform },
    { name: 'os_name', type: 'VARCHAR', started: (told) => told.osName },
    { name: 'os_version', type: 'VARCHAR', started: (told) => told.osVersion },
    { name: 'cpu_arch', type: 'VARCHAR', started: (told) => told.cpuArch },
    { name: 'cpu_model', type: 'VARCHAR', started: (told) => told.cpuModel },
    { name: 'cpu_count', type: 'INTEGER', started: (told) => told.cpuCount },
    { name: 'memory_total_bytes', type: 'BIGINT', started: (told) => told.memoryTotalBytes },
    { name: 'start_time', type: 'TIMESTAMP', started: (told) => told.startTime },
    {
      name: 'stop_time',
      type: 'TIMESTAMP',
      stopped: (told) => told.stopTime,
      recovered: (now) => `greatest(start_time, ${now})`,
    },
    {
      name: 'status',
      type: 'VARCHAR',
      started: () => 'running',
      stopped: () => 'stopped',
      recovered: () => `'stopped'`,
    },
    {
      name: 'stop_reason',
      type: 'VARCHAR',
      stopped: (told) => told.reason,
      recovered: () => `'unclean_shutdown'`,
    },
  ],
};

const sessions: StoryTable<SessionStory> = {
  name: 'sessions',
  open: "status = 'active'",
  columns: [
    { name: 'session_id', type: 'UUID', opened: (told) => told.sessionId },
    { name: 'instance_id', type: 'UUID', opened: (told) => told.instanceId },
    { name: 'username', type: 'VARCHAR', opened: (told) => told.username },
    { name: 'role', type: 'VARCHAR', opened: (told) => told.role },
    { name: 'auth_method', type: 'VARCHAR', opened: (told) => told.authMethod },
    { name: 'peer', type: 'VARCHAR', opened: (told) => told.peer },
    { name: 'peer_identity', type: 'VARCHAR', opened: (told) => told.peerIdentity },
    { name: 'user_agent', type: 'VARCHAR', opened: (told) => told.userAgent },
    { name: 'connection_protocol', type: 'VARCHAR', opened: (told) => told.connectionProtocol },
    { name: 'start_time', type: 'TIMESTAMP', opened: (told) => told.startTime },
    {
      name: 'stop_time',
      type: 'TIMESTAMP',
      ended: (told) => told.stopTime,
      recovered: (now) => `greatest(start_time, ${now})`,
    },
    {
      name: 'status',
      type: 'VARCHAR',
      opened: () => 'active',
      ended: (told) => told.status,
      recovered: () => `'closed'`,
    },
    {
      name: 'stop_reason',
      type: 'VARCHAR',
      ended: (told) => told.reason,
      recovered: () => `'unclean_shutdown'`,
    },
  ],
};

const sqlStatements: StoryTable<StatementStory> = {
  name: 'sql_statements',
  open: 'prepare_success IS NULL',
  columns: [
    { name: 'statement_id', type: 'UUID', received: (told) => told.statementId },
    { name: 'session_id', type: 'UUID', received: (told) => told.sessionId },
    {
      name: 'sql_text',
      type: 'VARCHAR',
      received: (told) => told.sqlText,
      prepared: (told) => told.sqlText,
    },
    { name: 'flight_method', type: 'VARCHAR', received: (told) => told.flightMethod },
    { name: 'is_internal', type: 'BOOLEAN', received: (told) => told.isInternal },
    {
      name: 'prepare_success',
      type: 'BOOLEAN',
      prepared: ({ prepareError }) => prepareError === null,
      recovered: () => 'false',
    },
    {
      name: 'prepare_error',
      type: 'VARCHAR',
      prepared: ({ prepareError }) => recordedError(prepareError),
      recovered: () => crashed,
    },
    { name: 'created_time', type: 'TIMESTAMP', received: (told) => told.createdTime },
  ],
};

const sqlExecutions: StoryTable<ExecutionStory> = {
  name: 'sql_executions',
  open: "status = 'executing'",
  columns: [
    { name: 'execution_id', type: 'UUID', started: (told) => told.executionId },
    { name: 'statement_id', type: 'UUID', started: (told) => told.statementId },
    { name: 'bind_parameters', type: 'VARCHAR', started: (told) => told.bindParameters },
    { name: 'execution_start_time', type: 'TIMESTAMP', started: ({ startTime }) => startTime },
    {
      name: 'execution_end_time',
      type: 'TIMESTAMP',
      finished: (told) => told.endTime,
      recovered: endAfterCrash,
    },
    {
      name: 'rows_fetched',
      type: 'BIGINT',
      started: () => 0,
      finished: (told) => told.rowsFetched,
    },
    {
      name: 'status',
      type: 'VARCHAR',
      started: () => 'executing',
      finished: (told) => told.status,
      recovered: () => `'error'`,
    },
    {
      name: 'error_message',
      type: 'VARCHAR',
      finished: ({ errorMessage }) => recordedError(errorMessage),
      recovered: () => crashed,
    },
    {
      name: 'duration_ms',
      type: 'BIGINT',
      finished: (told) => told.durationMs,
      recovered: (now) =>
        `(epoch_us(${endAfterCrash(now)}) - epoch_us(execution_start_time)) // 1000`,
    },
  ],
};

/**
 * The query of active_sessions: sixteen columns, and then `last`, SQL over the session `s` and the instance
 * `i`. `other` lists further columns of sessions that are not among the sixteen.
 */
export function activeSessions(
  sessions: InstrumentationTable,
  { other = [], last }: { readonly other?: readonly string[]; readonly last: readonly string[] },
): string {
  const except = ['stop_time', 'stop_reason', ...other];
  return `
      SELECT ${viewColumns('s', sessions, { except })},
             i.hostname, i.hostname_arg, i.server_ip, i.port, i.database_path,
             ${last.join(', ')}
      FROM sessions s JOIN instances i USING (instance_id)
      WHERE s.status = 'active'`;
}

/** The column of active_sessions that its name says. */
export const sessionDuration = `system.main.subtract(system.main.epoch(system.main.now()),
                                  system.main.epoch(s.start_time)) AS session_duration_seconds`;

/** The query of session_activity; `more` are further columns of instances. */
export function sessionActivity(
  { sessions: s, sql_statements: st, sql_executions: e }: RevisionTables,
  more: readonly string[] = [],
): string {
  const shown = ['gizmosql_version', 'gizmosql_edition', 'hostname', 'server_ip', 'port'];
  const ofInstance = ['instance_id', ...shown, 'database_path', ...more];
  return `
      SELECT ${ofInstance.map((name) => `i.${name}`).join(', ')},
             ${viewColumns('s', s, { except: ['instance_id'], as: inSession })},
             ${viewColumns('st', st, { except: ['session_id'] })},
             ${viewColumns('e', e, { except: ['statement_id'], as: { status: 'execution_status' } })}
      FROM sessions s
      JOIN instances i USING (instance_id)
      LEFT JOIN sql_statements st ON st.session_id = s.session_id
      LEFT JOIN sql_executions e ON e.statement_id = st.statement_id`;
}

/**
 * The queries of the views. They call functions by their full names, because a client may create macros of
 * the same names.
 */
function viewsOf(tables: RevisionTables): Views {
  const { sessions } = tables;
  return {
    active_sessions: activeSessions(sessions, { last: [sessionDuration] }),
    session_activity: sessionActivity(tables),
    session_stats: `
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
    execution_details: executionDetails(tables),
  };
}

/** The query of execution_details; `more` is SQL of further columns, over the execution `e`. */
export function executionDetails(
  { sql_executions: e }: RevisionTables,
  more: readonly string[] = [],
): string {
  const shown = ['st.flight_method', 'st.is_internal', 's.session_id', 's.instance_id'];
  return `
      SELECT e.execution_id, e.statement_id, st.sql_text,
             ${viewColumns('e', e, { except: ['execution_id', 'statement_id'], last: ['status', 'error_message'] })},
             ${[...shown, 's.username', 's.role', 's.peer', ...more].join(', ')}
      FROM sql_executions e
      JOIN sql_statements st USING (statement_id)
      JOIN sessions s USING (session_id)`;
}

const inSession = {
  start_time: 'session_start_time',
  stop_time: 'session_stop_time',
  status: 'session_status',
  stop_reason: 'session_stop_reason',
};

const tables: RevisionTables = {
  instances,
  sessions,
  sql_statements: sqlStatements,
  sql_executions: sqlExecutions,
};

/** The revision of GizmoSQL 1.17, the first. */
export const first: Revision = {
  since: '1.17',
  tables,
  views: viewsOf(tables),
  viewsOf,
  deprecatedStores: [],
  functions: [
    'GIZMOSQL_VERSION',
    'GIZMOSQL_CURRENT_SESSION',
    'GIZMOSQL_CURRENT_INSTANCE',
    'GIZMOSQL_USER',
    'GIZMOSQL_ROLE',
    // Its releases have this one although their specification does not name it yet.
    'GIZMOSQL_EDITION',
  ],
};
