Feature: Failed statements are recorded, with their message

  Scenario Outline: A failure for <what> is recorded: <door>
    Given a session "alice" as admin
    When "alice" tries to execute by <door>:
      """
      <sql>
      """
    Then it is refused
    And every attempt of "alice" is recorded as failed:
      """
      <sql>
      """
    And "alice" is still served

    @failed.parse
    Examples:
      | what                            | door              | sql                 |
      | a syntax error                  | a query           | SELEKT 1            |
      | a syntax error                  | an update         | SELEKT 1            |
      | a syntax error                  | a prepared query  | SELEKT 1            |
      | a syntax error                  | a prepared update | SELEKT 1            |
      | a statement that ends too early | a query           | SELECT 1 FROM WHERE |
      | a parenthesis left open         | a query           | SELECT (1           |
      | a text left open                | a query           | SELECT 'open        |

    @failed.unknown-table
    Examples:
      | what                                    | door              | sql                                                        |
      | an unknown table                        | a query           | SELECT * FROM no_such_table_${unique}                      |
      | an unknown table                        | an update         | SELECT * FROM no_such_table_${unique}                      |
      | an unknown table                        | a prepared query  | SELECT * FROM no_such_table_${unique}                      |
      | an unknown table                        | a prepared update | SELECT * FROM no_such_table_${unique}                      |
      | an unknown table of an INSERT           | a query           | INSERT INTO no_such_table_${unique} VALUES (1)             |
      | an unknown schema                       | a query           | SELECT * FROM no_such_schema_${unique}.numbers             |
      | an unknown table of the instrumentation | a query           | SELECT * FROM _gizmosql_instr.main.no_such_table_${unique} |

    @failed.unknown-column
    Examples:
      | what                                     | door              | sql                                                                |
      | an unknown column                        | a query           | SELECT no_such_column_${unique} FROM range(1)                      |
      | an unknown column                        | an update         | SELECT no_such_column_${unique} FROM range(1)                      |
      | an unknown column                        | a prepared query  | SELECT no_such_column_${unique} FROM range(1)                      |
      | an unknown column                        | a prepared update | SELECT no_such_column_${unique} FROM range(1)                      |
      | an unknown column of a condition         | a query           | SELECT 1 FROM range(1) WHERE no_such_column_${unique} = 1          |
      | an unknown column of the instrumentation | a query           | SELECT no_such_column_${unique} FROM _gizmosql_instr.main.sessions |

    @failed.kill-not-found
    Examples:
      | what                                 | door              | sql                            |
      | KILL SESSION of a session nobody has | a query           | KILL SESSION '${forged}'       |
      | KILL SESSION of a session nobody has | an update         | KILL SESSION '${forged}'       |
      | KILL SESSION of a session nobody has | a prepared query  | KILL SESSION '${forged}'       |
      | KILL SESSION of a session nobody has | a prepared update | KILL SESSION '${forged}'       |
      | KILL SESSION of no UUID              | a query           | KILL SESSION 'no such session' |

  @failed.readonly-write
  @needs:roles
  Scenario Outline: A write of the role readonly is refused, recorded and has no effect: <write> by <door>
    Given a session "alice" as readonly
    And a session "boss" as admin
    And a table "${home}kept_${unique}" of "boss" with the columns "number INTEGER"
    And "boss" executes:
      """
      INSERT INTO ${home}kept_${unique} VALUES (1)
      """
    When "alice" tries the forbidden by <door>:
      """
      <sql>
      """
    Then it is refused
    And every attempt of "alice" is recorded as failed:
      """
      <sql>
      """
    When "boss" executes:
      """
      SELECT
        (SELECT list(t) FROM ${home}kept_${unique} t)::VARCHAR AS rows,
        (SELECT count(*) FROM duckdb_columns() WHERE table_name = 'kept_${unique}') AS columns,
        (SELECT count(*) FROM duckdb_tables()
          WHERE table_name = 'kept_${unique}' AND comment IS NULL AND index_count = 0) AS tables,
        (SELECT count(*) FROM (
          SELECT table_name AS name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views()
          UNION ALL SELECT function_name FROM duckdb_functions() UNION ALL SELECT type_name FROM duckdb_types()
          UNION ALL SELECT sequence_name FROM duckdb_sequences() UNION ALL SELECT schema_name FROM duckdb_schemas()
        ) WHERE name = 'made_${unique}') AS made
      """
    Then the rows are:
      | rows                | columns | tables | made |
      | '[{''number'': 1}]' | 1       | 1      | 0    |
    When "alice" executes:
      """
      SELECT number FROM ${home}kept_${unique}
      """
    Then the rows are:
      | number |
      | 1      |

    Examples: Of rows
      | write                 | door              | sql                                                                                                     |
      | INSERT                | a query           | INSERT INTO ${home}kept_${unique} VALUES (2)                                                            |
      | INSERT                | an update         | INSERT INTO ${home}kept_${unique} VALUES (2)                                                            |
      | INSERT                | a prepared query  | INSERT INTO ${home}kept_${unique} VALUES (2)                                                            |
      | INSERT                | a prepared update | INSERT INTO ${home}kept_${unique} VALUES (2)                                                            |
      | INSERT with RETURNING | a query           | INSERT INTO ${home}kept_${unique} VALUES (2) RETURNING number                                           |
      | INSERT after WITH     | a query           | WITH new AS (SELECT 2 AS number) INSERT INTO ${home}kept_${unique} SELECT number FROM new               |
      | UPDATE                | a query           | UPDATE ${home}kept_${unique} SET number = 3                                                             |
      | UPDATE                | a prepared update | UPDATE ${home}kept_${unique} SET number = 3                                                             |
      | DELETE                | a query           | DELETE FROM ${home}kept_${unique}                                                                       |
      | DELETE                | an update         | DELETE FROM ${home}kept_${unique}                                                                       |
      | TRUNCATE              | a query           | TRUNCATE ${home}kept_${unique}                                                                          |
      | MERGE                 | a query           | MERGE INTO ${home}kept_${unique} USING (SELECT 1 AS number) new USING (number) WHEN MATCHED THEN DELETE |
      | EXPLAIN ANALYZE       | a query           | EXPLAIN ANALYZE DELETE FROM ${home}kept_${unique}                                                       |

    Examples: Of tables and other objects
      | write           | door             | sql                                                           |
      | CREATE TABLE    | a query          | CREATE TABLE made_${unique} (number INTEGER)                  |
      | CREATE TABLE    | an update        | CREATE TABLE made_${unique} (number INTEGER)                  |
      | CREATE TABLE    | a prepared query | CREATE TABLE made_${unique} (number INTEGER)                  |
      | CREATE TABLE AS | a query          | CREATE TABLE made_${unique} AS SELECT 1 AS number             |
      | CREATE VIEW     | a query          | CREATE VIEW made_${unique} AS SELECT 1 AS number              |
      | CREATE MACRO    | a query          | CREATE MACRO made_${unique}() AS 1                            |
      | CREATE SEQUENCE | a query          | CREATE SEQUENCE made_${unique}                                |
      | CREATE TYPE     | a query          | CREATE TYPE made_${unique} AS ENUM ('a')                      |
      | CREATE SCHEMA   | a query          | CREATE SCHEMA made_${unique}                                  |
      | CREATE INDEX    | a query          | CREATE INDEX made_${unique} ON ${home}kept_${unique} (number) |
      | ALTER TABLE     | a query          | ALTER TABLE ${home}kept_${unique} ADD COLUMN other INTEGER    |
      | DROP TABLE      | a query          | DROP TABLE ${home}kept_${unique}                              |
      | COMMENT         | a query          | COMMENT ON TABLE ${home}kept_${unique} IS 'changed'           |

  @failed.readonly-write
  @needs:roles
  Scenario: PREPARE and EXECUTE, and bulk ingest, by the role readonly are refused without effect
    Given a session "alice" as readonly
    And a session "boss" as admin
    And a table "${home}kept_${unique}" of "boss" with the columns "number INTEGER"
    And "boss" executes:
      """
      INSERT INTO ${home}kept_${unique} VALUES (1)
      """
    When "alice" tries the forbidden, line by line:
      """
      PREPARE writing AS DELETE FROM ${home}kept_${unique}
      EXECUTE writing
      """
    Then it is refused
    When "alice" tries to ingest a row into "${home}kept_${unique}", if it exists to append:
      | number  |
      | INTEGER |
      | 2       |
    Then it is refused
    When "alice" tries to ingest a row into "${home}kept_${unique}", if it exists to replace:
      | number  |
      | INTEGER |
      | 2       |
    Then it is refused
    When "alice" tries to ingest a row into "made_${unique}", if it exists to append:
      | number  |
      | INTEGER |
      | 2       |
    Then it is refused
    When "boss" executes:
      """
      SELECT
        (SELECT list(t) FROM ${home}kept_${unique} t)::VARCHAR AS rows,
        (SELECT count(*) FROM duckdb_columns() WHERE table_name = 'kept_${unique}') AS columns,
        (SELECT count(*) FROM duckdb_tables()
          WHERE table_name = 'kept_${unique}' AND comment IS NULL AND index_count = 0) AS tables,
        (SELECT count(*) FROM (
          SELECT table_name AS name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views()
          UNION ALL SELECT function_name FROM duckdb_functions() UNION ALL SELECT type_name FROM duckdb_types()
          UNION ALL SELECT sequence_name FROM duckdb_sequences() UNION ALL SELECT schema_name FROM duckdb_schemas()
        ) WHERE name = 'made_${unique}') AS made
      """
    Then the rows are:
      | rows                | columns | tables | made |
      | '[{''number'': 1}]' | 1       | 1      | 0    |
    When "alice" executes:
      """
      SELECT number FROM ${home}kept_${unique}
      """
    Then the rows are:
      | number |
      | 1      |

  @failed.instrumentation-write
  Scenario Outline: An attempt to change the instrumentation is recorded: <write> by <door>
    Given a session "alice" as admin
    When "alice" tries the forbidden by <door>:
      """
      <sql>
      """
    Then it is refused
    And every attempt of "alice" is recorded as failed, saying "read-only for client sessions":
      """
      <sql>
      """
    And "alice" is still served

    Examples: By a query
      | write                | door    | sql                                                                                                     |
      | INSERT               | a query | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')         |
      | UPDATE               | a query | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${forged}'             |
      | DELETE               | a query | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'                                |
      | DELETE as documented | a query | DELETE FROM _gizmosql_instr.sql_executions;                                                             |
      | MERGE                | a query | MERGE INTO _gizmosql_instr.sessions USING range(1) ON session_id = '${forged}' WHEN MATCHED THEN DELETE |
      | TRUNCATE             | a query | TRUNCATE _gizmosql_instr.main.sql_executions                                                            |
      | CREATE TABLE         | a query | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)                                     |
      | CREATE VIEW          | a query | CREATE VIEW _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                                 |
      | ALTER TABLE          | a query | ALTER TABLE _gizmosql_instr.main.sessions ADD COLUMN forged INTEGER                                     |
      | DROP TABLE           | a query | DROP TABLE _gizmosql_instr.main.sql_executions                                                          |
      | COMMENT              | a query | COMMENT ON TABLE _gizmosql_instr.main.sessions IS 'forged'                                              |
      | EXPLAIN ANALYZE      | a query | EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'                |
      | a quoted name        | a query | DELETE FROM "_GIZMOSQL_instr"."main"."sessions" WHERE session_id = '${forged}'                          |

    Examples: In another way
      | write  | door              | sql                                                                                             |
      | INSERT | a prepared query  | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') |
      | INSERT | a prepared update | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') |
      | UPDATE | an update         | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${forged}'     |
      | DELETE | an update         | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'                        |
      | DELETE | a prepared query  | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'                        |

  # The server may tell such a role that it may not even read.
  @failed.instrumentation-write
  @needs:roles
  Scenario Outline: An attempt by the role <role> to change the instrumentation is recorded: <write>
    Given a session "alice" as <role>
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And every attempt of "alice" is recorded as failed:
      """
      <sql>
      """
    And "alice" is still served

    Examples:
      | role     | write  | sql                                                                                             |
      | user     | INSERT | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') |
      | user     | UPDATE | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${forged}'     |
      | readonly | INSERT | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') |
      | readonly | DELETE | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'                        |

  @failed.instrumentation-write
  Scenario: EXECUTE in SQL of a change is recorded as failed when it is prepared or executed
    Given a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      PREPARE forge AS DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'
      EXECUTE forge
      """
    Then it is refused
    And every attempt of "alice" is recorded as failed when prepared or executed:
      """
      EXECUTE forge
      """
    And "alice" is still served

  @failed.kill-denied
  @needs:roles
  Scenario Outline: KILL SESSION by the role <role> is recorded: <door>
    Given a session "alice" as <role>
    And a session "boss" as admin
    When "alice" tries to execute by <door>:
      """
      KILL SESSION '${boss}'
      """
    Then it is refused
    And every attempt of "alice" is recorded as failed:
      """
      KILL SESSION '${boss}'
      """
    And "alice" is still served
    And "boss" is still served

    Examples:
      | role     | door              |
      | user     | a query           |
      | user     | an update         |
      | user     | a prepared query  |
      | user     | a prepared update |
      | readonly | a query           |
      | readonly | a prepared update |

  # Whether a killed session is one that is not found is left to kill.must-be-active.
  @failed.kill-not-found
  Scenario: KILL SESSION of a session that was closed is recorded
    Given a session "alice" as admin
    And a session "bob" as admin
    When "bob" closes its session
    And "alice" tries to execute:
      """
      KILL SESSION '${bob}'
      """
    Then it is refused
    And every attempt of "alice" is recorded as failed:
      """
      KILL SESSION '${bob}'
      """
    And "alice" is still served

  @failed.detach
  Scenario Outline: DETACH of the instrumentation is recorded: <sql> by <door>
    Given a session "alice" as admin
    When "alice" tries the forbidden by <door>:
      """
      <sql>
      """
    Then it is refused
    And every attempt of "alice" is recorded as failed, saying "Cannot DETACH the instrumentation database":
      """
      <sql>
      """
    And "alice" is still served

    Examples:
      | sql                                       | door              |
      | DETACH _gizmosql_instr                    | a query           |
      | DETACH _gizmosql_instr                    | an update         |
      | DETACH _gizmosql_instr                    | a prepared query  |
      | DETACH _gizmosql_instr                    | a prepared update |
      | DETACH DATABASE IF EXISTS _gizmosql_instr | a query           |
      | detach "_GIZMOSQL_instr";                 | a query           |

  @failed.session-survives
  Scenario Outline: After <what>, by several ways of executing it, the session is as it was
    Given a session "alice" as admin
    And "alice" executes:
      """
      CREATE TEMP TABLE mine AS SELECT 42 AS number
      """
    And "alice" prepares:
      """
      SELECT number, GIZMOSQL_CURRENT_SESSION() AS session FROM mine
      """
    When "alice" tries to execute by a query:
      """
      <sql>
      """
    Then it is refused
    When "alice" tries to execute by an update:
      """
      <sql>
      """
    Then it is refused
    When "alice" tries to execute by a prepared query:
      """
      <sql>
      """
    Then it is refused
    When "alice" executes the prepared statement
    Then the rows are:
      | number | session  |
      | 42     | ${alice} |
    When "alice" executes:
      """
      SELECT number + 1 AS next FROM mine
      """
    Then the rows are:
      | next |
      | 43   |
    And the session of "alice" is recorded with:
      | status    | 'active' |
      | stop_time | NULL     |

    Examples:
      | what                            | sql                                                                      |
      | a syntax error                  | SELEKT 1                                                                 |
      | an unknown table                | SELECT * FROM no_such_table_${unique}                                    |
      | an unknown column               | SELECT no_such_column FROM mine                                          |
      | a change of the instrumentation | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}' |
      | KILL SESSION of nobody          | KILL SESSION '${forged}'                                                 |
      | KILL SESSION of itself          | KILL SESSION '${alice}'                                                  |
      | DETACH                          | DETACH _gizmosql_instr                                                   |

  # What becomes of the transaction is not specified. It may go on or be lost, and end with COMMIT or ROLLBACK.
  @failed.session-survives
  Scenario Outline: After <what> in a transaction, and the end of that, the session goes on
    Given a session "alice" as admin
    And a table "${home}kept_${unique}" of "alice" with the columns "number INTEGER"
    And "alice" executes:
      """
      CREATE TEMP TABLE mine AS SELECT 42 AS number
      """
    And "alice" prepares:
      """
      SELECT number, GIZMOSQL_CURRENT_SESSION() AS session FROM mine
      """
    And "alice" executes, line by line:
      """
      BEGIN TRANSACTION
      INSERT INTO ${home}kept_${unique} VALUES (1)
      """
    When "alice" tries to execute:
      """
      <sql>
      """
    Then it is refused
    When "alice" tries to execute, line by line:
      """
      COMMIT
      ROLLBACK
      """
    And "alice" executes, line by line:
      """
      INSERT INTO ${home}kept_${unique} VALUES (2)
      SELECT number FROM ${home}kept_${unique} WHERE number = 2
      """
    Then the rows are:
      | number |
      | 2      |
    When "alice" executes the prepared statement
    Then the rows are:
      | number | session  |
      | 42     | ${alice} |

    Examples:
      | what                            | sql                                                                      |
      | a syntax error                  | SELEKT 1                                                                 |
      | an unknown table                | SELECT * FROM no_such_table_${unique}                                    |
      | an unknown column               | SELECT no_such_column FROM mine                                          |
      | a change of the instrumentation | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}' |
      | KILL SESSION of nobody          | KILL SESSION '${forged}'                                                 |
      | KILL SESSION of itself          | KILL SESSION '${alice}'                                                  |
      | DETACH                          | DETACH _gizmosql_instr                                                   |

  @failed.session-survives
  @needs:roles
  Scenario Outline: After <what> the session of the role <role> goes on
    Given a session "alice" as <role>
    And a session "boss" as admin
    And at the end an admin executes "DROP TABLE IF EXISTS made_${unique}"
    And "alice" prepares:
      """
      SELECT GIZMOSQL_CURRENT_SESSION() AS session
      """
    When "alice" tries to execute:
      """
      <sql>
      """
    Then it is refused
    When "alice" executes the prepared statement
    Then the rows are:
      | session  |
      | ${alice} |
    And "alice" is still served
    And the session of "alice" is recorded with:
      | status | 'active' |

    Examples:
      | role     | what                            | sql                                                                      |
      | user     | KILL SESSION                    | KILL SESSION '${boss}'                                                   |
      | readonly | KILL SESSION                    | KILL SESSION '${boss}'                                                   |
      | readonly | a write                         | CREATE TABLE made_${unique} (number INTEGER)                             |
      | user     | a read of the instrumentation   | SELECT count(*) FROM _gizmosql_instr.main.sessions                       |
      | readonly | a read of the instrumentation   | SELECT count(*) FROM _gizmosql_instr.main.sessions                       |
      | user     | a change of the instrumentation | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}' |
