/** The types of the documented columns. */
export type ColumnType = 'UUID' | 'VARCHAR' | 'INTEGER' | 'BIGINT' | 'BOOLEAN' | 'TIMESTAMP';

type Column = readonly [name: string, type: ColumnType];

/** A table of the instrumentation database: its first column is its key. */
export interface InstrumentationTable {
  readonly name: string;
  /** Name and type, in order. */
  readonly columns: readonly [Column, ...Column[]];
}

export const instances: InstrumentationTable = {
  name: 'instances',
  columns: [
    ['instance_id', 'UUID'],
    ['gizmosql_version', 'VARCHAR'],
    ['gizmosql_edition', 'VARCHAR'],
    ['duckdb_version', 'VARCHAR'],
    ['arrow_version', 'VARCHAR'],
    ['hostname', 'VARCHAR'],
    ['hostname_arg', 'VARCHAR'],
    ['server_ip', 'VARCHAR'],
    ['port', 'INTEGER'],
    ['database_path', 'VARCHAR'],
    ['tls_enabled', 'BOOLEAN'],
    ['tls_cert_path', 'VARCHAR'],
    ['tls_key_path', 'VARCHAR'],
    ['mtls_required', 'BOOLEAN'],
    ['mtls_ca_cert_path', 'VARCHAR'],
    ['readonly', 'BOOLEAN'],
    ['os_platform', 'VARCHAR'],
    ['os_name', 'VARCHAR'],
    ['os_version', 'VARCHAR'],
    ['cpu_arch', 'VARCHAR'],
    ['cpu_model', 'VARCHAR'],
    ['cpu_count', 'INTEGER'],
    ['memory_total_bytes', 'BIGINT'],
    ['start_time', 'TIMESTAMP'],
    ['stop_time', 'TIMESTAMP'],
    ['status', 'VARCHAR'],
    ['stop_reason', 'VARCHAR'],
  ],
};

export const sessions: InstrumentationTable = {
  name: 'sessions',
  columns: [
    ['session_id', 'UUID'],
    ['instance_id', 'UUID'],
    ['username', 'VARCHAR'],
    ['role', 'VARCHAR'],
    ['auth_method', 'VARCHAR'],
    ['peer', 'VARCHAR'],
    ['peer_identity', 'VARCHAR'],
    ['user_agent', 'VARCHAR'],
    ['connection_protocol', 'VARCHAR'],
    ['start_time', 'TIMESTAMP'],
    ['stop_time', 'TIMESTAMP'],
    ['status', 'VARCHAR'],
    ['stop_reason', 'VARCHAR'],
  ],
};

export const sqlStatements: InstrumentationTable = {
  name: 'sql_statements',
  columns: [
    ['statement_id', 'UUID'],
    ['session_id', 'UUID'],
    ['sql_text', 'VARCHAR'],
    ['flight_method', 'VARCHAR'],
    ['is_internal', 'BOOLEAN'],
    ['prepare_success', 'BOOLEAN'],
    ['prepare_error', 'VARCHAR'],
    ['created_time', 'TIMESTAMP'],
  ],
};

export const sqlExecutions: InstrumentationTable = {
  name: 'sql_executions',
  columns: [
    ['execution_id', 'UUID'],
    ['statement_id', 'UUID'],
    ['bind_parameters', 'VARCHAR'],
    ['execution_start_time', 'TIMESTAMP'],
    ['execution_end_time', 'TIMESTAMP'],
    ['rows_fetched', 'BIGINT'],
    ['status', 'VARCHAR'],
    ['error_message', 'VARCHAR'],
    ['duration_ms', 'BIGINT'],
  ],
};

/** Referenced tables before those that refer to them. */
export const instrumentationTables = [instances, sessions, sqlStatements, sqlExecutions] as const;

/** Columns as one text, `name type, …`, to compare those of two tables. */
export function columnsText(columns: readonly (readonly unknown[])[]): string {
  return columns.map((column) => column.join(' ')).join(', ');
}

/** The statement that makes a table unless it is there, with its key where the catalog knows keys. */
export function createTable(
  { name, columns }: InstrumentationTable,
  { key }: { readonly key: boolean },
): string {
  const definitions = columns.map(
    ([column, type], i) => `${column} ${type}${i === 0 && key ? ' PRIMARY KEY' : ''}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${name} (${definitions.join(', ')})`;
}
