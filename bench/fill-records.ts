import type { Connection } from '../reference/engine/connection.js';
import { Database } from '../reference/engine/database.js';
import { newest } from '../reference/instrumentation/revisions/all.js';
import { attachRecordsFile } from '../reference/instrumentation/stores/file-store.js';

/** The contents of an instrumentation file on which a server then starts. */
export interface History {
  /** The number of statements, each executed once, a thousand in each session. */
  readonly statements: number;
  /** True if all of them have ended; false as after a crash, when all of them are still open. */
  readonly complete: boolean;
}

/** Creates an instrumentation file like that of a server with this history. */
export async function fillRecords(path: string, { statements, complete }: History): Promise<void> {
  const database = await Database.open({ path: null, readonly: false });
  const connection = await database.connect();
  try {
    await attachRecordsFile(connection, path, newest);
    const status = complete
      ? { instance: 'stopped', session: 'closed', execution: 'success' }
      : { instance: 'running', session: 'active', execution: 'executing' };
    await insertRecords(connection, statements, status, complete);
    await connection.execute('CHECKPOINT _gizmosql_instr');
  } finally {
    connection.close();
    database.close();
  }
}

async function insertRecords(
  connection: Connection,
  statements: number,
  status: Readonly<Record<'instance' | 'session' | 'execution', string>>,
  ended: boolean,
): Promise<void> {
  const time = (seconds: string) =>
    `TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (${seconds}) MILLISECOND`;
  // Ids are derived from a number, so that the rows can refer to one another.
  const id = (of: string, number: string) => `md5('${of}' || (${number}))::UUID`;
  const end = (value: string) => (ended ? value : 'NULL');
  await connection.execute(`INSERT INTO instances BY NAME
    SELECT ${id('instance', '0')} AS instance_id, ${time('0')} AS start_time,
           ${end(time('1'))} AS stop_time, '${status.instance}' AS status`);
  await connection.execute(`INSERT INTO sessions BY NAME
    SELECT ${id('session', 'i')} AS session_id, ${id('instance', '0')} AS instance_id,
           'somebody' AS username, 'user' AS role, ${time('i * 1000')} AS start_time,
           ${end(time('i * 1000 + 999'))} AS stop_time, '${status.session}' AS status
    FROM range(${Math.ceil(statements / 1000)}) t(i)`);
  await connection.execute(`INSERT INTO sql_statements BY NAME
    SELECT ${id('statement', 'i')} AS statement_id, ${id('session', 'i // 1000')} AS session_id,
           'SELECT ' || i AS sql_text, 'DoGetStatement' AS flight_method, false AS is_internal,
           true AS prepare_success, ${time('i')} AS created_time
    FROM range(${statements}) t(i)`);
  await connection.execute(`INSERT INTO sql_executions BY NAME
    SELECT ${id('execution', 'i')} AS execution_id, ${id('statement', 'i')} AS statement_id,
           ${time('i')} AS execution_start_time, ${end(time('i + 1'))} AS execution_end_time,
           1 AS rows_fetched, '${status.execution}' AS status, ${end('1')} AS duration_ms
    FROM range(${statements}) t(i)`);
}
