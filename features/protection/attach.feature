Feature: No ATTACH opens the records to changes
  The instrumentation file may be attached once more, or another file in its place.

  # The server may refuse the ATTACH or the change.
  @protect.otherwise
  @protect.unchanged
  Scenario Outline: Attaching the file again <how> does not open it to changes
    Given the records of a session that is over
    And a session "alice" as admin
    And at the end an admin executes "DETACH DATABASE IF EXISTS again_${unique}"
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    When "alice" tries the forbidden, line by line:
      """
      <attach>
      DELETE FROM again_${unique}.main.sessions WHERE session_id = '${witness}'
      """
    Then it is refused
    And the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | how                      | attach                                                        |
      | under another name       | ATTACH '${file}' AS again_${unique}                           |
      | by its type, to write    | ATTACH '${file}' AS again_${unique} (TYPE duckdb, READ_WRITE) |
      | by a prefix              | ATTACH 'duckdb:${file}' AS again_${unique}                    |
      | if it is not there       | ATTACH DATABASE IF NOT EXISTS '${file}' AS again_${unique}    |
      | to replace what is there | ATTACH OR REPLACE '${file}' AS again_${unique}                |

  # A path may lead to the file in many ways. Where the file system finds nothing by it, the ATTACH fails.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  Scenario Outline: Attaching the file again by <path> does not open it to changes
    Given a lent server
    And the records of a session that is over
    And a session "alice" as admin
    And at the end an admin executes "DETACH DATABASE IF EXISTS again_${unique}"
    And a symbolic link "${server.folder}/symbolic-${unique}.db" to "${server.records}"
    And a hard link "${server.folder}/hard-${unique}.db" to "${server.records}"
    And a symbolic link "${server.folder}/folder-${unique}" to "${server.folder}"
    When "alice" tries the forbidden, line by line:
      """
      ATTACH '<file>' AS again_${unique}
      DELETE FROM again_${unique}.main.sessions WHERE session_id = '${witness}'
      """
    Then it is refused
    And the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | path                                  | file                                                          |
      | a symbolic link                       | ${server.folder}/symbolic-${unique}.db                        |
      | a prefix and a symbolic link          | duckdb:${server.folder}/symbolic-${unique}.db                 |
      | a hard link                           | ${server.folder}/hard-${unique}.db                            |
      | a folder's symbolic link              | ${server.folder}/folder-${unique}/gizmosql_instrumentation.db |
      | a relative path                       | gizmosql_instrumentation.db                                   |
      | a path with a dot and a doubled slash | ${server.folder}/.//gizmosql_instrumentation.db               |
      | a path in other letter case           | ${server.folder}/GizmoSQL_Instrumentation.DB                  |

  @protect.otherwise
  @protect.unchanged
  @needs:start
  Scenario Outline: <change> is refused
    Given a lent server
    And the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | change                                | sql                                                |
      | ATTACH OR REPLACE of another database | ATTACH OR REPLACE ':memory:' AS _gizmosql_instr    |
      | Renaming the database                 | ALTER DATABASE _gizmosql_instr SET ALIAS TO forged |
      | COPY FROM DATABASE into it            | COPY FROM DATABASE main TO _gizmosql_instr         |

  # DuckDB takes the name of a database from its file's name. The server may refuse such a statement, or
  # do what harms nothing. A database that takes the place of the records cannot always be rolled back.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: Attaching <file> as the role <role> replaces no records
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
    And "alice" tries to execute:
      """
      ATTACH OR REPLACE <attach>
      """
    Then the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | file                               | role  | attach                                             |
      | a file of the catalog's name       | user  | '${other}/_gizmosql_instr.db'                      |
      | such a file to read only           | user  | '${other}/_gizmosql_instr.db' (READ_ONLY)          |
      | a new file of the catalog's name   | admin | '${other}/_gizmosql_instr.duckdb'                  |
      | such a name in other letter case   | user  | '${other}/_GIZMOSQL_INSTR.db'                      |
      | such a name by a prefix            | user  | 'duckdb:${other}/_gizmosql_instr.db'               |
      | such a name on the next line       | user  | '${other}/_gizmo'${U+000A}'sql_instr.db'           |
      | such a name in dollars             | user  | $$${other}/_gizmosql_instr.db$$                    |
      | such a name by an E literal        | admin | E'${other}/\x5fgizmosql_instr.db'                  |
      | a file under the catalog's name    | user  | '${other}/_gizmosql_instr.db' AS "_GizmoSQL_Instr" |
      | memory in the place of the records | admin | ''${U+000A}':memory:' AS "_GIZMOSQL_INSTR"         |
