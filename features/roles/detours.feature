Feature: No detour reads the instrumentation for other roles than admin
  What an admin reads, by whatever means, the others do not: not in an answer, not in an error.

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> reads for an admin only
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    Then "alice" reads the canary, and neither "bob" nor "carol" does, by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour                               | lines                                                                                                                                                                           |
      | a direct query                       | SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                                                                                       |
      | a scalar subquery                    | SELECT (SELECT max(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${its row}) AS text                                                                                 |
      | a subquery in FROM                   | SELECT text FROM (SELECT sql_text AS text FROM _gizmosql_instr.main.sql_statements WHERE ${its row})                                                                            |
      | a lateral join                       | SELECT text FROM range(1) r (number), LATERAL (SELECT sql_text AS text FROM _gizmosql_instr.main.sql_statements WHERE ${its row} AND number = 0)                                |
      | a branch of a UNION                  | SELECT 'mine' AS text UNION ALL SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                                                       |
      | a CTE                                | WITH t AS (SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}) SELECT sql_text FROM t                                                                    |
      | a recursive CTE                      | WITH RECURSIVE t AS (SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row} UNION SELECT * FROM t WHERE false) SELECT sql_text FROM t                        |
      | an argument                          | SELECT upper(text), text FROM (SELECT list(sql_text) AS texts FROM _gizmosql_instr.main.sql_statements WHERE ${its row}), unnest(texts) u (text)                                |
      | a CREATE TABLE AS                    | CREATE TEMP TABLE copied AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nSELECT sql_text FROM copied                                               |
      | an INSERT of a query                 | CREATE TEMP TABLE copied (text VARCHAR)\nINSERT INTO copied SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nSELECT text FROM copied                    |
      | an UPDATE from a query               | CREATE TEMP TABLE copied AS SELECT '' AS text\nUPDATE copied SET text = (SELECT max(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${its row})\nSELECT text FROM copied |
      | a view of its own                    | CREATE TEMP VIEW own AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nSELECT sql_text FROM own                                                      |
      | a macro of its own                   | CREATE TEMP MACRO own() AS TABLE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nSELECT sql_text FROM own()                                           |
      | a variable                           | SET VARIABLE own = (SELECT max(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${its row})\nSELECT getvariable('own')                                                   |
      | SUMMARIZE of a query                 | SUMMARIZE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                                                                             |
      | query()                              | FROM query($q$SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}$q$)                                                                                     |
      | query_table()                        | SELECT sql_text FROM query_table('_gizmosql_instr.main.sql_statements') WHERE ${its row}                                                                                        |
      | query_table() of a list              | SELECT sql_text FROM query_table(['_gizmosql_instr.main.sql_statements']) WHERE ${its row}                                                                                      |
      | PREPARE and EXECUTE                  | PREPARE reading AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nEXECUTE reading                                                                    |
      | PREPARE and EXECUTE with a parameter | PREPARE reading AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE session_id = $1::UUID\nEXECUTE reading('${alice}')                                             |
      | a view of the instrumentation        | SELECT sql_text FROM _gizmosql_instr.main.execution_details WHERE starts_with(sql_text, 'SELECT ''canary')                                                                      |
      | USE                                  | USE _gizmosql_instr.main\nSELECT sql_text FROM sql_statements WHERE ${its row}                                                                                                   |
      | a search path                        | SET search_path = '_gizmosql_instr.main'\nSELECT sql_text FROM sql_statements WHERE ${its row}                                                                                   |
      | a schema set                         | SET schema = '_gizmosql_instr.main'\nSELECT sql_text FROM sql_statements WHERE ${its row}                                                                                        |
      | a quoted name                        | SELECT sql_text FROM "_gizmosql_instr"."main"."sql_statements" WHERE ${its row}                                                                                                 |
      | a name in other letter case          | SELECT sql_text FROM _GIZMOSQL_INSTR.Main."SQL_Statements" WHERE ${its row}                                                                                                     |
      | FROM first                           | FROM _gizmosql_instr.main.sql_statements SELECT sql_text WHERE ${its row}                                                                                                       |
      | comments                             | /* a */ SELECT sql_text /* b */ FROM _gizmosql_instr /* c */ . sql_statements WHERE ${its row}                                                                                  |
      | a transaction                        | BEGIN TRANSACTION\nSELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nROLLBACK                                                                            |

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> that an admin made reads for an admin only
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And at the end an admin executes "DROP <kind> IF EXISTS made_${unique}"
    And "alice" executes:
      """
      CREATE <made>
      """
    Then "alice" reads the canary, and neither "bob" nor "carol" does, by:
      """
      <query>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour                   | kind        | made                                                                                                                              | query                                                          |
      | a view                   | VIEW        | VIEW made_${unique} AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                  | SELECT sql_text FROM made_${unique}                            |
      | a view in a CTE          | VIEW        | VIEW made_${unique} AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                  | WITH t AS (FROM made_${unique}) SELECT sql_text FROM t         |
      | query_table() of a view  | VIEW        | VIEW made_${unique} AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                  | SELECT sql_text FROM query_table('made_${unique}')             |
      | a view of a view         | VIEW        | VIEW made_${unique} AS SELECT sql_text FROM _gizmosql_instr.main.execution_details WHERE starts_with(sql_text, 'SELECT ''canary') | SELECT sql_text FROM made_${unique} WHERE sql_text IS NOT NULL |
      | a macro of a table       | MACRO TABLE | MACRO made_${unique}() AS TABLE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                         | SELECT sql_text FROM made_${unique}()                          |
      | a macro of a value       | MACRO       | MACRO made_${unique}() AS (SELECT max(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${its row})                        | SELECT made_${unique}()                                        |
      | a macro with a parameter | MACRO TABLE | MACRO made_${unique}(id) AS TABLE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE session_id = id::UUID            | SELECT sql_text FROM made_${unique}('${alice}')                |

  # Several statements, or an empty one, may be refused to everybody.
  @role.indirect
  @needs:roles
  Scenario: A view that an admin made, after an empty statement, reads for no other role
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And at the end an admin executes "DROP VIEW IF EXISTS made_${unique}"
    And "alice" executes:
      """
      CREATE VIEW made_${unique} AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}
      """
    Then neither "bob" nor "carol" learns a thing by:
      """
      ; SELECT sql_text FROM made_${unique}
      """
    And "bob" is still served
    And "carol" is still served

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> does not read the file's bytes for other roles
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    Then neither "bob" nor "carol" learns a thing by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour                         | lines                                                                                                                       |
      | read_blob                      | SELECT content FROM read_blob('${file}')                                                                                    |
      | read_blob of a pattern         | SELECT content FROM read_blob('${file}*')                                                                                   |
      | read_blob of the log beside it | SELECT content FROM read_blob(['${file}', '${file}.wal'])                                                                   |
      | read_blob of an expression     | SELECT content FROM read_blob(concat('${file}', ''))                                                                        |
      | read_blob by query()           | SELECT content FROM query('FROM read_blob(''${file}'')')                                                                    |
      | a quoted name of read_blob     | SELECT content FROM "read_blob"(substr('-${file}', 2))                                                                      |
      | read_text                      | SELECT content FROM read_text('${file}')                                                                                    |
      | read_csv                       | SELECT * FROM read_csv('${file}', auto_detect = false, header = false, ignore_errors = true, columns = {'line': 'VARCHAR'}) |
      | read_csv_auto                  | SELECT * FROM read_csv_auto('${file}')                                                                                      |
      | read_json                      | SELECT * FROM read_json('${file}')                                                                                          |
      | read_ndjson_objects            | SELECT * FROM read_ndjson_objects('${file}', ignore_errors = true)                                                          |
      | read_parquet                   | SELECT * FROM read_parquet('${file}')                                                                                       |
      | sniff_csv                      | SELECT * FROM sniff_csv('${file}')                                                                                          |
      | the path as a table            | SELECT * FROM '${file}'                                                                                                     |
      | COPY FROM                      | CREATE TEMP TABLE lines (line VARCHAR)\nCOPY lines FROM '${file}' (FORMAT csv, AUTO_DETECT false, HEADER false)              |
      | a variable                     | SET VARIABLE bytes = (SELECT content FROM read_blob('${file}'))\nSELECT getvariable('bytes')                                 |
      | a CREATE TABLE AS              | CREATE TEMP TABLE bytes AS SELECT content FROM read_blob('${file}')                                                         |
      | read_duckdb                    | SELECT sql_text FROM read_duckdb('${file}', table_name = 'sql_statements')                                                  |
      | a PREPARE with a parameter     | PREPARE reading AS SELECT content FROM read_blob($1)\nEXECUTE reading('${file}')                                             |
      | a PREPARE                      | PREPARE reading AS SELECT content FROM read_blob('${file}')\nEXECUTE reading                                                 |

  @role.indirect
  @needs:roles
  Scenario Outline: Attaching the file again <how> reads for no other role
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    And at the end an admin executes "DETACH DATABASE IF EXISTS again_${unique}"
    Then neither "bob" nor "carol" learns a thing by:
      """
      <attach>
      SELECT sql_text FROM again_${unique}.main.sql_statements WHERE ${its row}
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | how                | attach                                                     |
      | under another name | ATTACH '${file}' AS again_${unique}                        |
      | to read only       | ATTACH '${file}' AS again_${unique} (READ_ONLY)            |
      | by a prefix        | ATTACH 'duckdb:${file}' AS again_${unique}                 |
      | or replacing       | ATTACH OR REPLACE '${file}' AS again_${unique} (READ_ONLY) |

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> reads for no other role
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    Then neither "bob" nor "carol" learns a thing by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour                                 | lines                                                                                                                                                          |
      | EXPLAIN ANALYZE                        | EXPLAIN ANALYZE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                                                      |
      | EXPLAIN ANALYZE, in a transaction      | BEGIN\nEXPLAIN ANALYZE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nROLLBACK                                                       |
      | SUMMARIZE of the table                 | SUMMARIZE _gizmosql_instr.main.instances                                                                                                                       |
      | a cast whose error quotes what it read | SELECT CAST(sql_text AS INTEGER) FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                                                     |
      | error() of what it read                | SELECT error(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                                                               |
      | one of several statements              | SELECT 1; SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                                                            |
      | the storage information                | SELECT * FROM pragma_storage_info('_gizmosql_instr.main.sql_statements')                                                                                       |
      | COPY TO                                | COPY (SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}) TO '/dev/null'                                                                |
      | a query as JSON                        | SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT sql_text FROM _gizmosql_instr.main.sql_statements'))                                      |
      | a query as JSON, in a view of its own  | CREATE TEMP VIEW own_${unique} AS SELECT * FROM json_execute_serialized_sql(json_serialize_sql('FROM _gizmosql_instr.main.sql_statements'))\nFROM own_${unique} |

  # What a name stands for may change between a statement's check and its execution.
  @role.indirect
  @needs:roles
  Scenario Outline: <change> between PREPARE and EXECUTE shows no other role anything
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    Then neither "bob" nor "carol" finds the canary by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | change        | lines                                                                                                                                                                                                                               |
      | Another view  | CREATE OR REPLACE TEMP VIEW own AS SELECT 'nothing' AS sql_text\nPREPARE mine AS FROM own\nCREATE OR REPLACE TEMP VIEW own AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nEXECUTE mine                  |
      | Another macro | CREATE OR REPLACE TEMP MACRO own() AS 'nothing'\nPREPARE mine AS SELECT own()\nCREATE OR REPLACE TEMP MACRO own() AS (SELECT any_value(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${its row})\nEXECUTE mine              |
      | USE           | CREATE TEMP TABLE sql_statements AS SELECT 'nothing' AS sql_text\nPREPARE mine AS SELECT sql_text FROM sql_statements WHERE starts_with(sql_text, 'SELECT ''canary')\nDROP TABLE temp.sql_statements\nUSE _gizmosql_instr\nEXECUTE mine |
      | Another file  | SET VARIABLE path = '/dev/null'\nPREPARE mine AS SELECT content FROM read_blob(getvariable('path'))\nSET VARIABLE path = '${file}*'\nEXECUTE mine                                                                                      |

  @role.indirect
  @needs:roles
  Scenario Outline: A prepared query <change> shows no other role anything
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    And at the end an admin executes "DROP TABLE IF EXISTS base_${unique}"
    And at the end an admin executes "DROP VIEW IF EXISTS own_${unique}"
    And at the end an admin executes "DROP MACRO IF EXISTS own_${unique}"
    Then neither "bob" nor "carol" finds the canary by "<query>", prepared before the last of:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | change                  | query                                              | lines                                                                                                                                                                                                                                                         |
      | whose view is replaced  | FROM own_${unique}                                 | CREATE OR REPLACE TABLE base_${unique} AS SELECT 'nothing' AS sql_text\nCREATE OR REPLACE VIEW own_${unique} AS FROM base_${unique}\nCREATE OR REPLACE VIEW own_${unique} AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}          |
      | whose macro is replaced | SELECT own_${unique}() AS own FROM base_${unique}  | CREATE OR REPLACE TABLE base_${unique} AS SELECT 'nothing' AS sql_text\nCREATE OR REPLACE MACRO own_${unique}() AS 'nothing'\nCREATE OR REPLACE MACRO own_${unique}() AS (SELECT any_value(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${its row}) |
      | whose file is another   | SELECT content FROM read_blob(getvariable('path')) | SET VARIABLE path = '/dev/null'\nSET VARIABLE path = '${file}*'                                                                                                                                                                                                |

  # Files are left on the server, so it is one that the suite started.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: <detour> reads for no other role
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    Then neither "bob" nor "carol" learns a thing by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour                    | lines                                                                                                                                                                                    |
      | COPY of a query TO        | COPY (SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}) TO '${server.folder}/${reader}-${unique}.csv'\nFROM read_csv('${server.folder}/${reader}-${unique}.csv') |
      | COPY of a table TO        | COPY _gizmosql_instr.main.sql_statements TO '${server.folder}/${reader}-${unique}.csv'\nSELECT * FROM read_csv('${server.folder}/${reader}-${unique}.csv', all_varchar = true)            |
      | EXPORT DATABASE           | EXPORT DATABASE _gizmosql_instr TO '${server.folder}/${reader}-${unique}'\nSELECT content FROM read_text('${server.folder}/${reader}-${unique}/*.csv')                                    |
      | EXPORT DATABASE after USE | USE _gizmosql_instr\nEXPORT DATABASE '${server.folder}/${reader}-${unique}'\nSELECT content FROM read_text('${server.folder}/${reader}-${unique}/*.csv')                                   |
      | COPY FROM DATABASE        | ATTACH ':memory:' AS copy_${reader}_${unique}\nCOPY FROM DATABASE _gizmosql_instr TO copy_${reader}_${unique}\nSELECT sql_text FROM copy_${reader}_${unique}.main.sql_statements           |
      | a path with a detour      | SELECT content FROM read_blob('${server.folder}/./gizmosql_instrumentation.db')                                                                                                          |

  @role.indirect
  @needs:roles
  Scenario Outline: <sql> does not read the file that the parameter names, by <door>, for other roles
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    Then neither "bob" nor "carol" learns a thing, with the parameter "'${file}'", by <door>:
      """
      <sql>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | sql                                                         | door              |
      | SELECT * FROM read_blob(?)                                  | a prepared query  |
      | SELECT * FROM read_text(?)                                  | a prepared query  |
      | SELECT * FROM read_blob(?)                                  | a prepared update |
      | SELECT * FROM read_blob([?])                                | a prepared query  |
      | SELECT * FROM read_blob(? \|\| '*')                         | a prepared query  |
      | SELECT * FROM sniff_csv(?)                                  | a prepared query  |
      | CREATE TEMP TABLE bytes AS SELECT content FROM read_blob(?) | a prepared update |
      | SET VARIABLE bytes = (SELECT content FROM read_blob(?))     | a prepared query  |

  # The path may lead to the file in any way; a server may also find nothing there.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: <statement> by <path> reads for no other role
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And at the end an admin executes "DETACH DATABASE IF EXISTS again_${unique}"
    And a symbolic link "${server.folder}/symbolic-${unique}.db" to "${server.folder}/gizmosql_instrumentation.db"
    And a hard link "${server.folder}/hard-${unique}.db" to "${server.folder}/gizmosql_instrumentation.db"
    And a symbolic link "${server.folder}/folder-${unique}" to "${server.folder}"
    Then neither "bob" nor "carol" learns a thing by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | statement | path                        | lines                                                                                                                                              |
      | read_blob | a symbolic link             | SELECT content FROM read_blob('${server.folder}/symbolic-${unique}.db')                                                                            |
      | read_blob | a hard link                 | SELECT content FROM read_blob('${server.folder}/hard-${unique}.db')                                                                                |
      | read_blob | a folder's symbolic link    | SELECT content FROM read_blob('${server.folder}/folder-${unique}/gizmosql_instrumentation.db')                                                     |
      | read_blob | a pattern of links          | SELECT content FROM read_blob('${server.folder}/symb*-${unique}.db')                                                                               |
      | read_blob | a relative path             | SELECT content FROM read_blob('gizmosql_instrumentation.db')                                                                                       |
      | read_text | a symbolic link             | SELECT content FROM read_text('${server.folder}/symbolic-${unique}.db')                                                                            |
      | ATTACH    | a symbolic link             | ATTACH '${server.folder}/symbolic-${unique}.db' AS again_${unique}\nSELECT sql_text FROM again_${unique}.main.sql_statements WHERE ${its row}       |
      | ATTACH    | a hard link                 | ATTACH '${server.folder}/hard-${unique}.db' AS again_${unique}\nSELECT sql_text FROM again_${unique}.main.sql_statements WHERE ${its row}           |
      | ATTACH    | a relative path             | ATTACH 'gizmosql_instrumentation.db' AS again_${unique}\nSELECT sql_text FROM again_${unique}.main.sql_statements WHERE ${its row}                  |
      | ATTACH    | a path in other letter case | ATTACH '${server.folder}/GizmoSQL_Instrumentation.DB' AS again_${unique}\nSELECT sql_text FROM again_${unique}.main.sql_statements WHERE ${its row} |
