import type { Connection } from '../engine/connection.js';

/**
 * Completes what a server that ended without a graceful stop left open. The
 * file belongs to one server at a time, so at start nothing in it can be
 * running. Complete records are not touched.
 */
export async function recoverStaleRecords(connection: Connection, now: bigint): Promise<void> {
  const stopped = `make_timestamp(${now})`;
  await connection.execute('BEGIN');
  await connection.execute(
    `UPDATE instances SET status = 'stopped', stop_reason = 'unclean_shutdown',
            stop_time = greatest(start_time, ${stopped})
     WHERE status = 'running'`,
  );
  await connection.execute(
    `UPDATE sessions SET status = 'closed', stop_reason = 'unclean_shutdown',
            stop_time = greatest(start_time, ${stopped})
     WHERE status = 'active'`,
  );
  // Received, and perhaps what ended the server while it was parsed.
  await connection.execute(
    `UPDATE sql_statements SET prepare_success = false, prepare_error = 'Server shutdown unexpectedly'
     WHERE prepare_success IS NULL`,
  );
  await connection.execute(
    `UPDATE sql_executions SET status = 'error', error_message = 'Server shutdown unexpectedly',
            execution_end_time = greatest(execution_start_time, ${stopped}),
            duration_ms = (epoch_us(greatest(execution_start_time, ${stopped}))
                           - epoch_us(execution_start_time)) // 1000
     WHERE status = 'executing'`,
  );
  await connection.execute('COMMIT');
}
