Feature: How changes of the instrumentation are refused, and to whom

  @protect.message
  Scenario Outline: The refusal of <modification> says so
    Given a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused because clients may only read

    Examples:
      | modification                | sql                                                                                                                                                             |
      | INSERT                      | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')                                                                 |
      | UPDATE                      | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${forged}'                                                                     |
      | DELETE                      | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'                                                                                        |
      | DELETE as documented        | DELETE FROM _gizmosql_instr.sql_executions                                                                                                                      |
      | MERGE, to insert            | MERGE INTO _gizmosql_instr.main.sessions USING (SELECT '${forged}'::UUID AS session_id) new USING (session_id) WHEN NOT MATCHED THEN INSERT BY NAME             |
      | MERGE, to update            | MERGE INTO _gizmosql_instr.main.sessions s USING (SELECT '${forged}'::UUID AS id) old ON s.session_id = old.id WHEN MATCHED THEN UPDATE SET username = 'forged' |
      | MERGE, to delete            | MERGE INTO _gizmosql_instr.main.sessions s USING (SELECT '${forged}'::UUID AS id) old ON s.session_id = old.id WHEN MATCHED THEN DELETE                         |
      | TRUNCATE                    | TRUNCATE _gizmosql_instr.main.sql_executions                                                                                                                    |
      | TRUNCATE TABLE              | TRUNCATE TABLE _gizmosql_instr.sessions                                                                                                                         |
      | CREATE TABLE                | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)                                                                                             |
      | CREATE TABLE AS             | CREATE TABLE _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                                                                                        |
      | CREATE OR REPLACE TABLE     | CREATE OR REPLACE TABLE _gizmosql_instr.main.sql_executions (number INTEGER)                                                                                    |
      | ALTER TABLE ADD COLUMN      | ALTER TABLE _gizmosql_instr.main.sessions ADD COLUMN forged INTEGER                                                                                             |
      | ALTER TABLE DROP COLUMN     | ALTER TABLE _gizmosql_instr.main.sql_executions DROP COLUMN error_message                                                                                       |
      | ALTER TABLE RENAME          | ALTER TABLE _gizmosql_instr.main.sql_executions RENAME TO forged_${unique}                                                                                      |
      | ALTER TABLE RENAME COLUMN   | ALTER TABLE _gizmosql_instr.main.sql_executions RENAME COLUMN error_message TO forged                                                                           |
      | ALTER VIEW RENAME           | ALTER VIEW _gizmosql_instr.main.session_stats RENAME TO forged_${unique}                                                                                        |
      | DROP TABLE                  | DROP TABLE _gizmosql_instr.main.sql_executions                                                                                                                  |
      | DROP VIEW                   | DROP VIEW _gizmosql_instr.main.session_stats                                                                                                                    |
      | DROP SCHEMA                 | DROP SCHEMA _gizmosql_instr.main CASCADE                                                                                                                        |
      | COMMENT ON TABLE            | COMMENT ON TABLE _gizmosql_instr.main.sessions IS 'forged'                                                                                                      |
      | COMMENT ON VIEW             | COMMENT ON VIEW _gizmosql_instr.main.session_stats IS 'forged'                                                                                                  |
      | CREATE INDEX                | CREATE INDEX forged_${unique} ON _gizmosql_instr.main.sessions (username)                                                                                       |
      | CREATE SCHEMA               | CREATE SCHEMA _gizmosql_instr.forged_${unique}                                                                                                                  |
      | CREATE VIEW                 | CREATE VIEW _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                                                                                         |
      | CREATE OR REPLACE VIEW      | CREATE OR REPLACE VIEW _gizmosql_instr.main.session_stats AS SELECT 1 AS number                                                                                 |
      | CREATE MACRO                | CREATE MACRO _gizmosql_instr.main.forged_${unique}() AS 1                                                                                                       |
      | CREATE MACRO AS TABLE       | CREATE MACRO _gizmosql_instr.main.forged_${unique}() AS TABLE SELECT 1 AS number                                                                                |
      | CREATE SEQUENCE             | CREATE SEQUENCE _gizmosql_instr.main.forged_${unique}                                                                                                           |
      | CREATE TYPE                 | CREATE TYPE _gizmosql_instr.main.forged_${unique} AS ENUM ('forged')                                                                                            |
      | EXPLAIN ANALYZE of a DELETE | EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'                                                                        |
      | DELETE of a quoted name     | DELETE FROM "_gizmosql_instr"."main"."sessions" WHERE session_id = '${forged}'                                                                                  |
      | DELETE in capitals          | DELETE FROM _GIZMOSQL_INSTR.MAIN.SESSIONS WHERE session_id = '${forged}'                                                                                        |
      | DELETE among comments       | DELETE /* a */ FROM _gizmosql_instr/* b */./* c */main.sessions -- d\n WHERE session_id = '${forged}'                                                            |

  @protect.message
  Scenario Outline: The refusal of a DELETE by <door> says so
    Given a session "alice" as admin
    When "alice" tries the forbidden by <door>:
      """
      DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'
      """
    Then it is refused because clients may only read

    Examples:
      | door              |
      | a query           |
      | an update         |
      | a prepared query  |
      | a prepared update |

  @protect.message
  Scenario Outline: The refusal after USE of <statement> says so
    Given a session "alice" as admin
    And "alice" executes:
      """
      USE _gizmosql_instr.main
      """
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused because clients may only read

    Examples:
      | statement      | sql                                                                        |
      | an INSERT      | INSERT INTO sessions (session_id, username) VALUES ('${forged}', 'forged') |
      | an UPDATE      | UPDATE sessions SET username = 'forged' WHERE session_id = '${forged}'     |
      | a DELETE       | DELETE FROM sessions WHERE session_id = '${forged}'                        |
      | a CREATE TABLE | CREATE TABLE forged_${unique} (number INTEGER)                             |
      | a DROP         | DROP VIEW session_stats                                                    |

  @protect.message
  Scenario Outline: The refusal of a PREPARE or EXECUTE of <statement> says so
    Given a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      <lines>
      """
    Then it is refused because clients may only read

    Examples:
      | statement                 | lines                                                                                                                          |
      | an INSERT                 | PREPARE forge AS INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')\nEXECUTE forge |
      | an UPDATE                 | PREPARE forge AS UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${forged}'\nEXECUTE forge     |
      | a DELETE                  | PREPARE forge AS DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'\nEXECUTE forge                        |
      | a DELETE with a parameter | PREPARE forge AS DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = $1::UUID\nEXECUTE forge('${forged}')              |

  @protect.every-role
  @protect.unchanged
  @needs:roles
  Scenario Outline: <modification> by the role <role> is refused
    Given the records of a session that is over
    And a session "alice" as <role>
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | role     | modification                | sql                                                                                                                                      |
      | admin    | INSERT                      | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')                                          |
      | admin    | UPDATE                      | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}'                                             |
      | admin    | DELETE                      | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                                |
      | admin    | MERGE                       | MERGE INTO _gizmosql_instr.main.sessions s USING (SELECT '${witness}'::UUID AS id) old ON s.session_id = old.id WHEN MATCHED THEN DELETE |
      | admin    | TRUNCATE                    | TRUNCATE _gizmosql_instr.main.sql_executions                                                                                             |
      | admin    | CREATE TABLE                | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)                                                                      |
      | admin    | CREATE VIEW                 | CREATE VIEW _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                                                                  |
      | admin    | ALTER                       | ALTER TABLE _gizmosql_instr.main.sessions ADD COLUMN forged INTEGER                                                                      |
      | admin    | DROP                        | DROP TABLE _gizmosql_instr.main.sql_executions                                                                                           |
      | admin    | COMMENT                     | COMMENT ON TABLE _gizmosql_instr.main.sessions IS 'forged'                                                                               |
      | admin    | EXPLAIN ANALYZE of a DELETE | EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                |
      | user     | INSERT                      | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')                                          |
      | user     | UPDATE                      | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}'                                             |
      | user     | DELETE                      | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                                |
      | user     | MERGE                       | MERGE INTO _gizmosql_instr.main.sessions s USING (SELECT '${witness}'::UUID AS id) old ON s.session_id = old.id WHEN MATCHED THEN DELETE |
      | user     | TRUNCATE                    | TRUNCATE _gizmosql_instr.main.sql_executions                                                                                             |
      | user     | CREATE TABLE                | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)                                                                      |
      | user     | CREATE VIEW                 | CREATE VIEW _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                                                                  |
      | user     | ALTER                       | ALTER TABLE _gizmosql_instr.main.sessions ADD COLUMN forged INTEGER                                                                      |
      | user     | DROP                        | DROP TABLE _gizmosql_instr.main.sql_executions                                                                                           |
      | user     | COMMENT                     | COMMENT ON TABLE _gizmosql_instr.main.sessions IS 'forged'                                                                               |
      | user     | EXPLAIN ANALYZE of a DELETE | EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                |
      | readonly | INSERT                      | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')                                          |
      | readonly | UPDATE                      | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}'                                             |
      | readonly | DELETE                      | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                                |
      | readonly | MERGE                       | MERGE INTO _gizmosql_instr.main.sessions s USING (SELECT '${witness}'::UUID AS id) old ON s.session_id = old.id WHEN MATCHED THEN DELETE |
      | readonly | TRUNCATE                    | TRUNCATE _gizmosql_instr.main.sql_executions                                                                                             |
      | readonly | CREATE TABLE                | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)                                                                      |
      | readonly | CREATE VIEW                 | CREATE VIEW _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                                                                  |
      | readonly | ALTER                       | ALTER TABLE _gizmosql_instr.main.sessions ADD COLUMN forged INTEGER                                                                      |
      | readonly | DROP                        | DROP TABLE _gizmosql_instr.main.sql_executions                                                                                           |
      | readonly | COMMENT                     | COMMENT ON TABLE _gizmosql_instr.main.sessions IS 'forged'                                                                               |
      | readonly | EXPLAIN ANALYZE of a DELETE | EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                |

  @protect.every-role
  @protect.unchanged
  @needs:roles
  Scenario Outline: Bulk ingest and PREPARE by the role <role> are refused
    Given the records of a session that is over
    And a session "alice" as <role>
    When "alice" tries to ingest a row into "_gizmosql_instr.main.sessions", if it exists to append:
      | session_id  |
      | VARCHAR     |
      | '${forged}' |
    Then it is refused
    When "alice" tries the forbidden, line by line:
      """
      PREPARE forge AS DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'
      EXECUTE forge
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | role     |
      | admin    |
      | user     |
      | readonly |
