Feature: A server whose instrumentation is off
  Nothing is recorded, no file is made, and everything else works.

  @disabled.no-file
  @needs:start
  @needs:files
  Scenario Outline: No instrumentation file comes into being: <flag>, database <database>
    Given an empty folder "data"
    And an empty folder "started-from"
    And an empty folder "elsewhere"
    When a server of its own with:
      | folder               | ${data}                |
      | database             | <database>             |
      | working directory    | ${started-from}        |
      | instrumentation path | ${elsewhere}/custom.db |
      | instrumentation      | <flag>                 |
    And a session "alice" as admin
    Given "alice" executes:
      """
      CREATE TABLE numbers AS SELECT range AS number FROM range(1000)
      """
    When "alice" closes its session
    Then the folder "${data}" has no instrumentation file
    And the folder "${started-from}" has no instrumentation file
    And the folder "${elsewhere}" is empty

    Examples:
      | flag          | database  |
      | off           | mydb.db   |
      | not mentioned | in memory |

  @disabled.no-schema
  @needs:instrumentation-off
  Scenario: No listing shows the instrumentation database
    When a lent server with:
      | instrumentation | off |
    And a session "alice" as admin
    Given a table "mine_${unique}" of "alice" with the columns "number INTEGER"
    And "alice" executes:
      """
      SELECT current_database()
      """
    And its value is remembered as "main"
    When "alice" asks for GetCatalogs
    Then no row mentions "_gizmosql_instr"
    And some row mentions "${main}"
    When "alice" asks for GetDbSchemas
    Then no row mentions "_gizmosql_instr"
    And some row mentions "${main}"
    When "alice" asks for GetTables
    Then no row mentions "_gizmosql_instr"
    And some row mentions "mine_${unique}"
    When "alice" executes:
      """
      SELECT * FROM duckdb_databases()
      """
    Then no row mentions "_gizmosql_instr"
    And some row mentions "${main}"
    When "alice" executes:
      """
      SHOW DATABASES
      """
    Then no row mentions "_gizmosql_instr"
    And some row mentions "${main}"
    When "alice" executes:
      """
      SELECT catalog_name, schema_name FROM information_schema.schemata
      """
    Then no row mentions "_gizmosql_instr"
    And some row mentions "${main}"
    When "alice" executes:
      """
      SELECT database_name, schema_name, table_name FROM duckdb_tables()
      UNION ALL SELECT database_name, schema_name, view_name FROM duckdb_views()
      """
    Then no row mentions "_gizmosql_instr"
    And some row mentions "mine_${unique}"

  # If a session had been recorded meanwhile, a later start with instrumentation would show it.
  @disabled.no-tracking
  @needs:start
  @needs:kill
  Scenario: What was done meanwhile leaves no trace in the records
    When a server of its own with:
      | instrumentation | on |
    And a session "before" as admin
    Given the session of "before" is recorded with:
      | status | 'active' |
    When the server is stopped and started again with:
      | instrumentation | off |
    And a session "meanwhile" as admin
    Given "meanwhile" executes:
      """
      SELECT 'meanwhile'
      """
    When "meanwhile" tries to execute:
      """
      SELECT * FROM no_such_table
      """
    And the server is stopped and started again with:
      | instrumentation | on |
    And a session "after" as admin
    And the session of "after" is recorded with:
      | status | 'active' |
    And "after" executes:
      """
      SELECT count(*) AS instances, count(*) FILTER (instance_id = '${before.instance}') AS first,
        count(*) FILTER (instance_id = '${meanwhile.instance}') AS unseen, count(*) FILTER (instance_id = '${after.instance}') AS last
      FROM _gizmosql_instr.main.instances
      """
    Then the rows are:
      | instances | first | unseen | last |
      | 2         | 1     | 0      | 1    |
    When "after" executes:
      """
      SELECT (SELECT count(*) FROM _gizmosql_instr.main.sessions WHERE session_id = '${meanwhile}') AS sessions,
        (SELECT count(*) FROM _gizmosql_instr.main.sql_statements WHERE session_id = '${meanwhile}') AS statements,
        (SELECT count(*) FROM _gizmosql_instr.main.sql_statements WHERE sql_text IN ('SELECT ''meanwhile''', 'SELECT * FROM no_such_table')) AS texts,
        (SELECT count(*) FROM _gizmosql_instr.main.sessions WHERE session_id = '${before}') AS earlier_sessions
      """
    Then the rows are:
      | sessions | statements | texts | earlier_sessions |
      | 0        | 0          | 0     | 1                |

  # Where the files can be seen, comparing them says more than a later start does.
  @disabled.no-tracking
  @needs:start
  @needs:kill
  @needs:files
  Scenario: The file of an earlier run is left alone
    Given an empty folder "data"
    When a server of its own with:
      | folder | ${data} |
    And a session "before" as admin
    And the server is stopped and started again with:
      | instrumentation | not mentioned |
    And what the database "${data}/gizmosql_instrumentation.db" holds is remembered
    And a session "meanwhile" as admin
    Given "meanwhile" executes:
      """
      SELECT 'meanwhile'
      """
    When "meanwhile" closes its session
    Then the database "${data}/gizmosql_instrumentation.db" holds what it held
    When the server is stopped and started again with:
      | instrumentation | not mentioned |
    Then the database "${data}/gizmosql_instrumentation.db" holds what it held

  @disabled.queries-fail
  @needs:instrumentation-off
  Scenario: Queries on the instrumentation database fail, and the session stays usable
    When a lent server with:
      | instrumentation | off |
    And a session "alice" as admin
    Then "alice" is refused each of:
      | SELECT * FROM _gizmosql_instr.main.instances         |
      | SELECT * FROM _gizmosql_instr.main.sessions          |
      | SELECT * FROM _gizmosql_instr.main.sql_statements    |
      | SELECT * FROM _gizmosql_instr.main.sql_executions    |
      | SELECT * FROM _gizmosql_instr.main.active_sessions   |
      | SELECT * FROM _gizmosql_instr.main.session_activity  |
      | SELECT * FROM _gizmosql_instr.main.session_stats     |
      | SELECT * FROM _gizmosql_instr.main.execution_details |
      | SELECT * FROM _gizmosql_instr.sessions               |
      | SELECT count(*) FROM _gizmosql_instr.active_sessions |
      | USE _gizmosql_instr.main                             |
    And "alice" is still served
    When "alice" executes:
      """
      SELECT 42 AS answer
      """
    Then the rows are:
      | answer |
      | 42     |

  @disabled.functions-work
  @needs:instrumentation-off
  Scenario: The functions have their values
    When a lent server with:
      | instrumentation | off |
    And a session "alice" as admin
    And a session "bob" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION() AS version, GIZMOSQL_CURRENT_SESSION() AS session,
        GIZMOSQL_CURRENT_INSTANCE() AS instance, GIZMOSQL_USER() AS user, GIZMOSQL_ROLE() AS role
      """
    Then the rows are:
      | version                    | session  | instance        | user          | role    |
      | matches /^v?\d+\.\d+\.\d+/ | ${alice} | ${bob.instance} | ${alice.user} | 'admin' |
    When "alice" executes:
      """
      SELECT GIZMOSQL_CURRENT_SESSION() AS session, GIZMOSQL_CURRENT_INSTANCE() AS instance
      """
    Then the rows are:
      | session | instance |
      | a UUID  | a UUID   |
    And "alice" and "bob" are different

  @disabled.kill-works
  @needs:instrumentation-off
  Scenario: KILL SESSION ends another session and what it runs, under the same conditions
    When a lent server with:
      | instrumentation | off |
    And a session "alice" as admin
    And a session "bob" as admin
    And a session "carol" as admin
    Given "bob" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    When "alice" kills the session of "bob"
    Then its query ends with an error for "bob"
    When "bob" tries to execute:
      """
      SELECT 1
      """
    Then it is refused
    And "carol" is still served
    And "alice" is refused each of:
      | KILL SESSION '${alice}'                             |
      | KILL SESSION '12345678-1234-1234-1234-123456789012' |
    And "alice" is still served

  @kill.must-be-active
  @needs:instrumentation-off
  Scenario: A session that was killed or closed is not killed again, without instrumentation
    Given a lent server with:
      | instrumentation | off |
    And a session "alice" as admin
    And a session "bob" as admin
    And a session "carol" as admin
    When "alice" kills the session of "bob"
    And "carol" closes its session
    Then "alice" is refused each of:
      | KILL SESSION '${bob}'   |
      | KILL SESSION '${carol}' |
    And "alice" is still served
