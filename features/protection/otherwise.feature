Feature: Nobody changes the instrumentation in any other way
  The server refuses whatever else would modify the instrumentation database, however it is
  written and sent.

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: <change> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples: Of rows
      | change           | sql                                                                                                                         |
      | MERGE, to insert | MERGE INTO _gizmosql_instr.sessions USING range(1) ON false WHEN NOT MATCHED THEN INSERT (session_id) VALUES ('${forged}')  |
      | MERGE, to update | MERGE INTO _gizmosql_instr.sessions USING range(1) ON session_id = '${witness}' WHEN MATCHED THEN UPDATE SET username = 'x' |
      | MERGE, to delete | MERGE INTO _gizmosql_instr.sessions USING range(1) ON session_id = '${witness}' WHEN MATCHED THEN DELETE                    |
      | TRUNCATE         | TRUNCATE _gizmosql_instr.main.sql_executions                                                                                |
      | TRUNCATE TABLE   | TRUNCATE TABLE _gizmosql_instr.sessions                                                                                     |

    Examples: Of tables, views and other objects
      | change                     | sql                                                                                        |
      | CREATE TABLE               | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)                        |
      | CREATE TABLE AS            | CREATE TABLE _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                   |
      | CREATE TABLE IF NOT EXISTS | CREATE TABLE IF NOT EXISTS _gizmosql_instr.main.forged_${unique} (number INTEGER)          |
      | CREATE OR REPLACE TABLE    | CREATE OR REPLACE TABLE _gizmosql_instr.main.sql_executions (number INTEGER)               |
      | ALTER TABLE ADD COLUMN     | ALTER TABLE _gizmosql_instr.main.sessions ADD COLUMN forged INTEGER                        |
      | ALTER TABLE DROP COLUMN    | ALTER TABLE _gizmosql_instr.main.sql_executions DROP COLUMN error_message                  |
      | ALTER TABLE RENAME         | ALTER TABLE _gizmosql_instr.main.sql_executions RENAME TO forged_${unique}                 |
      | ALTER TABLE RENAME COLUMN  | ALTER TABLE _gizmosql_instr.main.sql_executions RENAME COLUMN error_message TO forged      |
      | ALTER TABLE ALTER COLUMN   | ALTER TABLE _gizmosql_instr.main.sql_executions ALTER COLUMN rows_fetched TYPE HUGEINT     |
      | ALTER VIEW RENAME          | ALTER VIEW _gizmosql_instr.main.session_stats RENAME TO forged_${unique}                   |
      | DROP TABLE                 | DROP TABLE _gizmosql_instr.main.sql_executions                                             |
      | DROP TABLE CASCADE         | DROP TABLE IF EXISTS _gizmosql_instr.sessions CASCADE                                      |
      | DROP VIEW                  | DROP VIEW _gizmosql_instr.main.session_stats                                               |
      | DROP SCHEMA                | DROP SCHEMA _gizmosql_instr.main CASCADE                                                   |
      | COMMENT ON TABLE           | COMMENT ON TABLE _gizmosql_instr.main.sessions IS 'forged'                                 |
      | COMMENT ON COLUMN          | COMMENT ON COLUMN _gizmosql_instr.main.sessions.username IS 'forged'                       |
      | COMMENT ON VIEW            | COMMENT ON VIEW _gizmosql_instr.main.session_stats IS 'forged'                             |
      | CREATE INDEX               | CREATE INDEX forged_${unique} ON _gizmosql_instr.main.sessions (username)                  |
      | CREATE UNIQUE INDEX        | CREATE UNIQUE INDEX forged_${unique} ON _gizmosql_instr.main.sql_executions (execution_id) |
      | CREATE SCHEMA              | CREATE SCHEMA _gizmosql_instr.forged_${unique}                                             |
      | CREATE VIEW                | CREATE VIEW _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                    |
      | CREATE OR REPLACE VIEW     | CREATE OR REPLACE VIEW _gizmosql_instr.main.session_stats AS SELECT 1 AS number            |
      | CREATE MACRO               | CREATE MACRO _gizmosql_instr.main.forged_${unique}() AS 1                                  |
      | CREATE MACRO AS TABLE      | CREATE MACRO _gizmosql_instr.main.forged_${unique}() AS TABLE SELECT 1 AS number           |
      | CREATE SEQUENCE            | CREATE SEQUENCE _gizmosql_instr.main.forged_${unique}                                      |
      | CREATE TYPE                | CREATE TYPE _gizmosql_instr.main.forged_${unique} AS ENUM ('forged')                       |

    Examples: EXPLAIN ANALYZE executes what it explains
      | change                      | sql                                                                                                                      |
      | EXPLAIN ANALYZE INSERT      | EXPLAIN ANALYZE INSERT INTO _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}')                              |
      | EXPLAIN ANALYZE UPDATE      | EXPLAIN ANALYZE UPDATE _gizmosql_instr.main.sessions SET username = 'x' WHERE session_id = '${witness}'                  |
      | EXPLAIN ANALYZE DELETE      | EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                |
      | EXPLAIN ANALYZE MERGE       | EXPLAIN ANALYZE MERGE INTO _gizmosql_instr.sessions USING range(1) ON session_id = '${witness}' WHEN MATCHED THEN DELETE |
      | EXPLAIN ANALYZE CREATE      | EXPLAIN ANALYZE CREATE TABLE _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                                 |
      | EXPLAIN ANALYZE, lower case | explain analyze delete from _gizmosql_instr.main.sessions where session_id = '${witness}'                                |
      | EXPLAIN ANALYZE, as JSON    | EXPLAIN (ANALYZE, FORMAT JSON) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                 |
      | EXPLAIN ANALYZE, commented  | /* a */ EXPLAIN /* b */ ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                |

    Examples: By a name that is spelled in another way
      | change                                      | sql                                                                                         |
      | A change of a name in quotes                | DELETE FROM "_gizmosql_instr"."main"."sessions" WHERE session_id = '${witness}'             |
      | A change of a name in capitals              | DELETE FROM _GIZMOSQL_INSTR.MAIN.SESSIONS WHERE session_id = '${witness}'                   |
      | A change of a name in quotes and mixed case | DELETE FROM "_Gizmosql_INSTR"."Main"."Sessions" WHERE session_id = '${witness}'             |
      | A change of a name quoted in part           | UPDATE _gizmosql_instr."main".sessions SET "username" = 'x' WHERE session_id = '${witness}' |
      | A change of a name with spaces between      | DELETE FROM _gizmosql_instr . main . sessions WHERE session_id = '${witness}'               |
      | A change in small letters                   | delete from _gizmosql_instr.main.sessions where session_id = '${witness}'                   |

    # Whether a server takes several statements in one text is its own affair.
    Examples: As one of several statements
      | change                            | sql                                                                                                    |
      | The first of two statements       | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'; SELECT 1                    |
      | The second of two statements      | SELECT 1; DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                    |
      | The second of three statements    | SELECT 1; UPDATE _gizmosql_instr.sessions SET username = 'x' WHERE session_id = '${witness}'; SELECT 2 |
      | A statement after an empty one    | ;; DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}';                          |
      | A statement after USE in one text | USE _gizmosql_instr; DELETE FROM sessions WHERE session_id = '${witness}'                              |
      | A CREATE after another statement  | SELECT 1; CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)                          |

  @protect.otherwise
  @protect.unchanged
  Scenario: A change with comments between its words is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      DELETE /* a */ FROM _gizmosql_instr/* b */./* c */main.sessions -- d
        WHERE session_id = '${witness}'
      """
    Then it is refused
    When "alice" tries the forbidden:
      """
      SELECT 1 /* ; */; -- ;
      INSERT INTO _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}')
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

  @protect.otherwise
  @protect.unchanged
  Scenario: A change on lines of its own is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """


      DELETE
      FROM
        _gizmosql_instr.main.sessions
      WHERE session_id = '${witness}'

      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: <statement> with parameters is refused by <door>
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden by <door>, with the parameters "<parameters>":
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | statement | door              | parameters        | sql                                                                                 |
      | INSERT    | a prepared query  | '${forged}'       | INSERT INTO _gizmosql_instr.main.sessions (session_id) VALUES (CAST(? AS UUID))     |
      | UPDATE    | a prepared update | 'x', '${witness}' | UPDATE _gizmosql_instr.sessions SET username = ? WHERE session_id = CAST(? AS UUID) |
      | DELETE    | a prepared query  | '${witness}'      | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = CAST(? AS UUID)        |
      | DELETE    | a prepared update | '${witness}'      | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = CAST(? AS UUID)        |

  # Not every server has bulk ingest; one that has refuses it here.
  @protect.otherwise
  @protect.unchanged
  Scenario Outline: Bulk ingest into <target>, if it exists to <option>, is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries to ingest a row into "<target>", if it exists to <option>:
      | <key>       |
      | VARCHAR     |
      | '${forged}' |
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | target                                | option  | key          |
      | _gizmosql_instr.main.sessions         | append  | session_id   |
      | _gizmosql_instr.main.sessions         | replace | session_id   |
      | _gizmosql_instr.main.sql_executions   | append  | execution_id |
      | _GIZMOSQL_INSTR.MAIN.SESSIONS         | append  | session_id   |
      | _gizmosql_instr.main.forged_${unique} | append  | session_id   |

  @protect.otherwise
  @protect.unchanged
  Scenario: In a transaction a change is refused, and the transaction can be rolled back
    Given the records of a session that is over
    And a session "alice" as admin
    And "alice" executes:
      """
      BEGIN TRANSACTION
      """
    When "alice" tries to execute:
      """
      DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'
      """
    Then it is refused
    When "alice" executes:
      """
      ROLLBACK
      """
    Then the instrumentation is as it was
    And "alice" is still served

  # No engine writes to two databases in one transaction. What becomes of the transaction is not specified.
  @protect.otherwise
  @protect.unchanged
  Scenario: In a transaction with other work a change is refused, and the session goes on once that has ended
    Given the records of a session that is over
    And a session "alice" as admin
    And a table "${home}kept_${unique}" of "alice" with the columns "number INTEGER"
    And "alice" executes:
      """
      BEGIN TRANSACTION
      """
    And "alice" executes:
      """
      INSERT INTO ${home}kept_${unique} VALUES (1)
      """
    When "alice" tries to execute:
      """
      UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}'
      """
    Then it is refused
    When "alice" tries to execute:
      """
      COMMIT
      """
    And "alice" tries to execute:
      """
      ROLLBACK
      """
    And "alice" executes:
      """
      INSERT INTO ${home}kept_${unique} VALUES (2)
      """
    And "alice" executes:
      """
      SELECT number FROM ${home}kept_${unique} WHERE number = 2
      """
    Then the rows are:
      | number |
      | 2      |
    And the instrumentation is as it was
