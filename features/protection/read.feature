Feature: An admin can read the instrumentation

  @protect.read
  Scenario Outline: The <kind> <name> can be queried
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT * FROM _gizmosql_instr.main.<name> LIMIT 1
      """
    And "alice" executes:
      """
      SELECT count(*) > 0 AS some FROM _gizmosql_instr.<name>
      """
    Then within the visibility time the rows are:
      | some |
      | true |

    Examples:
      | kind  | name              |
      | table | instances         |
      | table | sessions          |
      | table | sql_statements    |
      | table | sql_executions    |
      | view  | active_sessions   |
      | view  | session_activity  |
      | view  | session_stats     |
      | view  | execution_details |

  @protect.read
  Scenario Outline: They can be queried <how>
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" executes:
      """
      <before>
      """
    And "alice" executes:
      """
      SELECT s.username FROM <tables> WHERE s.session_id = '${witness}' LIMIT 1
      """
    Then the rows are:
      | username        |
      | ${witness.user} |

    Examples:
      | how                    | before                   | tables                                                                         |
      | after USE              | USE _gizmosql_instr.main | sessions s                                                                     |
      | after USE of the whole | USE _gizmosql_instr      | sessions s                                                                     |
      | by a quoted name       | SELECT 1                 | "_gizmosql_instr"."main"."sessions" s                                          |
      | in other letter case   | SELECT 1                 | _GIZMOSQL_Instr.MAIN.Sessions s                                                |
      | in a transaction       | BEGIN TRANSACTION        | _gizmosql_instr.main.sessions s                                                |
      | joined with a view     | SELECT 1                 | _gizmosql_instr.sessions s JOIN _gizmosql_instr.session_stats USING (username) |

  @protect.read
  Scenario: They can be queried by a prepared statement with a parameter
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" prepares:
      """
      SELECT status FROM _gizmosql_instr.main.sessions WHERE session_id = CAST(? AS UUID)
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | VARCHAR      |
      | '${witness}' |
    Then the rows are:
      | status   |
      | 'closed' |
