Feature: Nobody changes the instrumentation by a name without its catalog
  After USE, or with another search path, bare names mean tables of the instrumentation.

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: After USE, <statement> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    And "alice" executes:
      """
      USE _gizmosql_instr.main
      """
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | statement              | sql                                                                                                   |
      | an INSERT              | INSERT INTO sessions (session_id, username) VALUES ('${forged}', 'forged')                            |
      | an UPDATE              | UPDATE sessions SET username = 'forged' WHERE session_id = '${witness}'                               |
      | a DELETE               | DELETE FROM sessions WHERE session_id = '${witness}'                                                  |
      | a DELETE by the schema | DELETE FROM main.sessions WHERE session_id = '${witness}'                                             |
      | a MERGE                | MERGE INTO sessions USING (SELECT '${witness}'::UUID AS x) ON session_id = x WHEN MATCHED THEN DELETE |
      | a TRUNCATE             | TRUNCATE sql_executions                                                                               |
      | a CREATE TABLE         | CREATE TABLE forged_${unique} (number INTEGER)                                                        |
      | a CREATE VIEW          | CREATE VIEW forged_${unique} AS SELECT 1 AS number                                                    |
      | a CREATE MACRO         | CREATE MACRO forged_${unique}() AS 1                                                                  |
      | a CREATE SEQUENCE      | CREATE SEQUENCE forged_${unique}                                                                      |
      | a CREATE TYPE          | CREATE TYPE forged_${unique} AS ENUM ('forged')                                                       |
      | a CREATE SCHEMA        | CREATE SCHEMA forged_${unique}                                                                        |
      | a CREATE INDEX         | CREATE INDEX forged_${unique} ON sessions (username)                                                  |
      | an ALTER               | ALTER TABLE sessions ADD COLUMN forged INTEGER                                                        |
      | a DROP                 | DROP VIEW session_stats                                                                               |
      | a COMMENT              | COMMENT ON TABLE sessions IS 'forged'                                                                 |

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: After USE, bulk ingest into <target> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    And "alice" executes:
      """
      USE _gizmosql_instr.main
      """
    When "alice" tries to ingest a row into "<target>", if it exists to append:
      | session_id  |
      | VARCHAR     |
      | '${forged}' |
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | target           |
      | sessions         |
      | forged_${unique} |

  # The server may refuse the setting, or the change that follows.
  @protect.otherwise
  @protect.unchanged
  Scenario Outline: After <origin>, a change is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      <sql>
      DELETE FROM sessions WHERE session_id = '${witness}'
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | origin                                  | sql                                                  |
      | a search path                           | SET search_path = '_gizmosql_instr.main'             |
      | a search path in other letter case      | SET search_path = '_GIZMOSQL_INSTR.MAIN'             |
      | a search path of several                | SET search_path = 'temp.main,"_gizmosql_instr".main' |
      | a search path from two texts            | SET search_path = '_gizmosql_instr' \|\| '.main'     |
      | a search path from a continued literal  | SET search_path = '_gizmosql_instr'${U+000A}'.main'  |
      | a search path from an E literal         | SET search_path = E'\x5fgizmosql_instr.main'         |
      | a search path by PRAGMA                 | PRAGMA search_path = '_gizmosql_instr.main'          |
      | a search path of the session            | SET SESSION search_path = '"_gizmosql_instr"."main"' |
      | a schema is set                         | SET schema = '_gizmosql_instr.main'                  |
      | a schema is set by a dollar-quoted text | SET schema = $$_gizmosql_instr.main$$                |
      | USE of a quoted name                    | USE "_GIZMOSQL_instr"."main"                         |
      | USE of a name on several lines          | USE _gizmosql_instr${U+000A}.${U+000A}main           |

  @protect.otherwise
  @protect.unchanged
  Scenario: After a search path from a variable, a change is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      SET VARIABLE path = '_gizmosql_instr.main'
      SET search_path = getvariable('path')
      DELETE FROM sessions WHERE session_id = '${witness}'
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

  # A server may refuse the option; what matters is what can be done after it.
  @protect.otherwise
  @protect.unchanged
  Scenario: After session options that name the instrumentation, a change is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries to set the session option "catalog" to "_gizmosql_instr"
    And "alice" tries to set the session option "schema" to "main"
    And "alice" tries the forbidden:
      """
      DELETE FROM main.sessions WHERE session_id = '${witness}'
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

  # A server that asks the engine by the bare name of a function gets its answer from the client's macro.
  @protect.otherwise
  @protect.unchanged
  Scenario Outline: With a macro of the client's in place of <function>, a change is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      CREATE OR REPLACE TEMP MACRO <macro>
      USE _gizmosql_instr
      DELETE FROM sessions WHERE session_id = '${witness}'
      """
    Then it is refused
    And the instrumentation is as it was

    Examples:
      | function         | macro                         |
      | current_setting  | current_setting(a) AS 'x'     |
      | current_database | current_database() AS 'x'     |
      | current_catalog  | current_catalog() AS 'x'      |
      | current_schema   | current_schema() AS 'x'       |
      | current_schemas  | current_schemas(a) AS ['x']   |
      | concat_ws        | concat_ws(a, b, c) AS 'x'     |
      | concat           | concat(a, b) AS 'x'           |
      | lower            | lower(a) AS 'x'               |
      | contains         | contains(a, b) AS false       |
      | starts_with      | starts_with(a, b) AS false    |
      | list_contains    | list_contains(a, b) AS false  |
      | regexp_matches   | regexp_matches(a, b) AS false |
      | txid_current     | txid_current() AS random()    |
      | a join of texts  | "\|\|"(a, b) AS 'x'           |
