Feature: The view session_stats
  Each session's counts, sums and averages. Of its columns seven are documented; more are allowed.

  @view.session_stats
  Scenario: It has the documented columns
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT * FROM _gizmosql_instr.main.session_stats LIMIT 1
      """
    Then the columns include:
      | username              |
      | total_statements      |
      | total_executions      |
      | successful_executions |
      | failed_executions     |
      | total_rows_fetched    |
      | avg_duration_ms       |

  # The view has no documented session id, so each session has a user name of its own.
  @view.session_stats
  @needs:start
  @needs:roles
  Scenario: It counts what each session did
    Given a server of its own
    And a session "auditor" as admin
    And a silent session "alice" as user of the user "stats-alice"
    And a silent session "bob" as user of the user "stats-bob"
    And "alice" prepares:
      """
      SELECT range FROM range(?::BIGINT)
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | INTEGER |
      | 1       |
      | 0       |
      | 2500    |
    And "alice" prepares:
      """
      SELECT 'never executed'
      """
    When "alice" tries to prepare:
      """
      SELECT 'wrong' FROM no_such_table
      """
    Given "bob" prepares:
      """
      SELECT CAST(?::VARCHAR AS INTEGER) AS number
      """
    And "bob" executes the prepared statement once with each of the parameters:
      | VARCHAR |
      | '1'     |
      | '2'     |
    When "bob" tries to execute the prepared statement once with each of the parameters:
      | VARCHAR |
      | 'three' |
    Then it is refused
    When "auditor" executes:
      """
      SELECT username, total_statements, total_executions, successful_executions, failed_executions, total_rows_fetched
      FROM _gizmosql_instr.main.session_stats WHERE starts_with(username, 'stats-') ORDER BY username
      """
    Then within the visibility time the rows are:
      | username      | total_statements | total_executions | successful_executions | failed_executions | total_rows_fetched |
      | 'stats-alice' | 3                | 3                | 3                     | 0                 | 2501               |
      | 'stats-bob'   | 1                | 3                | 2                     | 1                 | 2                  |
    When "auditor" executes:
      """
      SELECT v.username, abs(v.avg_duration_ms - t.average) <= 0.51 AS the_average
      FROM _gizmosql_instr.main.session_stats v JOIN (
        SELECT s.username, avg(e.duration_ms) AS average
        FROM _gizmosql_instr.main.sessions s
        JOIN _gizmosql_instr.main.sql_statements st USING (session_id)
        JOIN _gizmosql_instr.main.sql_executions e USING (statement_id)
        GROUP BY s.username
      ) t USING (username)
      WHERE starts_with(v.username, 'stats-') ORDER BY v.username
      """
    Then the rows are:
      | username      | the_average |
      | 'stats-alice' | true        |
      | 'stats-bob'   | true        |

  # It is not specified whether a session that only listed the actions is recorded at all.
  # Its user name is its own, as above.
  @view.session_stats
  @needs:start
  @needs:roles
  Scenario: A session without statements counts none
    Given a server of its own
    And a session "auditor" as admin
    And a silent session "idle" as user of the user "stats-idle"
    When "idle" asks for ListActions
    # This record is later than any of the idle session.
    Then the statements of "auditor" are recorded as:
      | sql_text |
    When "auditor" executes:
      """
      SELECT count(*) AS others FROM _gizmosql_instr.main.sessions s
      FULL JOIN (SELECT username, count(*) AS sessions FROM _gizmosql_instr.main.session_stats GROUP BY username) v USING (username)
      WHERE username = 'stats-idle' AND (s.session_id IS NULL OR v.sessions IS DISTINCT FROM 1)
      """
    Then within the visibility time the rows are:
      | others |
      | 0      |
    When "auditor" executes:
      """
      SELECT count(*) AS others FROM _gizmosql_instr.main.session_stats
      WHERE username = 'stats-idle' AND NOT (total_statements = 0 AND total_executions = 0 AND successful_executions = 0
        AND failed_executions = 0 AND coalesce(total_rows_fetched, 0) = 0 AND coalesce(avg_duration_ms, 0) = 0)
      """
    Then the rows are:
      | others |
      | 0      |

  # Other sessions change all the time, so view and tables are compared in one statement.
  @view.session_stats
  Scenario: Its counts, sums and averages are those of the tables, for every session
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT range FROM range(?::BIGINT)
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | INTEGER |
      | 3       |
      | 4       |
    When "alice" tries to execute:
      """
      SELECT CAST('x' || range AS INTEGER) AS number FROM range(3)
      """
    And "alice" executes:
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
      SELECT (SELECT count(*) FROM (FROM by_view EXCEPT ALL FROM by_tables)) AS too_many,
        (SELECT count(*) FROM (FROM by_tables EXCEPT ALL FROM by_view)) AS missing,
        (SELECT count(*) > 0 FROM by_tables) AS some
      """
    Then within the visibility time the rows are:
      | too_many | missing | some |
      | 0        | 0       | true |
    When "alice" executes:
      """
      SELECT coalesce(bool_and(successful_executions + failed_executions <= total_executions AND failed_executions >= 0), false) AS plausible,
        coalesce(sum(failed_executions) > 0, false) AS some_failed
      FROM _gizmosql_instr.main.session_stats
      """
    Then within the visibility time the rows are:
      | plausible | some_failed |
      | true      | true        |

  # Its user name is its own, as above. A result that was closed early may count as a success or not.
  @view.session_stats
  @needs:start
  @needs:roles
  Scenario: It counts results that a client let go of or closed early once each
    Given a server of its own
    And a session "auditor" as admin
    And a silent session "alice" as user of the user "stats-alice"
    When "alice" closes a result after the last of its 2500 rows, 12 times:
      """
      SELECT range FROM range(2500)
      """
    And "alice" closes a result after 1 row:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(200000)
      """
    Given "alice" executes:
      """
      SELECT 'the last'
      """
    When "auditor" executes:
      """
      SELECT v.total_executions AS executions, v.successful_executions AS successes, v.failed_executions AS failures,
        v.successful_executions - t.successes AS too_many, v.total_rows_fetched - t.fetched AS too_many_rows
      FROM _gizmosql_instr.main.session_stats v JOIN (
        SELECT s.username, count(*) FILTER (e.status = 'success') AS successes, sum(e.rows_fetched) AS fetched
        FROM _gizmosql_instr.main.sessions s
        JOIN _gizmosql_instr.main.sql_statements st USING (session_id)
        JOIN _gizmosql_instr.main.sql_executions e USING (statement_id)
        GROUP BY s.username
      ) t USING (username)
      WHERE v.username = 'stats-alice'
      """
    Then within the visibility time the rows are:
      | executions | successes | failures | too_many | too_many_rows |
      | 14         | 13 to 14  | 0 to 1   | 0        | 0             |
