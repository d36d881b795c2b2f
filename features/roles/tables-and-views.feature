Feature: Only admins can query the instrumentation

  @needs:roles
  Scenario Outline: An admin can query the <kind> <name>, and the roles user and readonly cannot
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    When "alice" executes:
      """
      SELECT count(*) > 0 AS some FROM _gizmosql_instr.main.<name>
      """
    Then within the visibility time the rows are:
      | some |
      | true |
    And "bob" is refused each of:
      """
      SELECT * FROM _gizmosql_instr.main.<name> LIMIT 1
      SELECT count(*) FROM _gizmosql_instr.<name> WHERE false
      """
    And "carol" is refused each of:
      """
      SELECT * FROM _gizmosql_instr.main.<name> LIMIT 1
      SELECT count(*) FROM _gizmosql_instr.<name> WHERE false
      """
    When "bob" tries to execute by a prepared query:
      """
      SELECT count(*) FROM _gizmosql_instr.main.<name>
      """
    Then it is refused
    When "carol" tries to execute by a prepared query:
      """
      SELECT count(*) FROM _gizmosql_instr.main.<name>
      """
    Then it is refused
    And "bob" is still served
    And "carol" is still served

    @role.tables
    Examples:
      | kind  | name           |
      | table | instances      |
      | table | sessions       |
      | table | sql_statements |
      | table | sql_executions |

    @role.views
    Examples:
      | kind | name              |
      | view | active_sessions   |
      | view | session_activity  |
      | view | session_stats     |
      | view | execution_details |
