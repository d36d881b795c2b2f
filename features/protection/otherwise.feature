Feature: Nobody changes the instrumentation in any other way
  Whatever else would modify the instrumentation database is refused, whichever way it comes.

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: <modification> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | modification               | sql                                                                                                                                                              |
      | MERGE, to insert           | MERGE INTO _gizmosql_instr.main.sessions USING (SELECT '${forged}'::UUID AS session_id) new USING (session_id) WHEN NOT MATCHED THEN INSERT BY NAME              |
      | MERGE, to update           | MERGE INTO _gizmosql_instr.main.sessions s USING (SELECT '${witness}'::UUID AS id) old ON s.session_id = old.id WHEN MATCHED THEN UPDATE SET username = 'forged' |
      | MERGE, to delete           | MERGE INTO _gizmosql_instr.main.sessions s USING (SELECT '${witness}'::UUID AS id) old ON s.session_id = old.id WHEN MATCHED THEN DELETE                         |
      | TRUNCATE                   | TRUNCATE _gizmosql_instr.main.sql_executions                                                                                                                     |
      | TRUNCATE TABLE             | TRUNCATE TABLE _gizmosql_instr.sessions                                                                                                                          |
      | CREATE TABLE               | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)                                                                                              |
      | CREATE TABLE AS            | CREATE TABLE _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                                                                                         |
      | CREATE TABLE IF NOT EXISTS | CREATE TABLE IF NOT EXISTS _gizmosql_instr.main.forged_${unique} (number INTEGER)                                                                                |
      | CREATE OR REPLACE TABLE    | CREATE OR REPLACE TABLE _gizmosql_instr.main.sql_executions (number INTEGER)                                                                                     |
      | ALTER TABLE ADD COLUMN     | ALTER TABLE _gizmosql_instr.main.sessions ADD COLUMN forged INTEGER                                                                                              |
      | ALTER TABLE DROP COLUMN    | ALTER TABLE _gizmosql_instr.main.sql_executions DROP COLUMN error_message                                                                                        |
      | ALTER TABLE RENAME         | ALTER TABLE _gizmosql_instr.main.sql_executions RENAME TO forged_${unique}                                                                                       |
      | ALTER TABLE RENAME COLUMN  | ALTER TABLE _gizmosql_instr.main.sql_executions RENAME COLUMN error_message TO forged                                                                            |
      | ALTER TABLE ALTER COLUMN   | ALTER TABLE _gizmosql_instr.main.sql_executions ALTER COLUMN rows_fetched TYPE HUGEINT                                                                           |
      | ALTER VIEW RENAME          | ALTER VIEW _gizmosql_instr.main.session_stats RENAME TO forged_${unique}                                                                                         |
      | DROP TABLE                 | DROP TABLE _gizmosql_instr.main.sql_executions                                                                                                                   |
      | DROP TABLE CASCADE         | DROP TABLE IF EXISTS _gizmosql_instr.sessions CASCADE                                                                                                            |
      | DROP VIEW                  | DROP VIEW _gizmosql_instr.main.session_stats                                                                                                                     |
      | DROP SCHEMA                | DROP SCHEMA _gizmosql_instr.main CASCADE                                                                                                                         |
      | COMMENT ON TABLE           | COMMENT ON TABLE _gizmosql_instr.main.sessions IS 'forged'                                                                                                       |
      | COMMENT ON COLUMN          | COMMENT ON COLUMN _gizmosql_instr.main.sessions.username IS 'forged'                                                                                             |
      | COMMENT ON VIEW            | COMMENT ON VIEW _gizmosql_instr.main.session_stats IS 'forged'                                                                                                   |
      | CREATE INDEX               | CREATE INDEX forged_${unique} ON _gizmosql_instr.main.sessions (username)                                                                                        |
      | CREATE UNIQUE INDEX        | CREATE UNIQUE INDEX forged_${unique} ON _gizmosql_instr.main.sql_executions (execution_id)                                                                       |
      | CREATE SCHEMA              | CREATE SCHEMA _gizmosql_instr.forged_${unique}                                                                                                                   |
      | CREATE VIEW                | CREATE VIEW _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                                                                                          |
      | CREATE OR REPLACE VIEW     | CREATE OR REPLACE VIEW _gizmosql_instr.main.session_stats AS SELECT 1 AS number                                                                                  |
      | CREATE MACRO               | CREATE MACRO _gizmosql_instr.main.forged_${unique}() AS 1                                                                                                        |
      | CREATE MACRO AS TABLE      | CREATE MACRO _gizmosql_instr.main.forged_${unique}() AS TABLE SELECT 1 AS number                                                                                 |
      | CREATE SEQUENCE            | CREATE SEQUENCE _gizmosql_instr.main.forged_${unique}                                                                                                            |
      | CREATE TYPE                | CREATE TYPE _gizmosql_instr.main.forged_${unique} AS ENUM ('forged')                                                                                             |

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: A CREATE by <door> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden by <door>:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | door                       | sql                                                                 |
      | a query                    | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER) |
      | an update                  | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER) |
      | a prepared query           | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER) |
      | a prepared update          | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER) |
      | an update in a transaction | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER) |

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: EXPLAIN ANALYZE of <statement> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | statement                  | sql                                                                                                                                                      |
      | an INSERT                  | EXPLAIN ANALYZE INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')                                          |
      | an UPDATE                  | EXPLAIN ANALYZE UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}'                                             |
      | a DELETE                   | EXPLAIN ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                                |
      | a MERGE                    | EXPLAIN ANALYZE MERGE INTO _gizmosql_instr.main.sessions s USING (SELECT '${witness}'::UUID AS id) old ON s.session_id = old.id WHEN MATCHED THEN DELETE |
      | a CREATE TABLE AS          | EXPLAIN ANALYZE CREATE TABLE _gizmosql_instr.main.forged_${unique} AS SELECT 1 AS number                                                                 |
      | a DELETE, in small letters | explain analyze delete from _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                                |
      | a DELETE, with options     | EXPLAIN (ANALYZE, FORMAT JSON) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                 |
      | a DELETE, among comments   | /* only looking */ EXPLAIN -- really\n ANALYZE DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                  |

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: A change whose name is spelled <spelling> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | spelling                     | sql                                                                                                   |
      | quoted                       | DELETE FROM "_gizmosql_instr"."main"."sessions" WHERE session_id = '${witness}'                       |
      | in capitals                  | DELETE FROM _GIZMOSQL_INSTR.MAIN.SESSIONS WHERE session_id = '${witness}'                             |
      | quoted, in mixed letter case | DELETE FROM "_Gizmosql_INSTR"."Main"."Sessions" WHERE session_id = '${witness}'                       |
      | quoted in part               | UPDATE _gizmosql_instr."main".sessions SET "username" = 'forged' WHERE session_id = '${witness}'      |
      | with spaces between          | DELETE FROM _gizmosql_instr . main . sessions WHERE session_id = '${witness}'                         |
      | with comments between        | DELETE /* a */ FROM _gizmosql_instr/* b */./* c */main.sessions -- d\n WHERE session_id = '${witness}' |
      | on lines of its own          | \n\nDELETE\nFROM\n  _gizmosql_instr.main.sessions\nWHERE session_id = '${witness}'\n                        |
      | in small letters             | delete from _gizmosql_instr.main.sessions where session_id = '${witness}'                             |
      | in capitals, creating        | CREATE TABLE _GIZMOSQL_INSTR.main.forged_${unique} (number INTEGER)                                   |
      | quoted, dropping             | DROP VIEW "_gizmosql_instr"."main"."session_stats"                                                    |

  # Whether a server takes several statements at all is its own affair.
  @protect.otherwise
  @protect.unchanged
  Scenario Outline: A change that is <place> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | place              | sql                                                                                                              |
      | the second of two  | SELECT 1; DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                              |
      | the first of two   | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'; SELECT 1                              |
      | in the middle      | SELECT 1; UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}'; SELECT 2 |
      | after an empty one | ;; DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}';                                    |
      | after a comment    | SELECT 1 /* ; */; -- ;\n INSERT INTO _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}')              |
      | after USE          | USE _gizmosql_instr; DELETE FROM sessions WHERE session_id = '${witness}'                                        |
      | of a CREATE        | SELECT 1; CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER)                                    |

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
      | statement              | sql                                                                                                                 |
      | an INSERT              | INSERT INTO sessions (session_id, username) VALUES ('${forged}', 'forged')                                          |
      | an UPDATE              | UPDATE sessions SET username = 'forged' WHERE session_id = '${witness}'                                             |
      | a DELETE               | DELETE FROM sessions WHERE session_id = '${witness}'                                                                |
      | a MERGE                | MERGE INTO sessions s USING (SELECT '${witness}'::UUID AS id) old ON s.session_id = old.id WHEN MATCHED THEN DELETE |
      | a TRUNCATE             | TRUNCATE sql_executions                                                                                             |
      | a CREATE TABLE         | CREATE TABLE forged_${unique} (number INTEGER)                                                                      |
      | a CREATE VIEW          | CREATE VIEW forged_${unique} AS SELECT 1 AS number                                                                  |
      | a CREATE MACRO         | CREATE MACRO forged_${unique}() AS 1                                                                                |
      | a CREATE SEQUENCE      | CREATE SEQUENCE forged_${unique}                                                                                    |
      | a CREATE TYPE          | CREATE TYPE forged_${unique} AS ENUM ('forged')                                                                     |
      | a CREATE SCHEMA        | CREATE SCHEMA forged_${unique}                                                                                      |
      | a CREATE INDEX         | CREATE INDEX forged_${unique} ON sessions (username)                                                                |
      | an ALTER               | ALTER TABLE sessions ADD COLUMN forged INTEGER                                                                      |
      | a DROP                 | DROP VIEW session_stats                                                                                             |
      | a COMMENT              | COMMENT ON TABLE sessions IS 'forged'                                                                               |
      | a DELETE by the schema | DELETE FROM main.sessions WHERE session_id = '${witness}'                                                           |

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: PREPARE and EXECUTE of <statement>: one of them is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      <lines>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | statement                       | lines                                                                                                                          |
      | an INSERT                       | PREPARE forge AS INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')\nEXECUTE forge |
      | an UPDATE                       | PREPARE forge AS UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}'\nEXECUTE forge    |
      | a DELETE                        | PREPARE forge AS DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'\nEXECUTE forge                       |
      | a DELETE with a parameter       | PREPARE forge AS DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = $1::UUID\nEXECUTE forge('${witness}')             |
      | an UPDATE, in small letters     | prepare forge as update _gizmosql_instr.main.sessions set username = 'forged' WHERE session_id = '${witness}'\nexecute forge    |
      | a DELETE explained              | PREPARE forge AS DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'\nEXPLAIN ANALYZE EXECUTE forge       |
      | a DELETE with a typed parameter | PREPARE forge(UUID) AS DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = $1\nEXECUTE forge('${witness}')             |

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: A change by way of <detour> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      <lines>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | detour                             | lines                                                                                                                                                                                                  |
      | a search path                      | SET search_path = '_gizmosql_instr.main'\nDELETE FROM sessions WHERE session_id = '${witness}'                                                                                                          |
      | a search path in other letter case | SET search_path = '_GIZMOSQL_INSTR.MAIN'\nDELETE FROM sessions WHERE session_id = '${witness}'                                                                                                          |
      | a search path of several           | SET search_path = 'temp.main,_gizmosql_instr.main'\nDELETE FROM sessions WHERE session_id = '${witness}'                                                                                                |
      | a schema                           | SET schema = '_gizmosql_instr.main'\nDELETE FROM sessions WHERE session_id = '${witness}'                                                                                                               |
      | USE of a quoted name               | USE "_GIZMOSQL_instr"."main"\nDELETE FROM sessions WHERE session_id = '${witness}'                                                                                                                      |
      | SQL prepared before USE            | PREPARE forge AS DELETE FROM sessions WHERE session_id = '${witness}'\nUSE _gizmosql_instr\nPREPARE forge AS DELETE FROM sessions WHERE session_id = '${witness}'\nEXECUTE forge                          |
      | a temporary view of it             | CREATE TEMP VIEW mine AS FROM _gizmosql_instr.main.sessions\nDELETE FROM mine WHERE session_id = '${witness}'                                                                                           |
      | a table dropped after PREPARE      | CREATE TEMP TABLE sessions AS SELECT '${witness}'::UUID AS session_id\nPREPARE forge AS DELETE FROM sessions WHERE session_id = '${witness}'\nDROP TABLE temp.sessions\nUSE _gizmosql_instr\nEXECUTE forge |

  # A server that asks the engine with a function's name alone is answered by the client's macro.
  @protect.otherwise
  @protect.unchanged
  Scenario Outline: With a macro of its own in place of <function>, a change is refused
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

  # A server may refuse the option; what matters is what can be done after it.
  @protect.otherwise
  @protect.unchanged
  Scenario: After the session options named the instrumentation, a change is refused
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
      | statement | door              | parameters             | sql                                                                                          |
      | INSERT    | a prepared query  | '${forged}', 'forged'  | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES (CAST(? AS UUID), ?) |
      | INSERT    | a prepared update | '${forged}', 'forged'  | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES (CAST(? AS UUID), ?) |
      | UPDATE    | a prepared query  | 'forged', '${witness}' | UPDATE _gizmosql_instr.main.sessions SET username = ? WHERE session_id = CAST(? AS UUID)     |
      | UPDATE    | a prepared update | 'forged', '${witness}' | UPDATE _gizmosql_instr.main.sessions SET username = ? WHERE session_id = CAST(? AS UUID)     |
      | DELETE    | a prepared query  | '${witness}'           | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = CAST(? AS UUID)                 |
      | DELETE    | a prepared update | '${witness}'           | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = CAST(? AS UUID)                 |

  # Who overwrites the file needs no access to the database. The server is harmed where that succeeds.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: COPY TO the file by <path> is refused for the role <role>
    Given a lent server
    And the records of a session that is over
    And a session "alice" as <role>
    When "alice" tries the forbidden:
      """
      COPY (SELECT 1 AS forged) TO <target>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | path                       | role  | target                                                   |
      | its path                   | user  | '${server.folder}/gizmosql_instrumentation.db'           |
      | an expression              | user  | ('${server.folder}/gizmosql_instrumentation' \|\| '.db') |
      | a quoted name              | user  | "${server.folder}/gizmosql_instrumentation.db"           |
      | a quoted name of two parts | admin | "${server.folder}/gizmosql_instrumentation"."db"         |
      | a quoted name of two parts | user  | "${server.folder}/gizmosql_instrumentation"."db"         |

  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: COPY TO the file that the parameter <parameter> names is refused for the role <role> by <door>
    Given a lent server
    And the records of a session that is over
    And a session "alice" as <role>
    When "alice" tries the forbidden by <door>, with the parameters "'${server.folder}/gizmosql_instrumentation.db'":
      """
      COPY (SELECT 1 AS forged) TO <parameter>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | parameter | role  | door              |
      | ?         | admin | a prepared update |
      | ?         | user  | a prepared update |
      | ?         | user  | a prepared query  |
      | ?1        | user  | a prepared update |
      | $1        | user  | a prepared update |
      | $path     | admin | a prepared query  |

  # DuckDB writes the statements of a session to the file that this setting names.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: A log of queries to the file by <path> is refused for the role <role>
    Given a lent server
    And the records of a session that is over
    And a session "alice" as <role>
    When "alice" tries the forbidden:
      """
      SET log_query_path = <target>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | path                       | role  | target                                                 |
      | its path                   | admin | '${server.folder}/gizmosql_instrumentation.db'         |
      | an expression              | admin | '${server.folder}/gizmosql_instrumentation' \|\| '.db' |
      | an expression              | user  | '${server.folder}/gizmosql_instrumentation' \|\| '.db' |
      | a quoted name of two parts | user  | "${server.folder}/gizmosql_instrumentation"."db"       |

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
      | _gizmosql_instr.main.instances        | append  | instance_id  |
      | _gizmosql_instr.main.sessions         | append  | session_id   |
      | _gizmosql_instr.main.sql_statements   | append  | statement_id |
      | _gizmosql_instr.main.sql_executions   | append  | execution_id |
      | _GIZMOSQL_INSTR.MAIN.SESSIONS         | append  | session_id   |
      | _gizmosql_instr.main.sessions         | replace | session_id   |
      | _gizmosql_instr.main.forged_${unique} | append  | session_id   |

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
      | main.sessions    |
      | forged_${unique} |

  @protect.otherwise
  @protect.unchanged
  Scenario: In a transaction a change is refused, and the transaction can be rolled back
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" executes:
      """
      BEGIN TRANSACTION
      """
    And "alice" tries to execute:
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

  # What becomes of the rest of the transaction is not specified.
  @protect.otherwise
  @protect.unchanged
  Scenario: In a transaction with work of its own a change is refused, and after the end of that the session goes on
    Given the records of a session that is over
    And a session "alice" as admin
    And a table "${home}kept_${unique}" of "alice" with the columns "number INTEGER"
    When "alice" executes:
      """
      BEGIN TRANSACTION
      """
    And "alice" executes:
      """
      INSERT INTO ${home}kept_${unique} VALUES (1)
      """
    And "alice" tries to execute:
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

  # Either the attaching or the change may be refused.
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
      | how                      | attach                                            |
      | under another name       | ATTACH '${file}' AS again_${unique}               |
      | to read and write        | ATTACH '${file}' AS again_${unique} (READ_WRITE)  |
      | by its type              | ATTACH '${file}' AS again_${unique} (TYPE duckdb) |
      | by a prefix              | ATTACH 'duckdb:${file}' AS again_${unique}        |
      | if it is not there       | ATTACH IF NOT EXISTS '${file}' AS again_${unique} |
      | to replace what is there | ATTACH OR REPLACE '${file}' AS again_${unique}    |
      | as a DATABASE            | ATTACH DATABASE '${file}' AS again_${unique}      |

  # COPY needs a file that the server can read, so the server is one that the suite started.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  Scenario Outline: <modification> is refused
    Given a lent server
    And the records of a session that is over
    And a session "alice" as admin
    And at the end an admin executes "DETACH DATABASE IF EXISTS again_${unique}"
    And "alice" executes:
      """
      COPY (SELECT '${forged}' AS session_id) TO '${server.folder}/${unique}.csv'
      """
    When "alice" tries the forbidden, line by line:
      """
      <lines>
      """
    Then it is refused
    And the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | modification                          | lines                                                                                                                                     |
      | COPY FROM a file                      | COPY _gizmosql_instr.main.sessions (session_id) FROM '${server.folder}/${unique}.csv'                                                     |
      | COPY FROM a file, in small letters    | copy _gizmosql_instr.sessions (session_id) from '${server.folder}/${unique}.csv' (header)                                                 |
      | COPY FROM a file after USE            | USE _gizmosql_instr.main\nCOPY sessions (session_id) FROM '${server.folder}/${unique}.csv'                                                 |
      | COPY FROM DATABASE                    | COPY FROM DATABASE main TO _gizmosql_instr                                                                                                |
      | COPY TO the file itself               | COPY (SELECT 1) TO '${server.folder}/gizmosql_instrumentation.db'                                                                         |
      | ATTACH OR REPLACE of another database | ATTACH OR REPLACE ':memory:' AS _gizmosql_instr                                                                                           |
      | renaming the database                 | ALTER DATABASE _gizmosql_instr SET ALIAS TO forged                                                                                        |
      | ATTACH by a path with a detour        | ATTACH '${server.folder}/./gizmosql_instrumentation.db' AS again_${unique}\nDELETE FROM again_${unique}.main.sessions                      |
      | ATTACH after a DETACH                 | DETACH _gizmosql_instr\nATTACH '${server.folder}/gizmosql_instrumentation.db' AS again_${unique}\nDELETE FROM again_${unique}.main.sessions |

  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  Scenario Outline: A <statement> that <way> takes from a file is refused
    Given a lent server
    And the records of a session that is over
    And a session "alice" as admin
    And "alice" executes:
      """
      ATTACH ':memory:' AS exported_${unique}
      """
    And at the end an admin executes "DETACH DATABASE IF EXISTS exported_${unique}"
    And "alice" executes:
      """
      EXPORT DATABASE exported_${unique} TO '${server.folder}/${unique}'
      """
    And "alice" executes:
      """
      COPY (SELECT $$<sql>$$) TO '${server.folder}/${unique}/schema.sql' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '')
      """
    When "alice" tries the forbidden:
      """
      <way> <place>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | statement | way                    | place                          | sql                                                                        |
      | DELETE    | IMPORT DATABASE        | '${server.folder}/${unique}'   | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'; |
      | CREATE    | IMPORT DATABASE        | '${server.folder}/${unique}'   | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER);       |
      | DELETE    | PRAGMA import_database | ('${server.folder}/${unique}') | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'; |

  # The path may lead to the file in any way; a server may also find nothing there.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  Scenario Outline: Attaching the file again by <path> does not open it to changes
    Given a lent server
    And the records of a session that is over
    And a session "alice" as admin
    And at the end an admin executes "DETACH DATABASE IF EXISTS again_${unique}"
    And a symbolic link "${server.folder}/symbolic-${unique}.db" to "${server.folder}/gizmosql_instrumentation.db"
    And a hard link "${server.folder}/hard-${unique}.db" to "${server.folder}/gizmosql_instrumentation.db"
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
      | path                          | file                                                          |
      | a symbolic link               | ${server.folder}/symbolic-${unique}.db                        |
      | a hard link                   | ${server.folder}/hard-${unique}.db                            |
      | a folder's symbolic link      | ${server.folder}/folder-${unique}/gizmosql_instrumentation.db |
      | a relative path               | gizmosql_instrumentation.db                                   |
      | a relative path with a detour | ./main.db/../gizmosql_instrumentation.db                      |
      | a path in other letter case   | ${server.folder}/GizmoSQL_Instrumentation.DB                  |
      | a doubled slash               | ${server.folder}//gizmosql_instrumentation.db                 |
      | a prefix and a symbolic link  | duckdb:${server.folder}/symbolic-${unique}.db                 |

  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  Scenario Outline: Writing over the file by <path> is refused
    Given a lent server
    And the records of a session that is over
    And a session "alice" as admin
    And a symbolic link "${server.folder}/symbolic-${unique}.db" to "${server.folder}/gizmosql_instrumentation.db"
    And a hard link "${server.folder}/hard-${unique}.db" to "${server.folder}/gizmosql_instrumentation.db"
    When "alice" tries the forbidden:
      """
      COPY (SELECT 1) TO '<file>' (FORMAT csv)
      """
    Then it is refused
    And the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | path                 | file                                             |
      | a symbolic link      | ${server.folder}/symbolic-${unique}.db           |
      | a hard link          | ${server.folder}/hard-${unique}.db               |
      | a relative path      | gizmosql_instrumentation.db                      |
      | a path with a detour | ${server.folder}/./gizmosql_instrumentation.db   |
      | the log beside it    | ${server.folder}/gizmosql_instrumentation.db.wal |

  # What is imported comes from a database of the scenario's own.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  Scenario Outline: IMPORT DATABASE after <before> is refused
    Given a lent server
    And the records of a session that is over
    And a session "alice" as admin
    And at the end an admin executes "DETACH DATABASE IF EXISTS own_${unique}"
    And "alice" executes:
      """
      ATTACH ':memory:' AS own_${unique}
      """
    And "alice" executes:
      """
      CREATE TABLE own_${unique}.forged_${unique} AS SELECT 1 AS number
      """
    And "alice" executes:
      """
      EXPORT DATABASE own_${unique} TO '${server.folder}/export-${unique}'
      """
    When "alice" tries the forbidden, line by line:
      """
      <statement>
      IMPORT DATABASE '${server.folder}/export-${unique}'
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | before        | statement                                |
      | USE           | USE _gizmosql_instr.main                 |
      | a search path | SET search_path = '_gizmosql_instr.main' |
