Feature: Only admins can query the instrumentation

  @role.tables
  @needs:roles
  Scenario Outline: An admin can query the table <name>, and the role <role> cannot
    Given a session "alice" as admin
    And a session "bob" as <role>
    When "alice" executes:
      """
      SELECT count(*) > 0 AS some FROM _gizmosql_instr.main.<name>
      """
    Then within the visibility time the rows are:
      | some |
      | true |
    When "bob" tries to execute:
      """
      SELECT * FROM _gizmosql_instr.main.<name> LIMIT 1
      """
    Then it is refused
    When "bob" tries to execute:
      """
      SELECT count(*) FROM _gizmosql_instr.<name> WHERE false
      """
    Then it is refused
    When "bob" tries to execute by a prepared query:
      """
      SELECT count(*) FROM _gizmosql_instr.main.<name>
      """
    Then it is refused
    And "bob" is still served

    Examples:
      | name           | role     |
      | instances      | user     |
      | instances      | readonly |
      | sessions       | user     |
      | sessions       | readonly |
      | sql_statements | user     |
      | sql_statements | readonly |
      | sql_executions | user     |
      | sql_executions | readonly |

  @role.views
  @needs:roles
  Scenario Outline: An admin can query the view <name>, and the role <role> cannot
    Given a session "alice" as admin
    And a session "bob" as <role>
    When "alice" executes:
      """
      SELECT count(*) > 0 AS some FROM _gizmosql_instr.main.<name>
      """
    Then within the visibility time the rows are:
      | some |
      | true |
    When "bob" tries to execute:
      """
      SELECT * FROM _gizmosql_instr.main.<name> LIMIT 1
      """
    Then it is refused
    When "bob" tries to execute:
      """
      SELECT count(*) FROM _gizmosql_instr.<name> WHERE false
      """
    Then it is refused
    When "bob" tries to execute by a prepared query:
      """
      SELECT count(*) FROM _gizmosql_instr.main.<name>
      """
    Then it is refused
    And "bob" is still served

    Examples:
      | name              | role     |
      | active_sessions   | user     |
      | active_sessions   | readonly |
      | session_activity  | user     |
      | session_activity  | readonly |
      | session_stats     | user     |
      | session_stats     | readonly |
      | execution_details | user     |
      | execution_details | readonly |
