Feature: Statements that wait for a slot
  With a limit of concurrent statements others wait, and the records show it, from the revision
  1.27 on. Admins pass the queue, so here users wait.

  Background:
    Given a lent server with:
      | concurrent statements | 1 |

  @sql_executions.enqueue_time
  @sql_executions.status
  @since:1.27
  @needs:start
  @needs:queue
  @needs:roles
  Scenario: A statement is 'queued' while another has the slot, then it is executed
    Given a session "alice" as user
    And a session "bob" as user
    And a session "auditor" as admin
    And "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the column "enqueue_time" of "sql_executions" has the documented type
    And the executions of "alice" are recorded, while it is busy, as:
      | status      | enqueue_time |
      | 'executing' | NULL         |
    When "bob" starts executing:
      """
      SELECT 'bob waits'
      """
    Then the executions of "bob" are recorded, while it is busy, as:
      | status   | enqueue_time | execution_end_time |
      | 'queued' | a timestamp  | NULL               |
    When "auditor" kills the session of "alice"
    And "bob" reads what is left of it
    Then the executions of "bob" are recorded as:
      | status    | enqueue_time | execution_start_time | rows_fetched |
      | 'success' | a timestamp  | a timestamp          | 1            |
    When "auditor" executes:
      """
      SELECT enqueue_time < execution_start_time AS waited FROM _gizmosql_instr.main.sql_executions
      JOIN _gizmosql_instr.main.sql_statements USING (statement_id) WHERE session_id = '${bob}' AND sql_text NOT LIKE '%housekeeping%'
      """
    Then the rows are:
      | waited |
      | true   |

  @sql_executions.enqueue_time
  @needs:start
  @needs:queue
  @needs:roles
  Scenario: enqueue_time is NULL if a slot was free
    Given a session "alice" as user
    When "alice" executes:
      """
      SELECT 'at once'
      """
    And "alice" executes by a prepared query:
      """
      SELECT 'at once, too'
      """
    Then the executions of "alice" are recorded as:
      | status    | enqueue_time |
      | 'success' | NULL         |
      | 'success' | NULL         |

  # The one that waits is ended at once, not when a slot is free.
  @sql_executions.status
  @since:1.27
  @needs:start
  @needs:queue
  @needs:roles
  Scenario: What is killed while it waits is 'cancelled', while the other goes on
    Given a session "alice" as user
    And a session "bob" as user
    And a session "auditor" as admin
    And "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "alice" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    When "bob" starts executing:
      """
      SELECT 'bob never gets on'
      """
    Then the executions of "bob" are recorded, while it is busy, as:
      | status   |
      | 'queued' |
    When "auditor" kills the session of "bob"
    Then the executions of "bob" are recorded as:
      | status      | enqueue_time | rows_fetched |
      | 'cancelled' | a timestamp  | 0            |
    And the executions of "alice" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    When "auditor" kills the session of "alice"

  # What never had a slot may have some of these times or none.
  @timeline.order
  @needs:start
  @needs:queue
  @needs:roles
  Scenario: The times of what is killed while it waits are in order
    Given a session "alice" as user
    And a session "bob" as user
    And a session "auditor" as admin
    And "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "alice" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    When "bob" starts executing:
      """
      SELECT 'bob never gets on'
      """
    Then the executions of "bob" are recorded, while it is busy, as:
      | status   |
      | 'queued' |
    When "auditor" kills the session of "bob"
    Then the executions of "bob" are recorded as:
      | status      |
      | 'cancelled' |
    When "auditor" executes:
      """
      SELECT coalesce(enqueue_time <= execution_start_time, true) AS queued, coalesce(execution_start_time <= execution_end_time, true) AS engine,
        coalesce(enqueue_time <= execution_end_time, true) AS ended, coalesce(execution_end_time <= fetch_end_time, true) AS fetched,
        coalesce(fetch_end_time <= cursor_close_time, true) AS closed
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${bob}' AND enqueue_time IS NOT NULL
      """
    Then the rows are:
      | queued | engine | ended | fetched | closed |
      | true   | true   | true  | true    | true   |
    When "auditor" kills the session of "alice"

  @sql_executions.enqueue_time
  @sql_executions.status
  @since:1.27
  @needs:start
  @needs:queue
  @needs:roles
  Scenario: No late statement passes one that waits
    Given a session "alice" as user
    And a session "bob" as user
    And a session "carol" as user
    And a session "auditor" as admin
    And "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "alice" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    When "bob" starts executing:
      """
      SELECT count(*) AS first FROM range(1000000) t (i) WHERE hash(i) % 7 = 3
      """
    Then the executions of "bob" are recorded, while it is busy, as:
      | status   |
      | 'queued' |
    When "carol" starts executing:
      """
      SELECT 'second'
      """
    Then the executions of "carol" are recorded, while it is busy, as:
      | status   |
      | 'queued' |
    When "auditor" kills the session of "alice"
    And "bob" reads what is left of it
    And "carol" reads what is left of it
    Then the executions of "bob" are recorded as:
      | status    |
      | 'success' |
    And the executions of "carol" are recorded as:
      | status    |
      | 'success' |
    When "auditor" executes:
      """
      SELECT arg_min(session_id, enqueue_time)::VARCHAR AS first_in, arg_min(session_id, execution_start_time)::VARCHAR AS first_out
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id IN ('${bob}', '${carol}') AND enqueue_time IS NOT NULL
      """
    Then the rows are:
      | first_in | first_out |
      | '${bob}' | '${bob}'  |

  @timeline.queue-wait
  @timeline.order
  @needs:start
  @needs:queue
  @needs:roles
  Scenario: The wait is in neither duration
    Given a session "alice" as user
    And a session "bob" as user
    And a session "auditor" as admin
    And "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "alice" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    When "bob" starts executing:
      """
      SELECT 'bob waits'
      """
    Then the executions of "bob" are recorded, while it is busy, as:
      | status   |
      | 'queued' |
    When "auditor" does nothing for 2000 ms
    And "auditor" kills the session of "alice"
    And "bob" reads what is left of it
    Then the executions of "bob" are recorded as:
      | status    | fetch_end_time |
      | 'success' | a timestamp    |
    When "auditor" executes:
      """
      SELECT epoch_ms(execution_start_time) - epoch_ms(enqueue_time) >= 1900 AS waited,
        duration_ms < epoch_ms(execution_start_time) - epoch_ms(enqueue_time) AS not_in_the_engine,
        total_duration_ms < epoch_ms(execution_start_time) - epoch_ms(enqueue_time) AS not_in_the_whole,
        execution_start_time <= execution_end_time AND execution_end_time <= fetch_end_time AS in_order
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${bob}' AND sql_text NOT LIKE '%housekeeping%'
      """
    Then the rows are:
      | waited | not_in_the_engine | not_in_the_whole | in_order |
      | true   | true              | true             | true     |
