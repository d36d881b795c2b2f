Feature: The view session_activity
  Instances, sessions, statements and executions brought together. Which columns it has beside
  those of the documented query is not specified, so a value is looked for in the whole row.

  @view.session_activity
  Scenario: Each execution is one row, with its instance, its session and its statement
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "alice" prepares:
      """
      SELECT ?::VARCHAR AS activity_${unique}
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | VARCHAR            |
      | 'first ${unique}'  |
      | 'second ${unique}' |
    When "auditor" executes:
      """
      SELECT contains(a::VARCHAR, '${alice.instance}') AS instance, contains(a::VARCHAR, i.hostname)
          OR contains(a::VARCHAR, i.gizmosql_version) OR contains(a::VARCHAR, i.database_path) AS of_the_instance,
        contains(a::VARCHAR, '${alice}') AS session, contains(a::VARCHAR, s.peer) OR contains(a::VARCHAR, s.user_agent) AS of_the_session,
        contains(a::VARCHAR, 'AS ' || 'activity_${unique}') AS statement,
        contains(a::VARCHAR, 'first ${unique}') AS first, contains(a::VARCHAR, 'second ${unique}') AS second
      FROM _gizmosql_instr.main.session_activity a, _gizmosql_instr.main.sessions s, _gizmosql_instr.main.instances i
      WHERE s.session_id = '${alice}' AND i.instance_id = s.instance_id AND a.username = '${alice.user}'
        AND contains(a::VARCHAR, '${alice}') AND contains(a::VARCHAR, 'SELECT ?::VARCHAR AS ' || 'activity_${unique}')
      ORDER BY a.execution_start_time
      """
    Then within the visibility time the rows are:
      | instance | of_the_instance | session | of_the_session | statement | first | second |
      | true     | true            | true    | true           | true      | true  | false  |
      | true     | true            | true    | true           | true      | false | true   |

  @view.session_activity
  Scenario: It has every execution that the tables have, of the user who made it
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT 'activity'
      """
    When "alice" tries to execute:
      """
      SELECT CAST('x' || range AS INTEGER) AS number FROM range(3)
      """
    And "alice" asks for GetTables
    And "alice" executes:
      """
      WITH by_view AS (
        SELECT username, execution_start_time FROM _gizmosql_instr.main.session_activity
        WHERE execution_start_time IS NOT NULL
      ), by_tables AS (
        SELECT s.username, e.execution_start_time
        FROM _gizmosql_instr.main.sql_executions e
        JOIN _gizmosql_instr.main.sql_statements st USING (statement_id)
        JOIN _gizmosql_instr.main.sessions s USING (session_id)
      )
      SELECT (SELECT count(*) FROM (FROM by_view EXCEPT ALL FROM by_tables)) AS too_many,
        (SELECT count(*) FROM (FROM by_tables EXCEPT ALL FROM by_view)) AS missing,
        (SELECT count(*) > 0 FROM by_tables) AS some
      """
    Then within the visibility time the rows are:
      | too_many | missing | some |
      | 0        | 0       | true |

  @view.session_activity
  Scenario: It can be narrowed to a user name and sorted by the beginning of the executions
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT username, execution_start_time FROM _gizmosql_instr.main.session_activity
      WHERE username = '${alice.user}' AND execution_start_time IS NOT NULL
      ORDER BY execution_start_time DESC
      LIMIT 100
      """
    Then within the visibility time the rows include:
      | username      | execution_start_time |
      | ${alice.user} | a timestamp          |
    And there are at most 100 rows
    And the rows descend by "execution_start_time"
    When "alice" executes:
      """
      SELECT count(*) AS rows FROM _gizmosql_instr.main.session_activity WHERE username = 'nobody ${unique}'
      """
    Then the rows are:
      | rows |
      | 0    |

  @view.session_activity
  Scenario: It has each result that a client let go of once
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "alice" closes a result after the last of its 300 rows, 12 times:
      """
      SELECT range AS let_go_${unique} FROM range(300)
      """
    And "alice" closes a result after 1 row:
      """
      SELECT repeat('x', 100) AS closed_${unique} FROM range(200000)
      """
    And "auditor" executes:
      """
      SELECT count(*) FILTER (contains(a::VARCHAR, ' AS let_' || 'go_${unique}')) AS let_go,
        count(*) FILTER (contains(a::VARCHAR, ' AS clo' || 'sed_${unique}')) AS closed
      FROM _gizmosql_instr.main.session_activity a
      WHERE username = '${alice.user}' AND execution_start_time IS NOT NULL
      """
    Then within the visibility time the rows are:
      | let_go | closed |
      | 12     | 1      |

  @view.session_activity
  @since:1.34
  @needs:start
  Scenario Outline: It shows the cluster of the instance: <cluster>
    Given a lent server with:
      | cluster id | <cluster> |
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT 'clustered'
      """
    When "alice" executes:
      """
      SELECT DISTINCT username, cluster_id FROM _gizmosql_instr.main.session_activity
      WHERE username = '${alice.user}' AND execution_start_time IS NOT NULL
      """
    Then within the visibility time the rows are:
      | username      | cluster_id |
      | ${alice.user} | <expected> |

    Examples:
      | cluster                              | expected                               |
      | c0ffee00-1234-4abc-8def-0123456789ab | 'c0ffee00-1234-4abc-8def-0123456789ab' |
      | not given                            | NULL                                   |
