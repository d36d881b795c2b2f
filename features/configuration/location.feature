Feature: Where the instrumentation database is

  # The server starts in another folder, so that the database's folder and the working directory differ.
  @config.default-location
  @needs:start
  @needs:files
  @needs:instrumentation-file
  Scenario: Beside the main database, when that is in a file
    Given an empty folder "data"
    And an empty folder "started-from"
    When a server of its own with:
      | folder            | ${data}         |
      | database          | mydb.db         |
      | working directory | ${started-from} |
    And a session "alice" as admin
    Then the session of "alice" is recorded with:
      | status | 'active' |
    And there is a DuckDB database in "${data}/gizmosql_instrumentation.db"
    And the folder "${started-from}" has no instrumentation file

  @config.memory-location
  @needs:start
  @needs:files
  @needs:instrumentation-file
  Scenario: In the folder that the server was started from, when the main database is in memory
    Given an empty folder "data"
    And an empty folder "started-from"
    When a server of its own with:
      | folder            | ${data}         |
      | database          | in memory       |
      | working directory | ${started-from} |
    And a session "alice" as admin
    Then the session of "alice" is recorded with:
      | status | 'active' |
    And there is a DuckDB database in "${started-from}/gizmosql_instrumentation.db"
    And the folder "${data}" has no instrumentation file

  @config.path-override
  @needs:start
  @needs:files
  @needs:instrumentation-file
  Scenario: Where GIZMOSQL_INSTRUMENTATION_DB_PATH says, when the main database is in memory
    Given an empty folder "data"
    And an empty folder "started-from"
    And an empty folder "elsewhere"
    When a server of its own with:
      | folder               | ${data}                     |
      | database             | in memory                   |
      | working directory    | ${started-from}             |
      | instrumentation path | ${elsewhere}/custom name.db |
    And a session "alice" as admin
    Then the session of "alice" is recorded with:
      | status | 'active' |
    And there is a DuckDB database in "${elsewhere}/custom name.db"
    And the folder "${started-from}" has no instrumentation file
    And the folder "${data}" has no instrumentation file

  # The records belong to the file: the server has them with this file, and not with another one.
  # To show this, the server must be started again.
  @config.path-override
  @needs:start
  @needs:files
  @needs:kill
  @needs:instrumentation-file
  Scenario: The file at that place has the records, and another place begins anew
    Given an empty folder "data"
    And an empty folder "elsewhere"
    When a server of its own with:
      | folder               | ${data}               |
      | instrumentation path | ${elsewhere}/first.db |
    And a session "alice" as admin
    Then the session of "alice" is recorded with:
      | status | 'active' |
    And there is a DuckDB database in "${elsewhere}/first.db"
    And the folder "${data}" has no instrumentation file
    When the server is stopped and started again with:
      | instrumentation path | ${elsewhere}/second.db |
    And a session "bob" as admin
    And "bob" executes:
      """
      SELECT count(*) AS sessions FROM _gizmosql_instr.main.sessions WHERE session_id = '${alice}'
      """
    Then the rows are:
      | sessions |
      | 0        |
    When the server is stopped and started again with:
      | instrumentation path | ${elsewhere}/first.db |
    And a session "carol" as admin
    And "carol" executes:
      """
      SELECT session_id FROM _gizmosql_instr.main.sessions WHERE session_id IN ('${alice}', '${bob}')
      """
    Then the rows are:
      | session_id |
      | ${alice}   |
