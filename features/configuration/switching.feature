Feature: Switching instrumentation on and off

  @config.enabled
  @needs:start
  Scenario: --enable-instrumentation=true switches it on
    When a server of its own with:
      | instrumentation | not mentioned                 |
      | flag            | --enable-instrumentation=true |
    And a session "alice" as admin
    Given "alice" executes:
      """
      SELECT 'on'
      """
    Then the session of "alice" is recorded with:
      | status | 'active' |
    And the statements of "alice" are recorded as:
      | sql_text        |
      | 'SELECT ''on''' |
    And the executions of "alice" are recorded as:
      | status    | rows_fetched |
      | 'success' | 1            |

  @needs:start
  @needs:instrumentation-off
  Scenario Outline: It is off when <given>
    When a server of its own with:
      | instrumentation | not mentioned |
      | flag            | <flag>        |
    And a session "alice" as admin
    Then "alice" is refused each of:
      | SELECT * FROM _gizmosql_instr.main.instances       |
      | SELECT * FROM _gizmosql_instr.main.sessions        |
      | SELECT * FROM _gizmosql_instr.main.sql_executions  |
      | SELECT * FROM _gizmosql_instr.main.active_sessions |
    When "alice" executes:
      """
      SELECT database_name AS name FROM duckdb_databases() UNION ALL SELECT schema_name FROM duckdb_schemas()
      UNION ALL SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views()
      UNION ALL SELECT function_name FROM duckdb_functions()
      """
    # Whatever the database would be called, its tables and views would have these names.
    Then no row mentions "_gizmosql_instr"
    And no row mentions "sql_statements"
    And no row mentions "sql_executions"
    And no row mentions "active_sessions"
    And no row mentions "session_activity"
    And some row mentions "main"

    @config.disabled-by-default
    Examples:
      | given            | flag      |
      | no flag is given | not given |

    @config.disabled-explicitly
    Examples:
      | given                             | flag                           |
      | --enable-instrumentation is false | --enable-instrumentation=false |

  # A server may have kept records back: they would show once it records again.
  @needs:instrumentation
  @needs:start
  @needs:files
  @needs:kill
  Scenario Outline: Nothing is recorded when <given>, in no file and not later
    Given an empty folder "data"
    And an empty folder "started-from"
    When a server of its own with:
      | folder            | ${data}         |
      | database          | mydb.db         |
      | working directory | ${started-from} |
      | instrumentation   | not mentioned   |
      | flag              | <flag>          |
    And a session "before" as admin
    Given "before" executes:
      """
      SELECT 'before'
      """
    When "before" tries to execute:
      """
      SELECT * FROM no_such_table
      """
    And "before" closes its session
    Then the folder "${data}" has no DuckDB database but "mydb.db"
    And the folder "${data}" has no instrumentation file
    And the folder "${started-from}" has no DuckDB database
    And the folder "${started-from}" has no instrumentation file
    When the server is stopped and started again with:
      | flag | --enable-instrumentation=true |
    And a session "after" as admin
    Then the session of "after" is recorded with:
      | status | 'active' |
    When "after" executes:
      """
      SELECT (SELECT count(*) FROM _gizmosql_instr.main.instances) AS instances,
        (SELECT count(*) FROM _gizmosql_instr.main.sessions WHERE session_id = '${before}') AS sessions,
        (SELECT count(*) FROM _gizmosql_instr.main.sql_statements WHERE session_id = '${before}') AS statements,
        (SELECT count(*) FROM _gizmosql_instr.main.sql_statements WHERE sql_text = 'SELECT ''before''') AS texts
      """
    Then the rows are:
      | instances | sessions | statements | texts |
      | 1         | 0        | 0          | 0     |

    @config.disabled-by-default
    Examples:
      | given            | flag      |
      | no flag is given | not given |

    @config.disabled-explicitly
    Examples:
      | given                             | flag                           |
      | --enable-instrumentation is false | --enable-instrumentation=false |
