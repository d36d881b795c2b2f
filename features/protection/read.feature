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
      <query>
      """
    Then the rows are:
      | username        |
      | ${witness.user} |

    Examples:
      | how                  | before                   | query                                                                                                                                           |
      | by a qualified name  | SELECT 1                 | SELECT username FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                              |
      | without the schema   | SELECT 1                 | SELECT username FROM _gizmosql_instr.sessions WHERE session_id = '${witness}'                                                                   |
      | after USE            | USE _gizmosql_instr.main | SELECT username FROM sessions WHERE session_id = '${witness}'                                                                                   |
      | after USE of it all  | USE _gizmosql_instr      | SELECT username FROM sessions WHERE session_id = '${witness}'                                                                                   |
      | by a quoted name     | SELECT 1                 | SELECT username FROM "_gizmosql_instr"."main"."sessions" WHERE session_id = '${witness}'                                                        |
      | in other letter case | SELECT 1                 | SELECT username FROM _GIZMOSQL_Instr.MAIN.Sessions WHERE session_id = '${witness}'                                                              |
      | in a transaction     | BEGIN TRANSACTION        | SELECT username FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                              |
      | joined with a view   | SELECT 1                 | SELECT s.username FROM _gizmosql_instr.sessions s JOIN _gizmosql_instr.session_stats USING (username) WHERE s.session_id = '${witness}' LIMIT 1 |

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
