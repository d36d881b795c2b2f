Feature: How the server refuses changes of the instrumentation, and to whom

  @protect.message
  Scenario: The refusal of INSERT, UPDATE, DELETE, MERGE and TRUNCATE says that clients may only read
    Given a session "alice" as admin
    Then "alice" is refused each of these, because clients may only read:
      """
      INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')
      UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${forged}'
      DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'
      DELETE FROM _gizmosql_instr.sql_executions
      DELETE FROM "_gizmosql_instr"."main"."sessions" WHERE session_id = '${forged}'
      DELETE FROM _GIZMOSQL_INSTR.MAIN.SESSIONS WHERE session_id = '${forged}'
      DELETE /* a */ FROM _gizmosql_instr/* b */./* c */main.sessions WHERE session_id = '${forged}' -- d
      MERGE INTO _gizmosql_instr.sessions USING (SELECT '${forged}'::UUID AS session_id) x USING (session_id) WHEN NOT MATCHED THEN INSERT BY NAME
      MERGE INTO _gizmosql_instr.sessions USING (SELECT '${forged}'::UUID AS session_id) x USING (session_id) WHEN MATCHED THEN DELETE
      TRUNCATE _gizmosql_instr.main.sql_executions
      EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'
      """

  @protect.message
  Scenario: The refusal of CREATE says that clients may only read
    Given a session "alice" as admin
    Then "alice" is refused each of these, because clients may only read:
      """
      CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)
      CREATE TABLE _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number
      CREATE OR REPLACE TABLE _gizmosql_instr.main.sql_executions (number INTEGER)
      CREATE INDEX forged_${unique} ON _gizmosql_instr.main.sessions (username)
      CREATE SCHEMA _gizmosql_instr.forged_${unique}
      CREATE VIEW _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number
      CREATE OR REPLACE VIEW _gizmosql_instr.main.session_stats AS SELECT 1 AS number
      CREATE MACRO _gizmosql_instr.main.forged_${unique}() AS 1
      CREATE MACRO _gizmosql_instr.main.forged_${unique}() AS TABLE SELECT 1 AS number
      CREATE SEQUENCE _gizmosql_instr.main.forged_${unique}
      CREATE TYPE _gizmosql_instr.main.forged_${unique} AS ENUM ('forged')
      """

  @protect.message
  Scenario: The refusal of ALTER, DROP TABLE, DROP VIEW, DROP SCHEMA and COMMENT says that clients may only read
    Given a session "alice" as admin
    Then "alice" is refused each of these, because clients may only read:
      """
      ALTER TABLE _gizmosql_instr.main.sessions ADD COLUMN forged INTEGER
      ALTER TABLE _gizmosql_instr.main.sql_executions DROP COLUMN error_message
      ALTER TABLE _gizmosql_instr.main.sql_executions RENAME TO forged_${unique}
      ALTER TABLE _gizmosql_instr.main.sql_executions RENAME COLUMN error_message TO forged
      ALTER VIEW _gizmosql_instr.main.session_stats RENAME TO forged_${unique}
      DROP TABLE _gizmosql_instr.main.sql_executions
      DROP VIEW _gizmosql_instr.main.session_stats
      DROP SCHEMA _gizmosql_instr.main CASCADE
      COMMENT ON TABLE _gizmosql_instr.main.sessions IS 'forged'
      COMMENT ON VIEW _gizmosql_instr.main.session_stats IS 'forged'
      """

  @protect.message
  Scenario: The refusal says that clients may only read, by each way of executing the statement
    Given a session "alice" as admin
    Then "alice" is refused, by each way of executing it, because clients may only read:
      """
      DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'
      """

  @protect.message
  Scenario: The refusal after USE says that clients may only read
    Given a session "alice" as admin
    And "alice" executes:
      """
      USE _gizmosql_instr.main
      """
    Then "alice" is refused each of these, because clients may only read:
      """
      INSERT INTO sessions (session_id, username) VALUES ('${forged}', 'forged')
      UPDATE sessions SET username = 'forged' WHERE session_id = '${forged}'
      DELETE FROM sessions WHERE session_id = '${forged}'
      CREATE TABLE forged_${unique} (number INTEGER)
      DROP VIEW session_stats
      """

  # A server may refuse either of the two.
  @protect.message
  Scenario Outline: The refusal of a PREPARE or EXECUTE of <statement> says that clients may only read
    Given a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      PREPARE forge AS <sql>
      EXECUTE <execute>
      """
    Then it is refused with a message containing "read-only for client sessions"

    Examples:
      | statement                 | sql                                                                         | execute            |
      | an INSERT                 | INSERT INTO _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}') | forge              |
      | a DELETE with a parameter | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = $1::UUID       | forge('${forged}') |

  @protect.every-role
  @protect.unchanged
  @needs:roles
  Scenario Outline: No change by the role <role> is allowed
    Given the records of a session that is over
    And a session "alice" as <role>
    Then "alice" is refused each of these:
      """
      INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')
      UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}'
      DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'
      MERGE INTO _gizmosql_instr.sessions USING (SELECT '${witness}'::UUID AS session_id) x USING (session_id) WHEN MATCHED THEN DELETE
      TRUNCATE _gizmosql_instr.main.sql_executions
      CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)
      CREATE VIEW _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number
      ALTER TABLE _gizmosql_instr.main.sessions ADD COLUMN forged INTEGER
      DROP TABLE _gizmosql_instr.main.sql_executions
      COMMENT ON TABLE _gizmosql_instr.main.sessions IS 'forged'
      EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'
      """
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | role     |
      | admin    |
      | user     |
      | readonly |

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
