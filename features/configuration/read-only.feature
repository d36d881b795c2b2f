Feature: Records of a server whose main database is read-only
  The instrumentation file is written all the same, from the revision 1.25.2 on.

  # The main database must exist before it can be opened read-only.
  @config.readonly-start
  @needs:start
  @needs:files
  @needs:kill
  @needs:instrumentation-file
  Scenario Outline: Read-only by <setting>, the server records and changes nothing else
    Given a server of its own
    And a session "before" as admin
    And "before" executes:
      """
      CREATE TABLE kept (number INTEGER)
      """
    When the server is stopped and started again with:
      | <setting> | <value> |
    And a session "alice" as admin
    Then "alice" is refused each of:
      | INSERT INTO kept VALUES (1) |
      | CREATE TABLE other (x INT)  |
      | DROP TABLE kept             |
    When "alice" executes:
      """
      SELECT count(*) AS rows FROM kept
      """
    Then the rows are:
      | rows |
      | 0    |
    And the instance of "alice" is recorded with:
      | readonly | true      |
      | status   | 'running' |
    And the session of "alice" is recorded with:
      | status | 'active' |
    When "alice" executes:
      """
      SELECT count(*) > 0 AS recorded FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text LIKE 'SELECT count(*) AS rows%' AND status = 'success'
      """
    Then within the visibility time the rows are:
      | recorded |
      | true     |

    Examples:
      | setting            | value     |
      | access             | read-only |
      | read-only variable | 1         |
