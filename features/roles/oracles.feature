Feature: Not even whether a record is there can be told by other roles than admin
  A server that computes something in order to decide about a statement must not let its client see
  what came of that.

  @role.indirect
  @needs:roles
  Scenario Outline: <expression> tells other roles nothing
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    Then neither "bob" nor "carol" can tell by an answer or an error whether the canary is there, by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | expression                     | lines                                                                                                                                                                                    |
      | The path of read_text          | FROM read_text((SELECT CASE WHEN count(*) > 0 THEN '/dev/null' ELSE '/nowhere' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition}))                                         |
      | The path of read_blob, as text | FROM read_blob((SELECT CASE WHEN count(*) > 0 THEN '/dev/null' ELSE '/nowhere' END FROM query($q$FROM _gizmosql_instr.main.sql_statements WHERE ${condition}$q$)))                       |
      | The path of read_csv           | FROM read_csv((SELECT CASE WHEN count(*) > 0 THEN '/dev/null' ELSE '/nowhere' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition}))                                          |
      | The pattern of glob            | FROM glob((SELECT CASE WHEN count(*) > 0 THEN '/dev/null' ELSE '/nowhere' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition}))                                              |
      | The table of query_table       | FROM query_table((SELECT CASE WHEN count(*) > 0 THEN 'duckdb_settings' ELSE 'nowhere' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition}))                                  |
      | The text of query              | FROM query((SELECT CASE WHEN count(*) > 0 THEN 'SELECT 1' ELSE 'SELECT 2' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition}))                                              |
      | A bound of range               | FROM range((SELECT count(*) FROM _gizmosql_instr.main.sql_statements WHERE ${condition}))                                                                                                |
      | A limit                        | SELECT 1 LIMIT (SELECT count(*) FROM _gizmosql_instr.main.sql_statements WHERE ${condition})                                                                                             |
      | An error                       | SELECT CASE WHEN count(*) > 0 THEN error('one') ELSE error('two') END FROM _gizmosql_instr.main.sql_statements WHERE ${condition}                                                        |
      | A variable                     | SET VARIABLE seen = (SELECT count(*) > 0 FROM _gizmosql_instr.main.sql_statements WHERE ${condition})\nSELECT getvariable('seen')                                                         |
      | A path in a variable           | SET VARIABLE path = (SELECT CASE WHEN count(*) > 0 THEN '/dev/null' ELSE '/nowhere' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition})\nFROM read_text(getvariable('path')) |
      | A setting                      | SET search_path = (SELECT CASE WHEN count(*) > 0 THEN 'main' ELSE 'temp' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition})\nSELECT current_schema()                        |
      | An argument of EXECUTE         | PREPARE mine AS SELECT $1::VARCHAR\nEXECUTE mine((SELECT count(*) FROM _gizmosql_instr.main.sql_statements WHERE ${condition}))                                                           |
      | A default                      | CREATE TEMP TABLE mine (seen BIGINT DEFAULT (SELECT count(*) FROM _gizmosql_instr.main.sql_statements WHERE ${condition}))\nINSERT INTO mine DEFAULT VALUES\nFROM mine                     |
      | A plan                         | EXPLAIN SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${condition}                                                                                                      |

  # Whether a path is that of the records decides about some statements.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: <expression> that may be the file's tells other roles nothing
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    Then neither "bob" nor "carol" can tell by an answer or an error whether the canary is there, by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | expression                                 | lines                                                                                                                                                                                              |
      | A path                                     | FROM read_text((SELECT CASE WHEN count(*) > 0 THEN '${server.folder}/gizmosql_instrumentation.db' ELSE '/nowhere' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition}))                |
      | A path, to read a column that is not there | SELECT nothing FROM read_text((SELECT CASE WHEN count(*) > 0 THEN '${server.folder}/gizmosql_instrumentation.db' ELSE '/nowhere' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition})) |
      | A path to write to                         | COPY (SELECT 1) TO ((SELECT CASE WHEN count(*) > 0 THEN '${server.folder}/gizmosql_instrumentation.db' ELSE '/nowhere/x' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition}))         |
      | A path of a log                            | SET log_query_path = (SELECT CASE WHEN count(*) > 0 THEN '${server.folder}/gizmosql_instrumentation.db' ELSE '/nowhere/x' END FROM _gizmosql_instr.main.sql_statements WHERE ${condition})         |
