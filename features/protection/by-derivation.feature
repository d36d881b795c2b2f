Feature: A name that stands nowhere in the text changes nothing
  The name of a database can come from a file's name, the name of a catalog from a value. A server
  may
  refuse such a statement, or do what harms nothing.

  # A database that takes the place of the records cannot be rolled back everywhere.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: Attaching <file> as the role <role> puts nothing in the place of the records
    Given a lent server
    And the records of a session that is over
    And a session "admin" as admin
    And a session "alice" as <role>
    And an empty folder "other"
    When "admin" tries to execute, line by line:
      """
      ATTACH '${other}/_gizmosql_instr.db' AS made_${unique}
      DETACH made_${unique}
      """
    And "alice" tries to execute, line by line:
      """
      <attach>
      """
    Then the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | file                               | role  | attach                                                               |
      | a file of the catalog's name       | admin | ATTACH OR REPLACE '${other}/_gizmosql_instr.db'                      |
      | a file of the catalog's name       | user  | ATTACH OR REPLACE '${other}/_gizmosql_instr.db'                      |
      | such a file to read only           | user  | ATTACH OR REPLACE '${other}/_gizmosql_instr.db' (READ_ONLY)          |
      | a new file of the catalog's name   | user  | ATTACH OR REPLACE '${other}/_gizmosql_instr.duckdb'                  |
      | such a name in other letter case   | user  | ATTACH OR REPLACE '${other}/_GIZMOSQL_INSTR.db'                      |
      | such a name by a prefix            | user  | ATTACH OR REPLACE 'duckdb:${other}/_gizmosql_instr.db'               |
      | such a name on the next line       | user  | ATTACH OR REPLACE '${other}/_gizmo'${U+000A}'sql_instr.db'           |
      | such a name in dollars             | user  | ATTACH OR REPLACE $$${other}/_gizmosql_instr.db$$                    |
      | such a name by an E literal        | admin | ATTACH OR REPLACE E'${other}/\x5fgizmosql_instr.db'                  |
      | a file of the name of the engine's | user  | ATTACH OR REPLACE '${other}/_gizmosql_instr.db' AS "_GizmoSQL_Instr" |
      | memory in the place of the records | admin | ATTACH OR REPLACE ''${U+000A}':memory:' AS "_GIZMOSQL_INSTR"         |

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: After a search path from <origin>, a change is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      <lines>
      DELETE FROM sessions WHERE session_id = '${witness}'
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | origin                     | lines                                                                            |
      | two texts                  | SET search_path = '_gizmosql_instr' \|\| '.main'                                 |
      | a variable                 | SET VARIABLE path = '_gizmosql_instr.main'\nSET search_path = getvariable('path') |
      | a literal that goes on     | SET search_path = '_gizmosql_instr'${U+000A}'.main'                              |
      | a dollar-quoted text       | SET schema = $$_gizmosql_instr.main$$                                            |
      | an E literal               | SET search_path = E'\x5fgizmosql_instr.main'                                     |
      | a name in quotes           | SET search_path = '"_gizmosql_instr"."main"'                                     |
      | a PRAGMA                   | PRAGMA search_path = '_gizmosql_instr.main'                                      |
      | several catalogs           | SET search_path = 'temp.main,"_gizmosql_instr".main'                             |
      | USE of a name on two lines | USE _gizmosql_instr${U+000A}.${U+000A}main                                       |
      | a local setting            | SET SESSION search_path = '_gizmosql_instr.main'                                 |
