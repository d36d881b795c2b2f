Feature: No function of a client's own answers metadata calls
  A server may answer them by queries of its own. A client may make a macro with the name of any
  function: in its session, or in the main database for all sessions.

  @role.indirect
  @needs:roles
  Scenario Outline: A temporary macro <name> that reads the records shows nothing of them in metadata
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And a table "${home}parent_${unique}" of "alice" with the columns "number INTEGER PRIMARY KEY"
    And a table "${home}keyed_${unique}" of "alice" with the columns "number INTEGER PRIMARY KEY, parent INTEGER REFERENCES ${home}parent_${unique} (number)"
    When "bob" tries to execute:
      """
      CREATE TEMP MACRO <macro> FROM _gizmosql_instr.main.sql_statements <rest>
      """
    And "carol" tries to execute:
      """
      CREATE TEMP MACRO <macro> FROM _gizmosql_instr.main.sql_statements <rest>
      """
    Then "bob" does not see the secret in metadata, of the table "keyed_${unique}" or of others
    And "carol" does not see the secret in metadata, of the table "keyed_${unique}" or of others
    And "bob" is still served
    And "carol" is still served

    Examples:
      | name             | macro                                                                                                      | rest                 |
      | len              | len(a) AS (SELECT count(error(sql_text))                                                                   | WHERE ${secret row}) |
      | count            | count(a) AS (SELECT max(sql_text)                                                                          | WHERE ${secret row}) |
      | arg_min          | arg_min(a, b) AS (SELECT max(sql_text)                                                                     | WHERE ${secret row}) |
      | like_escape      | like_escape(a, b, c) AS (SELECT count(error(sql_text)) = 0                                                 | WHERE ${secret row}) |
      | concat           | concat(a, b) AS (SELECT max(sql_text)                                                                      | WHERE ${secret row}) |
      | list             | list(a) AS (SELECT list_value(max(sql_text))                                                               | WHERE ${secret row}) |
      | string_agg       | string_agg(a, b) AS (SELECT max(sql_text)                                                                  | WHERE ${secret row}) |
      | list_transform   | list_transform(a, b) AS (SELECT list_value(max(sql_text))                                                  | WHERE ${secret row}) |
      | duckdb_tables    | duckdb_tables() AS TABLE SELECT sql_text AS database_name, sql_text AS schema_name, sql_text AS table_name |                      |
      | duckdb_databases | duckdb_databases() AS TABLE SELECT sql_text AS database_name, false AS internal                            |                      |

  # Such a macro is everybody's, so the server is one that the suite started.
  @role.indirect
  @needs:roles
  @needs:start
  Scenario Outline: A macro <name> in the main database that reads the records shows nothing of them in metadata
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And a table "parent_${unique}" of "alice" with the columns "number INTEGER PRIMARY KEY"
    And a table "keyed_${unique}" of "alice" with the columns "number INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent_${unique} (number)"
    And at the end an admin executes "DROP MACRO IF EXISTS <name>"
    When "bob" tries to execute:
      """
      CREATE MACRO <macro> FROM _gizmosql_instr.main.sql_statements <rest>
      """
    Then "bob" does not see the secret in metadata, of the table "keyed_${unique}" or of others
    And "carol" does not see the secret in metadata, of the table "keyed_${unique}" or of others
    And "alice" is still served
    And "carol" is still served

    Examples:
      | name        | macro                                                      | rest                 |
      | len         | len(a) AS (SELECT count(error(sql_text))                   | WHERE ${secret row}) |
      | arg_min     | arg_min(a, b) AS (SELECT max(sql_text)                     | WHERE ${secret row}) |
      | like_escape | like_escape(a, b, c) AS (SELECT count(error(sql_text)) = 0 | WHERE ${secret row}) |
