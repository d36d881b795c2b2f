Feature: What session instrumentation records
  Server instances, client sessions, SQL statements and their executions are recorded
  automatically, in a DuckDB database apart from the main one.

  @overview.instances
  @needs:start
  @needs:kill
  Scenario: A start is recorded as an instance, and its stop completes the same row
    Given a server of its own
    And a session "before" as admin
    Then the instance of "before" is recorded with:
      | start_time  | a timestamp |
      | stop_time   | NULL        |
      | status      | 'running'   |
      | stop_reason | NULL        |
    When the server is stopped and started again
    And a session "after" as admin
    Then the instance of "before" is recorded with:
      | start_time  | a timestamp                        |
      | stop_time   | a timestamp                        |
      | status      | 'stopped'                          |
      # Otherwise the clean-up of the next start completed the row.
      | stop_reason | matches /^(?!unclean_shutdown$)\S/ |
    And the instance of "after" is recorded with:
      | stop_time   | NULL      |
      | status      | 'running' |
      | stop_reason | NULL      |
    When "after" executes:
      """
      SELECT count(*) AS instances, count(DISTINCT instance_id) AS ids FROM _gizmosql_instr.main.instances
      """
    Then the rows are:
      | instances | ids |
      | 2         | 2   |

  @overview.sessions
  Scenario: A client that connects is recorded, and its leaving completes the same row
    Given a session "alice" as admin
    And a session "bob" as admin
    Then the session of "alice" is recorded with:
      | instance_id         | ${alice.instance}                 |
      | username            | ${alice.user}                     |
      | role                | 'admin'                           |
      | auth_method         | ${alice.login}                    |
      | peer                | some text                         |
      | connection_protocol | one of 'plaintext', 'tls', 'mtls' |
      | start_time          | a timestamp                       |
      | stop_time           | NULL                              |
      | status              | 'active'                          |
    When "alice" closes its session
    Then the session of "alice" is recorded with:
      | username   | ${alice.user} |
      | start_time | a timestamp   |
      | stop_time  | a timestamp   |
      | status     | 'closed'      |
    And the session of "bob" is recorded with:
      | stop_time | NULL     |
      | status    | 'active' |

  @overview.instances
  @needs:kill
  Scenario: The table of instances has the documented columns and no others
    Then the columns of "instances" are as documented

  @overview.sessions
  Scenario: The table of sessions has the documented columns and no others
    Then the columns of "sessions" are as documented

  @overview.statements
  Scenario: Every prepared statement of a session is recorded, executed or not
    Given a session "alice" as admin
    And a session "bob" as admin
    And "alice" prepares:
      """
      SELECT 1 AS executed
      """
    And "alice" executes the prepared statement
    And "alice" prepares:
      """
      SELECT 2 AS never_executed
      """
    And "alice" prepares:
      """
      SELECT 2 AS never_executed
      """
    Then the statements of "alice" are recorded as:
      | session_id | sql_text                     | prepare_success |
      | ${alice}   | 'SELECT 1 AS executed'       | true            |
      | ${alice}   | 'SELECT 2 AS never_executed' | true            |
      | ${alice}   | 'SELECT 2 AS never_executed' | true            |
    And the statements of "bob" are recorded as:
      | session_id | sql_text |

  @overview.statements
  Scenario: The table of statements has the documented columns and no others
    Then the columns of "sql_statements" are as documented

  @overview.executions
  Scenario Outline: Executing one statement <times> times is recorded as so many executions
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT unnest(['a', 'b', 'c']) AS letter
      """
    And "alice" executes the prepared statement <times> times
    Then the statements of "alice" are recorded as:
      | sql_text                                         |
      | 'SELECT unnest([''a'', ''b'', ''c'']) AS letter' |
    When "alice" executes:
      """
      SELECT count(*) AS executions, count(DISTINCT execution_id) AS ids,
        count(DISTINCT statement_id) AS statements, sum(rows_fetched)::BIGINT AS rows
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND flight_method = 'CreatePreparedStatement'
      """
    Then within the visibility time the rows are:
      | executions | ids     | statements | rows   |
      | <times>    | <times> | 1          | <rows> |

    Examples:
      | times | rows |
      | 1     | 3    |
      | 2     | 6    |
      | 7     | 21   |

  @overview.executions
  Scenario: Every execution is recorded with its parameters, its time and its rows
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT * FROM range(?::BIGINT)
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | BIGINT |
      | 2      |
      | 0      |
      | 2      |
    Then the executions of "alice" are recorded as:
      | bind_parameters | execution_start_time | execution_end_time | rows_fetched | status    |
      | the JSON [2]    | a timestamp          | a timestamp        | 2            | 'success' |
      | the JSON [0]    | a timestamp          | a timestamp        | 0            | 'success' |
      | the JSON [2]    | a timestamp          | a timestamp        | 2            | 'success' |

  @overview.executions
  Scenario Outline: The server's own queries for <question> are recorded as executions, too
    Given a session "alice" as admin
    When "alice" asks for <question>
    Then every execution of "alice" is recorded with:
      | is_internal        | true        |
      | execution_end_time | a timestamp |
      | status             | 'success'   |

    Examples:
      | question    |
      | GetCatalogs |
      | GetTables   |

  @overview.executions
  Scenario: A statement that can't be prepared has no execution
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT 'right'
      """
    When "alice" tries to execute:
      """
      SELEKT 'wrong'
      """
    Then it is refused
    And the executions of "alice" are recorded as:
      | sql_text           |
      | 'SELECT ''right''' |

  @overview.executions
  Scenario: A statement that is prepared and never executed has no execution
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT 1
      """
    When "alice" closes the prepared statement
    Then the executions of "alice" are recorded as:
      | sql_text |

  @overview.executions
  Scenario: A direct query and an update are recorded as one execution each
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT 1
      """
    And "alice" executes by an update:
      """
      CREATE TEMP TABLE numbers (number INTEGER)
      """
    Then the executions of "alice" are recorded as:
      | sql_text                                     | status    |
      | 'SELECT 1'                                   | 'success' |
      | 'CREATE TEMP TABLE numbers (number INTEGER)' | 'success' |

  @overview.executions
  Scenario: The table of executions has the documented columns and no others
    Then the columns of "sql_executions" are as documented

  @overview.separate-database
  @needs:instrumentation-file
  Scenario: The instrumentation is a DuckDB database of its own
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT instrumentation.type, instrumentation.path IS DISTINCT FROM main.path AS apart,
        current_database() <> '_gizmosql_instr' AS not_the_main_one
      FROM duckdb_databases() instrumentation, duckdb_databases() main
      WHERE instrumentation.database_name = '_gizmosql_instr' AND main.database_name = current_database()
      """
    Then the rows are:
      | type     | apart | not_the_main_one |
      | 'duckdb' | true  | true             |

  @overview.separate-database
  Scenario: Its four tables can be read by SQL
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT table_name FROM information_schema.tables
      WHERE table_catalog = '_gizmosql_instr' AND table_schema = 'main' AND table_type = 'BASE TABLE'
        AND table_name IN ('instances', 'sessions', 'sql_statements', 'sql_executions')
      ORDER BY table_name
      """
    Then the rows are:
      | table_name       |
      | 'instances'      |
      | 'sessions'       |
      | 'sql_executions' |
      | 'sql_statements' |
    When "alice" executes:
      """
      SELECT (SELECT count(*) FROM _gizmosql_instr.instances) >= 0 AS instances,
        (SELECT count(*) FROM _gizmosql_instr.sessions) >= 0 AS sessions,
        (SELECT count(*) FROM _gizmosql_instr.sql_statements) >= 0 AS statements,
        (SELECT count(*) FROM _gizmosql_instr.sql_executions) >= 0 AS executions
      """
    Then the rows are:
      | instances | sessions | statements | executions |
      | true      | true     | true       | true       |

  @overview.separate-database
  Scenario: A table of the main database is not in it
    Given a session "alice" as admin
    And a table "${home}mine_${unique}" of "alice" with the columns "number INTEGER"
    When "alice" executes:
      """
      SELECT count(*) AS in_main, count(*) FILTER (database_name = '_gizmosql_instr') AS in_instrumentation
      FROM duckdb_tables() WHERE table_name = 'mine_${unique}'
      """
    Then the rows are:
      | in_main | in_instrumentation |
      | 1       | 0                  |

  # Many clients close a result as soon as they have its last row, before the stream ends.
  @overview.executions
  Scenario: Queries whose clients let go after the last row are one execution each, and run once
    Given a session "alice" as admin
    And "alice" executes:
      """
      CREATE TEMP SEQUENCE counted
      """
    When "alice" closes a result after the last of its 1 row, 30 times:
      """
      SELECT nextval('counted') AS number
      """
    And "alice" executes:
      """
      SELECT nextval('counted') AS last
      """
    Then the rows are:
      | last |
      | 31   |
    When "alice" executes:
      """
      SELECT count(*) FILTER (sql_text = 'SELECT nextval(''counted'') AS number') AS let_go,
        count(*) FILTER (sql_text = 'SELECT nextval(''counted'') AS last') AS read_on
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | let_go | read_on |
      | 30     | 1       |

  @overview.executions
  Scenario: Executions of a prepared statement whose results are let go of after the last row are recorded each
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT unnest(['a', 'b', 'c']) AS letter
      """
    And "alice" executes the prepared statement 7 times, closing each result after the last of its 3 rows
    When "alice" executes:
      """
      SELECT count(*) AS executions, count(DISTINCT execution_id) AS ids,
        count(DISTINCT statement_id) AS statements, sum(rows_fetched)::BIGINT AS rows
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND flight_method = 'CreatePreparedStatement'
      """
    Then within the visibility time the rows are:
      | executions | ids | statements | rows |
      | 7          | 7   | 1          | 21   |

  @overview.executions
  Scenario: Queries whose results are closed early are one execution each
    Given a session "alice" as admin
    When "alice" closes a result after 1 row:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(200000)
      """
    And "alice" closes a result after 5000 rows:
      """
      SELECT range AS number, repeat('y', 100) AS text FROM range(200000)
      """
    Given "alice" executes:
      """
      SELECT 'after them'
      """
    Then the executions of "alice" are recorded as:
      | sql_text                | execution_start_time | execution_end_time |
      | contains 'repeat(''x''' | a timestamp          | a timestamp        |
      | contains 'repeat(''y''' | a timestamp          | a timestamp        |
      | 'SELECT ''after them''' | a timestamp          | a timestamp        |
