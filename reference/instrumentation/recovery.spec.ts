import { describe, expect, it } from 'vitest';
import { recoverStaleRecords } from './recovery.js';
import { first } from './revisions/first.js';
import { useTables } from './tables-fixture.js';

const used = useTables({ key: true });

describe('recoverStaleRecords', () => {
  it('completes what was left open, and nothing else', async () => {
    const at = (micros: number) => `make_timestamp(${micros})`;
    await used.connection.execute(`
      INSERT INTO instances (instance_id, start_time, stop_time, status, stop_reason) VALUES
        (uuid(), ${at(1000)}, NULL, 'running', NULL),
        (uuid(), ${at(2000)}, ${at(3000)}, 'stopped', 'graceful'),
        (uuid(), ${at(9_000_000)}, NULL, 'running', NULL);
      INSERT INTO sessions (session_id, start_time, stop_time, status, stop_reason) VALUES
        (uuid(), ${at(1000)}, NULL, 'active', NULL),
        (uuid(), ${at(2000)}, ${at(3000)}, 'killed', 'Killed by x');
      INSERT INTO sql_statements (statement_id, created_time, prepare_success, prepare_error) VALUES
        (uuid(), ${at(1000)}, NULL, NULL),
        (uuid(), ${at(2000)}, true, NULL),
        (uuid(), ${at(3000)}, false, 'no such table');
      INSERT INTO sql_executions
        (execution_id, execution_start_time, execution_end_time, rows_fetched, status, duration_ms) VALUES
        (uuid(), ${at(1000)}, NULL, 7, 'executing', NULL),
        (uuid(), ${at(2000)}, ${at(3000)}, 1, 'success', 1)`);
    await recoverStaleRecords(used.connection, 5_000_999n, first);
    expect(
      await used.connection.rows(
        'SELECT status, stop_reason, epoch_us(stop_time) FROM instances ORDER BY start_time',
      ),
    ).toEqual([
      ['stopped', 'unclean_shutdown', 5_000_999n],
      ['stopped', 'graceful', 3000n],
      // A clock set back must not make it stop before it started.
      ['stopped', 'unclean_shutdown', 9_000_000n],
    ]);
    expect(
      await used.connection.rows(
        'SELECT status, stop_reason, epoch_us(stop_time) FROM sessions ORDER BY start_time',
      ),
    ).toEqual([
      ['closed', 'unclean_shutdown', 5_000_999n],
      ['killed', 'Killed by x', 3000n],
    ]);
    expect(
      await used.connection.rows(
        'SELECT prepare_success, prepare_error FROM sql_statements ORDER BY created_time',
      ),
    ).toEqual([
      [false, 'Server shutdown unexpectedly'],
      [true, null],
      [false, 'no such table'],
    ]);
    expect(
      await used.connection.rows(
        `SELECT status, error_message, epoch_us(execution_end_time), rows_fetched, duration_ms
         FROM sql_executions ORDER BY execution_start_time`,
      ),
    ).toEqual([
      ['error', 'Server shutdown unexpectedly', 5_000_999n, 7n, 4999n],
      ['success', null, 3000n, 1n, 1n],
    ]);
    // Others see it, too: it is not in a transaction that is still open.
    const other = await used.database.connect();
    expect(await other.rows(`SELECT count(*) FROM sessions WHERE status = 'active'`)).toEqual([
      [0n],
    ]);
    other.close();
  });
});
