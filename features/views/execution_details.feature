Feature: The view execution_details
  Each execution with its statement and its user. Of its columns eight are documented; more are
  allowed.

  @view.execution_details
  Scenario: It has the documented columns
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT * FROM _gizmosql_instr.main.execution_details LIMIT 1
      """
    Then the columns include:
      | execution_id         |
      | statement_id         |
      | sql_text             |
      | bind_parameters      |
      | execution_start_time |
      | duration_ms          |
      | status               |
      | username             |

  @view.execution_details
  Scenario: It has a row for each execution of a statement
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "alice" prepares:
      """
      SELECT ?::INTEGER AS details_${unique}
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | VARCHAR |
      | '1'     |
      | '1'     |
    When "alice" tries to execute the prepared statement once with each of the parameters:
      | VARCHAR |
      | 'two'   |
    Then it is refused
    When "auditor" executes:
      """
      SELECT execution_id, statement_id, bind_parameters, execution_start_time, duration_ms, status, username
      FROM _gizmosql_instr.main.execution_details
      WHERE sql_text = 'SELECT ?::INTEGER AS details_${unique}' ORDER BY execution_start_time
      """
    Then within the visibility time the rows are:
      | execution_id | statement_id | bind_parameters  | execution_start_time | duration_ms | status    | username      |
      | a UUID       | a UUID       | the JSON ["1"]   | a timestamp          | >= 0        | 'success' | ${alice.user} |
      | a UUID       | a UUID       | the JSON ["1"]   | a timestamp          | >= 0        | 'success' | ${alice.user} |
      | a UUID       | a UUID       | the JSON ["two"] | a timestamp          | >= 0        | 'error'   | ${alice.user} |
    When "auditor" executes:
      """
      SELECT count(DISTINCT execution_id) AS executions, count(DISTINCT statement_id) AS statements
      FROM _gizmosql_instr.main.execution_details
      WHERE sql_text = 'SELECT ?::INTEGER AS details_${unique}'
      """
    Then the rows are:
      | executions | statements |
      | 3          | 1          |

  @view.execution_details
  Scenario: It shows an execution under way, and a statement never executed not at all
    Given a session "alice" as admin
    And a session "bob" as admin
    And a session "auditor" as admin
    And "bob" prepares:
      """
      SELECT 'never executed' AS details_${unique}
      """
    And "alice" starts executing:
      """
      SELECT sum(random()) AS details_${unique} FROM range(1000000000000) WHERE ${within a minute}
      """
    When "auditor" executes:
      """
      SELECT sql_text, status, username FROM _gizmosql_instr.main.execution_details
      WHERE starts_with(sql_text, 'SELECT ') AND contains(sql_text, ' AS details_' || '${unique}')
      """
    Then within the visibility time the rows are:
      | sql_text                                                                                       | status      | username      |
      | 'SELECT sum(random()) AS details_${unique} FROM range(1000000000000) WHERE ${within a minute}' | 'executing' | ${alice.user} |
    When "auditor" kills the session of "alice"
    And "auditor" executes:
      """
      SELECT sql_text, status, username FROM _gizmosql_instr.main.execution_details
      WHERE starts_with(sql_text, 'SELECT ') AND contains(sql_text, ' AS details_' || '${unique}')
      """
    Then within the visibility time the rows are:
      | sql_text                                                                                       | status      | username      |
      | 'SELECT sum(random()) AS details_${unique} FROM range(1000000000000) WHERE ${within a minute}' | 'cancelled' | ${alice.user} |

  @view.execution_details
  Scenario: Its rows are those of the tables, and no execution is missing or shown twice
    Given a session "alice" as admin
    And "alice" asks for GetTables
    When "alice" executes:
      """
      WITH by_view AS (
        SELECT execution_id, statement_id, sql_text, bind_parameters, execution_start_time, duration_ms, status, username
        FROM _gizmosql_instr.main.execution_details
      ), by_tables AS (
        SELECT e.execution_id, e.statement_id, st.sql_text, e.bind_parameters, e.execution_start_time, e.duration_ms, e.status, s.username
        FROM _gizmosql_instr.main.sql_executions e
        JOIN _gizmosql_instr.main.sql_statements st USING (statement_id)
        JOIN _gizmosql_instr.main.sessions s USING (session_id)
      )
      SELECT (SELECT count(*) FROM (FROM by_view EXCEPT ALL FROM by_tables)) AS too_many,
        (SELECT count(*) FROM (FROM by_tables EXCEPT ALL FROM by_view)) AS missing,
        (SELECT count(*) FROM by_view) = (SELECT count(*) FROM _gizmosql_instr.main.sql_executions) AS as_many_as_executions
      """
    Then within the visibility time the rows are:
      | too_many | missing | as_many_as_executions |
      | 0        | 0       | true                  |

  @view.execution_details
  Scenario: It shows results that their clients let go of once each, and as they ended
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "alice" closes a result after the last of its 300 rows, 12 times:
      """
      SELECT range AS details_${unique} FROM range(300)
      """
    And "alice" closes a result after 1 row:
      """
      SELECT repeat('x', 100) AS details_${unique} FROM range(200000)
      """
    And "auditor" executes:
      """
      SELECT left(sql_text, 10) AS sql, status, count(*)::INTEGER AS executions, bool_and(duration_ms >= 0) AS timed,
        username
      FROM _gizmosql_instr.main.execution_details
      WHERE starts_with(sql_text, 'SELECT r') AND contains(sql_text, ' AS details_' || '${unique}')
      GROUP BY ALL
      """
    Then within the visibility time the rows are, in any order:
      | sql          | status                        | executions | timed | username      |
      | 'SELECT ran' | 'success'                     | 12         | true  | ${alice.user} |
      | 'SELECT rep' | one of 'cancelled', 'success' | 1          | true  | ${alice.user} |
