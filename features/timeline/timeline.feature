Feature: The timeline of an execution
  The engine's time and the delivery are told apart, from the revision 1.34 on: enqueue_time,
  execution_start_time, execution_end_time, fetch_end_time, cursor_close_time.

  @sql_executions.fetch_start_time
  @sql_executions.fetch_end_time
  @sql_executions.cursor_close_time
  @sql_executions.total_duration_ms
  Scenario Outline: A result that was read has all of them, by <door>
    Given a session "alice" as admin
    When "alice" executes by <door>:
      """
      SELECT range AS number, 'text' AS text FROM range(5000)
      """
    Then the column "fetch_start_time" of "sql_executions" has the documented type
    And the column "fetch_end_time" of "sql_executions" has the documented type
    And the column "cursor_close_time" of "sql_executions" has the documented type
    And the column "total_duration_ms" of "sql_executions" has the documented type
    And the executions of "alice" are recorded as:
      | status    | fetch_start_time | fetch_end_time | cursor_close_time | total_duration_ms |
      | 'success' | a timestamp      | a timestamp    | a timestamp       | >= 0              |

    Examples:
      | door             |
      | a query          |
      | a prepared query |

  # The times are finer than the duration.
  @sql_executions.fetch_end_time
  @sql_executions.total_duration_ms
  Scenario: fetch_end_time is execution_start_time and total_duration_ms together
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "alice" executes by a query, line by line:
      """
      SELECT 'fast'
      SELECT range AS number, repeat('x', 50) AS text FROM range(20000)
      SELECT count(*) AS slow FROM range(50000000) t (i) WHERE hash(i) % 7 = 3
      """
    Then every execution of "alice" is recorded with:
      | status            | 'success'   |
      | fetch_end_time    | a timestamp |
      | total_duration_ms | >= 0        |
    When "auditor" executes:
      """
      SELECT count(*) AS executions, bool_and(abs(epoch_us(fetch_end_time) - epoch_us(execution_start_time) - 1000 * total_duration_ms) <= 1000) AS agrees,
        bool_and(total_duration_ms >= duration_ms) AS whole, bool_and(fetch_end_time >= execution_end_time) AS later
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text NOT LIKE '%housekeeping%'
      """
    Then the rows are:
      | executions | agrees | whole | later |
      | 3          | true   | true  | true  |

  @sql_executions.fetch_start_time
  Scenario: fetch_start_time is NULL if no batch went to the client
    Given a session "alice" as admin
    And "alice" executes by an update:
      """
      CREATE TEMP TABLE numbers (number INTEGER)
      """
    And "alice" executes by an update:
      """
      INSERT INTO numbers SELECT range FROM range(10)
      """
    When "alice" tries to execute:
      """
      SELECT CAST('no number ' || number AS INTEGER) FROM numbers
      """
    Then the executions of "alice" are recorded as:
      | status    | fetch_start_time | total_duration_ms |
      | 'success' | NULL             | >= 0              |
      | 'success' | NULL             | >= 0              |
      | 'error'   | NULL             | >= 0              |

  @timeline.order
  @sql_executions.execution_end_time
  @sql_executions.cursor_close_time
  @since:1.34
  Scenario: The times of whatever a session executes are in order
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "alice" executes by an update:
      """
      CREATE TEMP TABLE numbers (number INTEGER)
      """
    And "alice" executes by a query, line by line:
      """
      SELECT 1
      SELECT range AS number, repeat('x', 50) AS text FROM range(30000)
      SELECT count(*) FROM range(20000000) t (i) WHERE hash(i) % 7 = 3
      """
    And "alice" prepares:
      """
      SELECT range FROM range(3000)
      """
    And "alice" executes the prepared statement 3 times
    And "alice" closes the prepared statement
    When "alice" tries to execute:
      """
      SELECT CAST('no number ' || range AS INTEGER) FROM range(3)
      """
    And "alice" closes a result after 10 rows:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(100000)
      """
    And "alice" closes its session
    Then every execution of "alice" is recorded with:
      | execution_start_time | a timestamp |
      | execution_end_time   | a timestamp |
      | fetch_end_time       | a timestamp |
      | cursor_close_time    | a timestamp |
    When "auditor" executes:
      """
      SELECT count(*) AS executions, bool_and(enqueue_time IS NULL OR enqueue_time <= execution_start_time) AS queued,
        bool_and(execution_start_time <= execution_end_time) AS engine, bool_and(execution_end_time <= fetch_end_time) AS fetched,
        bool_and(fetch_end_time <= cursor_close_time) AS closed,
        bool_and(fetch_start_time IS NULL OR fetch_start_time BETWEEN execution_start_time AND fetch_end_time) AS first_batch
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text NOT LIKE '%housekeeping%'
      """
    Then the rows are:
      | executions | queued | engine | fetched | closed | first_batch |
      | 9          | true   | true   | true    | true   | true        |

  @timeline.slow-reader
  @sql_executions.duration_ms
  @sql_executions.execution_end_time
  @sql_executions.total_duration_ms
  @sql_executions.fetch_end_time
  @since:1.34
  Scenario: A client that reads slowly lengthens the delivery, and not the engine's time
    Given a session "alice" as admin
    And a session "auditor" as admin
    # Some 66 MB in many messages: more than clients and servers buffer.
    And "alice" starts executing:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(600000)
      """
    When "alice" reads what is left of it slowly, 600000 rows in all
    Then the executions of "alice" are recorded as:
      | status    | fetch_end_time | rows_fetched |
      | 'success' | a timestamp    | 600000       |
    # Reading takes at least 2 seconds.
    When "auditor" executes:
      """
      SELECT total_duration_ms >= 1900 AS delivery_is_long, duration_ms <= total_duration_ms - 300 AS engine_is_short,
        epoch_ms(fetch_end_time) - epoch_ms(execution_end_time) >= 300 AS ends_apart
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text NOT LIKE '%housekeeping%'
      """
    Then the rows are:
      | delivery_is_long | engine_is_short | ends_apart |
      | true             | true            | true       |

  @timeline.slow-reader
  @sql_executions.duration_ms
  @since:1.34
  Scenario: A client that reads slowly does not lengthen the engine's time of a prepared statement either
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "alice" prepares:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(600000)
      """
    And "alice" starts executing the prepared statement
    When "alice" reads what is left of it slowly, 600000 rows in all
    And "auditor" executes:
      """
      SELECT total_duration_ms >= 1900 AS delivery_is_long, duration_ms <= total_duration_ms - 300 AS engine_is_short
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text NOT LIKE '%housekeeping%'
      """
    Then within the visibility time the rows are:
      | delivery_is_long | engine_is_short |
      | true             | true            |

  # Between the end of one execution and that of the next there was a rest of a second, most of which neither has.
  @sql_executions.duration_ms
  @sql_executions.total_duration_ms
  @since:1.34
  Scenario: The time of a statement that is executed again begins anew
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "alice" prepares:
      """
      SELECT 'again'
      """
    And "alice" executes the prepared statement
    And "alice" does nothing for 1000 ms
    When "alice" executes the prepared statement
    And "auditor" executes:
      """
      SELECT count(*) AS executions, bool_and(duration_ms <= after_last - 300) AS engine,
        bool_and(total_duration_ms <= after_last - 300) AS delivery
      FROM (
        SELECT duration_ms, total_duration_ms,
          epoch_ms(fetch_end_time) - lag(epoch_ms(fetch_end_time)) OVER (ORDER BY execution_end_time) AS after_last
        FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
        WHERE session_id = '${alice}' AND sql_text NOT LIKE '%housekeeping%'
      )
      """
    Then within the visibility time the rows are:
      | executions | engine | delivery |
      | 2          | true   | true     |

  @timeline.idle-cursor
  @sql_executions.cursor_close_time
  @sql_executions.total_duration_ms
  Scenario: A client that keeps a statement after reading its rows lengthens only the time until it lets go
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "alice" prepares:
      """
      SELECT range AS number FROM range(100)
      """
    When "alice" executes the prepared statement
    Then the executions of "alice" are recorded, while it is busy, as:
      | status    | fetch_end_time |
      | 'success' | a timestamp    |
    When "alice" does nothing for 1500 ms
    And "alice" closes the prepared statement
    Then the executions of "alice" are recorded as:
      | status    | cursor_close_time |
      | 'success' | a timestamp       |
    When "auditor" executes:
      """
      SELECT epoch_ms(cursor_close_time) - epoch_ms(fetch_end_time) >= 1400 AS idle,
        epoch_ms(cursor_close_time) - epoch_ms(execution_start_time) - total_duration_ms >= 1400 AS not_in_the_whole,
        epoch_ms(cursor_close_time) - epoch_ms(execution_start_time) - duration_ms >= 1400 AS not_in_the_engine
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text NOT LIKE '%housekeeping%'
      """
    Then the rows are:
      | idle | not_in_the_whole | not_in_the_engine |
      | true | true             | true              |

  @sql_executions.cursor_close_time
  Scenario: A statement that is never closed is let go of when its session ends
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT range AS number FROM range(100)
      """
    When "alice" executes the prepared statement
    And "alice" closes its session
    Then the executions of "alice" are recorded as:
      | status    | cursor_close_time |
      | 'success' | a timestamp       |
