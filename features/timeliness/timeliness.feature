Feature: Records are written beside the work, and can soon be read

  # The delays go into the report. Only one above the run's limit is a failure.
  @async.visible
  Scenario Outline: The record of <what> becomes visible
    Given a session "alice" as admin
    When the delay of "<what>" is measured 10 times for "alice"
    Then "alice" is still served

    Examples:
      | what                     |
      | a statement              |
      | an execution             |
      | the opening of a session |
      | the closing of a session |

  @async.non-blocking
  Scenario: While the instrumentation database is being read through, queries on the main one are answered
    Given a session "auditor" as admin
    And a session "alice" as admin
    And a session "bob" as admin
    When "auditor" starts executing:
      """
      SELECT count(*) AS none FROM _gizmosql_instr.main.sql_statements s, range(1000000000000) r
      WHERE hash(s.statement_id, r.range) = 0 AND ${within a minute}
      """
    Then the executions of "auditor" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    Given a table "${home}numbers_${unique}" of "alice" with the columns "number INTEGER"
    When "alice" executes by an update:
      """
      INSERT INTO ${home}numbers_${unique} SELECT range FROM range(1000)
      """
    And "alice" executes:
      """
      SELECT count(*) AS numbers, sum(number) AS sum FROM ${home}numbers_${unique}
      """
    Then the rows are:
      | numbers | sum    |
      | 1000    | 499500 |
    When "bob" prepares:
      """
      SELECT count(*) AS numbers FROM ${home}numbers_${unique} WHERE number < ?::INTEGER
      """
    And "bob" executes the prepared statement once with each of the parameters:
      | INTEGER |
      | 10      |
      | 100     |
      | 500     |
    Then the rows are:
      | numbers |
      | 500     |
    # All of that was answered while the long query still ran.
    And the executions of "auditor" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    When "alice" kills the session of "auditor"
    Then "alice" is still served

  # An open transaction keeps its view of the data. Writing must not wait for it.
  @async.non-blocking
  Scenario: While a transaction keeps on reading the instrumentation database, queries are answered and recorded
    Given a session "auditor" as admin
    And a session "alice" as admin
    And "auditor" executes:
      """
      BEGIN TRANSACTION
      """
    When "auditor" executes:
      """
      SELECT count(*) >= 0 AS read FROM _gizmosql_instr.main.sql_executions
      """
    And "alice" executes:
      """
      SELECT 'beside a transaction'
      """
    Then the executions of "alice" are recorded as:
      | sql_text                          | status    |
      | 'SELECT ''beside a transaction''' | 'success' |
    When "auditor" executes:
      """
      SELECT count(*) AS executions FROM _gizmosql_instr.main.sql_executions
      JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text = 'SELECT ''beside a transaction'''
      """
    And "auditor" executes:
      """
      ROLLBACK
      """
    Then "auditor" is still served

  @async.own-session
  Scenario: Each connection of one user finds itself, and only itself, by its own session id
    Given a session "alice" as admin
    And a session "again" as admin
    When "alice" executes:
      """
      SELECT session_id, username, status FROM _gizmosql_instr.main.sessions
      WHERE session_id = GIZMOSQL_CURRENT_SESSION()
      """
    Then within the visibility time the rows are:
      | session_id | username      | status   |
      | ${alice}   | ${alice.user} | 'active' |
    When "again" executes:
      """
      SELECT session_id, username, status FROM _gizmosql_instr.main.sessions
      WHERE session_id = GIZMOSQL_CURRENT_SESSION()
      """
    Then within the visibility time the rows are:
      | session_id | username      | status   |
      | ${again}   | ${again.user} | 'active' |
    And "alice" and "again" are different

  @async.own-session
  Scenario: After a new connection the earlier session id is still another's
    Given a session "earlier" as admin
    And "earlier" closes its session
    And a session "later" as admin
    Then "earlier" and "later" are different
    When "later" executes:
      """
      SELECT session_id = '${later}' AS own, status FROM _gizmosql_instr.main.sessions
      WHERE session_id IN ('${earlier}', '${later}') ORDER BY own
      """
    Then within the visibility time the rows are:
      | own   | status   |
      | false | 'closed' |
      | true  | 'active' |
