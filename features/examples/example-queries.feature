Feature: The example queries of the specification
  Each runs as printed, after USE. Then a second query has it in its FROM and compares it with the
  tables in one statement, so that other sessions on the server do not matter.

  @example.slow-executions
  Scenario: Find slow executions
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "auditor" executes:
      """
      USE _gizmosql_instr.main
      """
    Given "alice" prepares:
      """
      SELECT range AS slow_${unique} FROM range(?::BIGINT)
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | INTEGER |
      | 7       |
    When "alice" tries to execute:
      """
      SELECT CAST('x' || range AS INTEGER) AS slow_${unique} FROM range(3)
      """
    And "auditor" runs the documented query:
      """
      SELECT
          sql_text,
          bind_parameters,
          duration_ms,
          rows_fetched,
          execution_start_time
      FROM execution_details
      WHERE status = 'success'
      ORDER BY duration_ms DESC
      LIMIT 10;
      """
    Then the columns are:
      | sql_text             |
      | bind_parameters      |
      | duration_ms          |
      | rows_fetched         |
      | execution_start_time |
    And there are at most 10 rows
    And the rows descend by "duration_ms"
    When "auditor" executes:
      """
      WITH example AS (${the query}), successes AS (
        SELECT st.sql_text, e.bind_parameters, e.duration_ms, e.rows_fetched, e.execution_start_time
        FROM sql_executions e JOIN sql_statements st USING (statement_id) WHERE e.status = 'success'
      )
      SELECT (SELECT count(*) FROM (FROM example EXCEPT ALL FROM successes)) AS made_up,
        (SELECT count(*) FROM example) = (SELECT least(count(*), 10) FROM successes) AS as_many_as_there_are,
        (SELECT min(duration_ms) FROM example) >= (SELECT min(duration_ms) FROM (FROM successes ORDER BY duration_ms DESC LIMIT 10)) AS the_slowest
      """
    Then within the visibility time the rows are:
      | made_up | as_many_as_there_are | the_slowest |
      | 0       | true                 | true        |
    When "auditor" executes:
      """
      SELECT sql_text, bind_parameters, duration_ms, rows_fetched, execution_start_time
      FROM (${the query without its limit}) WHERE starts_with(sql_text, 'SELECT ') AND contains(sql_text, ' AS slow_' || '${unique}')
      """
    Then within the visibility time the rows are:
      | sql_text                                               | bind_parameters | duration_ms | rows_fetched | execution_start_time |
      | 'SELECT range AS slow_${unique} FROM range(?::BIGINT)' | the JSON [7]    | >= 0        | 7            | a timestamp          |

  @example.session-report
  Scenario: Session activity report
    Given a silent session "alice" as admin
    And a silent session "bob" as admin
    And a session "auditor" as admin
    When "auditor" executes:
      """
      USE _gizmosql_instr.main
      """
    Given "alice" prepares:
      """
      SELECT range AS report_${unique} FROM range(?::BIGINT)
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | INTEGER |
      | 5       |
      | 2       |
      | 0       |
    And "alice" prepares:
      """
      SELECT 'never executed'
      """
    And "bob" prepares:
      """
      SELECT 'never executed' AS report_${unique}
      """
    When "auditor" runs the documented query:
      """
      SELECT
          s.username,
          s.peer,
          COUNT(DISTINCT st.statement_id) as statement_count,
          COUNT(e.execution_id) as execution_count,
          SUM(e.rows_fetched) as total_rows,
          AVG(e.duration_ms) as avg_duration_ms
      FROM sessions s
      LEFT JOIN sql_statements st ON s.session_id = st.session_id
      LEFT JOIN sql_executions e ON st.statement_id = e.statement_id
      WHERE s.start_time > now() - INTERVAL '1 day'
      GROUP BY s.username, s.peer
      ORDER BY execution_count DESC;
      """
    Then the columns are:
      | username        |
      | peer            |
      | statement_count |
      | execution_count |
      | total_rows      |
      | avg_duration_ms |
    And the rows descend by "execution_count"
    # An earlier session may have had the same port. The report adds the two up, so this subtracts the other.
    When "auditor" executes:
      """
      WITH own AS (
        FROM sessions WHERE session_id IN (SELECT session_id FROM sql_statements WHERE contains(sql_text, 'report_' || '${unique}'))
      ), others AS (
        SELECT own.session_id, count(DISTINCT st.statement_id) AS statements, count(e.execution_id) AS executions,
          coalesce(sum(e.rows_fetched), 0) AS fetched
        FROM own JOIN sessions s ON s.username = own.username AND s.peer = own.peer AND s.session_id <> own.session_id
        LEFT JOIN sql_statements st ON s.session_id = st.session_id
        LEFT JOIN sql_executions e ON st.statement_id = e.statement_id
        GROUP BY own.session_id
      )
      SELECT r.username, statement_count - coalesce(statements, 0) AS statement_count,
        execution_count - coalesce(executions, 0) AS execution_count,
        coalesce(total_rows, 0) - coalesce(fetched, 0) AS total_rows,
        coalesce(avg_duration_ms >= 0, execution_count = 0) AS average
      FROM (${the query}) r JOIN own ON own.peer = r.peer AND own.username = r.username
      LEFT JOIN others USING (session_id) ORDER BY execution_count DESC
      """
    Then within the visibility time the rows are:
      | username      | statement_count | execution_count | total_rows | average |
      | ${alice.user} | 2               | 3               | 7          | true    |
      | ${bob.user}   | 1               | 0               | 0          | true    |

  @example.failed-executions
  Scenario: Find failed executions
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "auditor" executes:
      """
      USE _gizmosql_instr.main
      """
    Given "alice" prepares:
      """
      SELECT CAST(? AS INTEGER) AS failed_${unique}
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | VARCHAR |
      | '1'     |
    When "alice" tries to execute the prepared statement once with each of the parameters:
      | VARCHAR         |
      | 'two ${unique}' |
    Then it is refused
    When "auditor" runs the documented query:
      """
      SELECT
          sql_text,
          bind_parameters,
          error_message,
          execution_start_time,
          username
      FROM execution_details
      WHERE status = 'error'
      ORDER BY execution_start_time DESC
      LIMIT 20;
      """
    Then the columns are:
      | sql_text             |
      | bind_parameters      |
      | error_message        |
      | execution_start_time |
      | username             |
    And there are at most 20 rows
    And the rows descend by "execution_start_time"
    When "auditor" executes:
      """
      WITH example AS (${the query}), failures AS (
        SELECT st.sql_text, e.bind_parameters, e.error_message, e.execution_start_time, s.username
        FROM sql_executions e JOIN sql_statements st USING (statement_id) JOIN sessions s USING (session_id)
        WHERE e.status = 'error'
      )
      SELECT (SELECT count(*) FROM (FROM example EXCEPT ALL FROM failures)) AS made_up,
        (SELECT count(*) FROM example) = (SELECT least(count(*), 20) FROM failures) AS as_many_as_there_are
      """
    Then within the visibility time the rows are:
      | made_up | as_many_as_there_are |
      | 0       | true                 |
    When "auditor" executes:
      """
      SELECT * FROM (${the query without its limit}) WHERE sql_text = 'SELECT CAST(? AS INTEGER) AS failed_${unique}'
      """
    Then within the visibility time the rows are:
      | sql_text                                        | bind_parameters            | error_message            | execution_start_time | username      |
      | 'SELECT CAST(? AS INTEGER) AS failed_${unique}' | the JSON ["two ${unique}"] | contains 'two ${unique}' | a timestamp          | ${alice.user} |

  @example.failed-preparations
  Scenario: Find failed statement preparations
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "auditor" executes:
      """
      USE _gizmosql_instr.main
      """
    Given "auditor" executes:
      """
      SELECT peer FROM sessions WHERE session_id = '${alice}'
      """
    And within the visibility time the rows are:
      | peer      |
      | some text |
    And its value is remembered as "peer"
    And "alice" prepares:
      """
      SELECT 'right ${unique}'
      """
    When "alice" tries to prepare:
      """
      SELEKT 'wrong ${unique}'
      """
    And "alice" tries to prepare:
      """
      SELECT * FROM missing_${unique}
      """
    And "auditor" runs the documented query:
      """
      SELECT
          st.sql_text,
          st.prepare_error,
          st.created_time,
          s.username,
          s.peer
      FROM sql_statements st
      JOIN sessions s ON st.session_id = s.session_id
      WHERE st.prepare_success = false
      ORDER BY st.created_time DESC
      LIMIT 20;
      """
    Then the columns are:
      | sql_text      |
      | prepare_error |
      | created_time  |
      | username      |
      | peer          |
    And there are at most 20 rows
    And the rows descend by "created_time"
    When "auditor" executes:
      """
      SELECT * FROM (${the query without its limit}) WHERE peer = '${peer}' AND contains(sql_text, '${unique}') ORDER BY sql_text
      """
    Then within the visibility time the rows are:
      | sql_text                          | prepare_error                | created_time | username      | peer    |
      | 'SELECT * FROM missing_${unique}' | contains 'missing_${unique}' | a timestamp  | ${alice.user} | ${peer} |
      | 'SELEKT ''wrong ${unique}'''      | some text                    | a timestamp  | ${alice.user} | ${peer} |

  @example.executing-now
  Scenario: Monitor currently executing queries
    Given a session "alice" as admin
    And a session "bob" as admin
    And a session "auditor" as admin
    When "auditor" executes:
      """
      USE _gizmosql_instr.main
      """
    Given "auditor" executes:
      """
      SELECT peer FROM sessions WHERE session_id = '${alice}'
      """
    And within the visibility time the rows are:
      | peer      |
      | some text |
    And its value is remembered as "peer"
    And "bob" executes:
      """
      SELECT 'over' AS now_${unique}
      """
    And "alice" starts executing:
      """
      SELECT sum(random()) AS now_${unique} FROM range(1000000000000) WHERE ${within a minute}
      """
    When "auditor" runs the documented query:
      """
      SELECT
          st.sql_text,
          e.bind_parameters,
          s.username,
          s.peer,
          e.execution_start_time,
          EPOCH(now()) - EPOCH(e.execution_start_time) as running_seconds
      FROM sql_executions e
      JOIN sql_statements st ON e.statement_id = st.statement_id
      JOIN sessions s ON st.session_id = s.session_id
      WHERE e.status = 'executing'
      ORDER BY running_seconds DESC;
      """
    Then within the visibility time the rows include:
      | sql_text                | bind_parameters | username      | peer    | execution_start_time | running_seconds |
      | matches /sum.* AS now_/ | NULL            | ${alice.user} | ${peer} | a timestamp          | >= -1           |
    And the rows descend by "running_seconds"
    When "auditor" executes:
      """
      SELECT sql_text, running_seconds BETWEEN -1 AND epoch(now()) - epoch(execution_start_time) + 1 AS plausible
      FROM (${the query}) WHERE starts_with(sql_text, 'SELECT ') AND contains(sql_text, ' AS now_' || '${unique}')
      """
    Then the rows are:
      | sql_text                                                                                   | plausible |
      | 'SELECT sum(random()) AS now_${unique} FROM range(1000000000000) WHERE ${within a minute}' | true      |
    When "auditor" kills the session of "alice"
    And "auditor" executes:
      """
      SELECT sql_text FROM (${the query}) WHERE starts_with(sql_text, 'SELECT ') AND contains(sql_text, ' AS now_' || '${unique}')
      """
    Then within the visibility time the rows are:
      | sql_text |

  @example.statement-reuse
  Scenario: Track prepared statement reuse
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "auditor" executes:
      """
      USE _gizmosql_instr.main
      """
    Given "alice" prepares:
      """
      SELECT range AS reuse_${unique} FROM range(?::BIGINT)
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | INTEGER |
      | 1       |
      | 2       |
      | 4       |
    And "alice" prepares:
      """
      SELECT 'once' AS reuse_${unique}
      """
    And "alice" executes the prepared statement
    When "auditor" runs the documented query:
      """
      SELECT
          st.statement_id,
          st.sql_text,
          COUNT(e.execution_id) as execution_count,
          AVG(e.duration_ms) as avg_duration_ms,
          SUM(e.rows_fetched) as total_rows
      FROM sql_statements st
      JOIN sql_executions e ON st.statement_id = e.statement_id
      GROUP BY st.statement_id, st.sql_text
      HAVING COUNT(e.execution_id) > 1
      ORDER BY execution_count DESC
      LIMIT 20;
      """
    Then the columns are:
      | statement_id    |
      | sql_text        |
      | execution_count |
      | avg_duration_ms |
      | total_rows      |
    And there are at most 20 rows
    And the rows descend by "execution_count"
    When "auditor" executes:
      """
      SELECT * FROM (${the query without its limit})
      WHERE starts_with(sql_text, 'SELECT ') AND contains(sql_text, ' AS reuse_' || '${unique}')
      """
    Then within the visibility time the rows are:
      | statement_id | sql_text                                                | execution_count | avg_duration_ms | total_rows |
      | a UUID       | 'SELECT range AS reuse_${unique} FROM range(?::BIGINT)' | 3               | >= 0            | 7          |

  @example.client-statements
  Scenario: Filter client-issued statements
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "auditor" executes:
      """
      USE _gizmosql_instr.main
      """
    Given "alice" prepares:
      """
      SELECT range AS client_${unique} FROM range(3)
      """
    And "alice" executes the prepared statement
    When "alice" asks for GetCatalogs
    And "auditor" runs the documented query:
      """
      -- Only client-issued statements
      SELECT
          st.sql_text,
          st.flight_method,
          e.duration_ms,
          e.rows_fetched,
          s.username
      FROM sql_statements st
      JOIN sql_executions e ON st.statement_id = e.statement_id
      JOIN sessions s ON st.session_id = s.session_id
      WHERE st.is_internal = false
      ORDER BY e.execution_start_time DESC
      LIMIT 20;
      """
    Then the columns are:
      | sql_text      |
      | flight_method |
      | duration_ms   |
      | rows_fetched  |
      | username      |
    And there are at most 20 rows
    When "auditor" executes:
      """
      SELECT * FROM (
        ${the query without its limit}
      ) WHERE starts_with(sql_text, 'SELECT ') AND contains(sql_text, ' AS client_' || '${unique}')
      """
    Then within the visibility time the rows are:
      | sql_text                                         | flight_method             | duration_ms | rows_fetched | username      |
      | 'SELECT range AS client_${unique} FROM range(3)' | 'CreatePreparedStatement' | >= 0        | 3            | ${alice.user} |
    When "auditor" executes:
      """
      WITH example AS (
        ${the query}
      )
      SELECT count(*) AS made_up FROM (
        FROM example EXCEPT ALL
        SELECT st.sql_text, st.flight_method, e.duration_ms, e.rows_fetched, s.username
        FROM sql_executions e JOIN sql_statements st USING (statement_id) JOIN sessions s USING (session_id)
        WHERE NOT st.is_internal
      )
      """
    Then the rows are:
      | made_up |
      | 0       |

  @example.internal-statements
  Scenario: Filter internal metadata queries
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "auditor" executes:
      """
      USE _gizmosql_instr.main
      """
    And "alice" asks for GetCatalogs
    And "alice" asks for GetTables
    Given "alice" prepares:
      """
      SELECT 1
      """
    When "auditor" runs the documented query:
      """
      -- Only internal metadata queries
      SELECT
          st.flight_method,
          COUNT(*) as query_count,
          AVG(e.duration_ms) as avg_duration_ms
      FROM sql_statements st
      JOIN sql_executions e ON st.statement_id = e.statement_id
      WHERE st.is_internal = true
      GROUP BY st.flight_method
      ORDER BY query_count DESC;
      """
    Then within the visibility time the rows include:
      | flight_method   | query_count | avg_duration_ms |
      | 'DoGetCatalogs' | >= 1        | >= 0            |
      | 'DoGetTables'   | >= 1        | >= 0            |
    And the rows descend by "query_count"
    When "auditor" executes:
      """
      WITH example AS (
        ${the query}
      ), by_tables AS (
        SELECT flight_method, count(*) AS query_count FROM sql_executions JOIN sql_statements USING (statement_id)
        WHERE is_internal GROUP BY flight_method
      )
      SELECT count(*) FILTER (e.query_count IS DISTINCT FROM t.query_count) AS wrong_counts,
        count(*) FILTER (flight_method IN ('CreatePreparedStatement', 'GetFlightInfoStatement', 'DoGetStatement')) AS by_clients
      FROM example e FULL JOIN by_tables t USING (flight_method)
      """
    Then the rows are:
      | wrong_counts | by_clients |
      | 0            | 0          |
