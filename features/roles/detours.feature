Feature: Only an admin reads the instrumentation, by whatever detour
  What an admin reads in some way, another role does not: not in an answer, not in an error.

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> reads the records for an admin only
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "alice" sees the secret, and "bob" and "carol" are refused, when they execute line by line:
      """
      <sql>
      """
    And "bob" is still served
    And "carol" is still served

    Examples: In a query
      | detour                | sql                                                                                                                            |
      | a scalar subquery     | SELECT (SELECT max(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}) AS text                             |
      | a subquery in FROM    | SELECT text FROM (SELECT sql_text AS text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row})                        |
      | a lateral join        | SELECT b FROM range(1) r (a), LATERAL (SELECT sql_text AS b FROM _gizmosql_instr.sql_statements WHERE ${secret row} AND a = 0) |
      | a branch of a UNION   | SELECT 'mine' AS text UNION ALL SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}                   |
      | a CTE                 | WITH t AS (SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}) SELECT sql_text FROM t                |
      | a recursive CTE       | WITH RECURSIVE t AS (SELECT sql_text FROM _gizmosql_instr.sql_statements WHERE ${secret row} UNION FROM t WHERE false) FROM t  |
      | an argument           | SELECT upper(a), a FROM (SELECT unnest(list(sql_text)) AS a FROM _gizmosql_instr.main.sql_statements WHERE ${secret row})      |
      | SUMMARIZE of a query  | SUMMARIZE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}                                         |
      | a view of the records | SELECT sql_text FROM _gizmosql_instr.main.execution_details WHERE starts_with(sql_text, 'SELECT ''hidden')                     |

    Examples: By a function that is given a name or a text
      | detour                  | sql                                                                                            |
      | query()                 | FROM query($q$SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}$q$) |
      | query_table()           | SELECT sql_text FROM query_table('_gizmosql_instr.main.sql_statements') WHERE ${secret row}    |
      | query_table() of a list | SELECT sql_text FROM query_table(['_gizmosql_instr.main.sql_statements']) WHERE ${secret row}  |

    Examples: By a name or a statement that is spelled in another way
      | detour                      | sql                                                                                               |
      | a quoted name               | SELECT sql_text FROM "_gizmosql_instr"."main"."sql_statements" WHERE ${secret row}                |
      | a name in other letter case | SELECT sql_text FROM _GIZMOSQL_INSTR.Main."SQL_Statements" WHERE ${secret row}                    |
      | FROM first                  | FROM _gizmosql_instr.main.sql_statements SELECT sql_text WHERE ${secret row}                      |
      | a query among comments      | /* a */ SELECT sql_text /* b */ FROM _gizmosql_instr /* c */ . sql_statements WHERE ${secret row} |

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> reads the records for an admin only
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "alice" sees the secret, and "bob" and "carol" are refused, when they execute line by line:
      """
      <first>
      <then>
      """
    And "bob" is still served
    And "carol" is still served

    Examples: By something of the client's own
      | detour             | first                                                                                             | then                      |
      | a CREATE TABLE AS  | CREATE TEMP TABLE own AS SELECT sql_text FROM _gizmosql_instr.sql_statements WHERE ${secret row}  | FROM own                  |
      | a view of its own  | CREATE TEMP VIEW own AS SELECT sql_text FROM _gizmosql_instr.sql_statements WHERE ${secret row}   | FROM own                  |
      | a macro of its own | CREATE TEMP MACRO own() AS TABLE FROM _gizmosql_instr.sql_statements WHERE ${secret row}          | FROM own()                |
      | a variable         | SET VARIABLE own = (SELECT max(sql_text) FROM _gizmosql_instr.sql_statements WHERE ${secret row}) | SELECT getvariable('own') |

    Examples: By a name without its catalog
      | detour        | first                                    | then                                                    |
      | USE           | USE _gizmosql_instr.main                 | SELECT sql_text FROM sql_statements WHERE ${secret row} |
      | a search path | SET search_path = '_gizmosql_instr.main' | SELECT sql_text FROM sql_statements WHERE ${secret row} |
      | a schema set  | SET schema = '_gizmosql_instr.main'      | SELECT sql_text FROM sql_statements WHERE ${secret row} |

    Examples: By PREPARE in SQL
      | detour                 | first                                                                                          | then                    |
      | PREPARE and EXECUTE    | PREPARE own AS SELECT sql_text FROM _gizmosql_instr.sql_statements WHERE ${secret row}         | EXECUTE own             |
      | a parameter of EXECUTE | PREPARE own AS SELECT sql_text FROM _gizmosql_instr.sql_statements WHERE session_id = $1::UUID | EXECUTE own('${alice}') |

  @role.indirect
  @needs:roles
  Scenario: A query in a transaction reads the records for an admin only
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "alice" sees the secret, and "bob" and "carol" are refused, when they execute line by line:
      """
      BEGIN TRANSACTION
      SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}
      ROLLBACK
      """
    And "bob" is still served
    And "carol" is still served

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> from a query reads the records for an admin only
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "alice" sees the secret, and "bob" and "carol" are refused, when they execute line by line:
      """
      CREATE TEMP TABLE copied AS SELECT '' AS text
      <sql>
      SELECT text FROM copied
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour    | sql                                                                                                          |
      | an INSERT | INSERT INTO copied SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}              |
      | an UPDATE | UPDATE copied SET text = (SELECT max(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}) |

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> that an admin made reads the records for an admin only
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And at the end an admin executes "DROP VIEW IF EXISTS made_${unique}"
    And at the end an admin executes "DROP MACRO IF EXISTS made_${unique}"
    And at the end an admin executes "DROP MACRO TABLE IF EXISTS made_${unique}"
    And "alice" executes:
      """
      CREATE <kind> made_${unique} <made>
      """
    Then "alice" sees the secret, and "bob" and "carol" are refused, when they execute line by line:
      """
      <query>
      """
    And "bob" is still served
    And "carol" is still served

    Examples: A view
      | detour                  | kind | made                                                                       | query                              |
      | a view                  | VIEW | AS SELECT sql_text FROM _gizmosql_instr.sql_statements WHERE ${secret row} | FROM made_${unique}                |
      | a view by query_table() | VIEW | AS SELECT sql_text FROM _gizmosql_instr.sql_statements WHERE ${secret row} | FROM query_table('made_${unique}') |

    Examples: A view of a view
      | detour           | kind | made                                                                                     | query               |
      | a view of a view | VIEW | AS FROM _gizmosql_instr.execution_details WHERE starts_with(sql_text, 'SELECT ''hidden') | FROM made_${unique} |

    Examples: A macro
      | detour             | kind  | made                                                                                 | query                   |
      | a macro of a table | MACRO | () AS TABLE SELECT sql_text FROM _gizmosql_instr.sql_statements WHERE ${secret row}  | FROM made_${unique}()   |
      | a macro of a value | MACRO | () AS (SELECT max(sql_text) FROM _gizmosql_instr.sql_statements WHERE ${secret row}) | SELECT made_${unique}() |

    Examples: A macro with a parameter
      | detour                   | kind  | made                                                                          | query                           |
      | a macro with a parameter | MACRO | (id) AS TABLE FROM _gizmosql_instr.sql_statements WHERE session_id = id::UUID | FROM made_${unique}('${alice}') |

  # Several statements in one text, or an empty one, may be refused to everybody.
  @role.indirect
  @needs:roles
  Scenario: A view that an admin made, after an empty statement, reads the records for no other role
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And at the end an admin executes "DROP VIEW IF EXISTS made_${unique}"
    And "alice" executes:
      """
      CREATE VIEW made_${unique} AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}
      """
    Then "bob" and "carol" are refused, and do not see the secret, when they execute line by line:
      """
      ; SELECT sql_text FROM made_${unique}
      """
    And "bob" is still served
    And "carol" is still served

  # Whether an admin may do this, the specification does not say.
  @role.indirect
  @needs:roles
  Scenario Outline: <detour> reads the records for no other role
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" are refused, and do not see the secret, when they execute line by line:
      """
      <sql>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour                            | sql                                                                                                              |
      | EXPLAIN ANALYZE                   | EXPLAIN ANALYZE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}                     |
      | SUMMARIZE of the table            | SUMMARIZE _gizmosql_instr.main.instances                                                                         |
      | a cast whose error quotes a value | SELECT CAST(sql_text AS INTEGER) FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}                    |
      | error()                           | SELECT error(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}                              |
      | one of several statements         | SELECT 1; SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}                           |
      | the storage information           | SELECT * FROM pragma_storage_info('_gizmosql_instr.main.sql_statements')                                         |
      | COPY TO                           | COPY (SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}) TO '/dev/null'               |
      | a query as JSON                   | FROM json_execute_serialized_sql(json_serialize_sql('SELECT sql_text FROM _gizmosql_instr.main.sql_statements')) |

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> in a transaction reads the records for no other role
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" are refused, and do not see the secret, when they execute line by line:
      """
      BEGIN
      <first>
      <then>
      ROLLBACK
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour          | first                                                                                                               | then     |
      | EXPLAIN ANALYZE | EXPLAIN ANALYZE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}                        | SELECT 1 |
      | a view of JSON  | CREATE TEMP VIEW own AS FROM json_execute_serialized_sql(json_serialize_sql('FROM _gizmosql_instr.sql_statements')) | FROM own |

  # Files are left on the server, so it is one that the suite started.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: <detour> reads the records for no other role
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" are refused, and do not see the secret, when they execute line by line:
      """
      <before>
      <copy> '${server.folder}/${reader}-${unique}'
      SELECT content FROM read_text('${server.folder}/${reader}-${unique}')
      SELECT content FROM read_text('${server.folder}/${reader}-${unique}/*.csv')
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour                    | before              | copy                                                                                   |
      | COPY of a query TO        | SELECT 1            | COPY (SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}) TO |
      | COPY of a table TO        | SELECT 1            | COPY _gizmosql_instr.main.sql_statements TO                                            |
      | EXPORT DATABASE           | SELECT 1            | EXPORT DATABASE _gizmosql_instr TO                                                     |
      | EXPORT DATABASE after USE | USE _gizmosql_instr | EXPORT DATABASE                                                                        |

  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario: COPY FROM DATABASE reads the records for no other role
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" are refused, and do not see the secret, when they execute line by line:
      """
      ATTACH ':memory:' AS copy_${reader}_${unique}
      COPY FROM DATABASE _gizmosql_instr TO copy_${reader}_${unique}
      SELECT sql_text FROM copy_${reader}_${unique}.main.sql_statements
      """
    And "bob" is still served
    And "carol" is still served

  # A name may only be computed when the statement runs. The server may refuse what computes it, or what uses it.
  @role.indirect
  @needs:roles
  Scenario Outline: A name from <origin> reads the records for no other role
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      <first>
      <then>
      """
    And "bob" is still served
    And "carol" is still served

    Examples: A search path or a schema
      | origin                        | first                                               | then                                                    |
      | a search path of two texts    | SET search_path = '_gizmosql_instr' \|\| '.main'    | SELECT sql_text FROM sql_statements WHERE ${secret row} |
      | a search path of an E literal | SET search_path = E'\x5fgizmosql_instr.main'        | SELECT sql_text FROM sql_statements WHERE ${secret row} |
      | a search path on two lines    | SET search_path = '_gizmosql_instr'${U+000A}'.main' | SELECT sql_text FROM sql_statements WHERE ${secret row} |

    Examples: An argument
      | origin                   | first    | then                                                                                                |
      | a text for query_table() | SELECT 1 | SELECT sql_text FROM query_table('_gizmosql_instr' \|\| '.main.sql_statements') WHERE ${secret row} |
      | a text for query()       | SELECT 1 | FROM query('SELECT sql_text FROM _gizmosql_instr' \|\| $q$.sql_statements WHERE ${secret row}$q$)   |
      | a code point for query() | SELECT 1 | FROM query('FROM ' \|\| chr(95) \|\| $q$gizmosql_instr.main.sql_statements WHERE ${secret row}$q$)  |

    Examples: A variable
      | origin                 | first                                                                               | then                         |
      | a variable for query() | SET VARIABLE x = $q$FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}$q$ | FROM query(getvariable('x')) |

  # What a name stands for may change between a statement's check and its execution.
  @role.indirect
  @needs:roles
  Scenario: Another view, macro, file or catalog between PREPARE and EXECUTE shows no other role a record
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      CREATE TEMP VIEW a_view AS SELECT 'nothing' AS sql_text
      PREPARE p AS FROM a_view
      CREATE OR REPLACE TEMP VIEW a_view AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}
      EXECUTE p
      CREATE TEMP MACRO a_macro() AS 'nothing'
      PREPARE q AS SELECT a_macro()
      CREATE OR REPLACE TEMP MACRO a_macro() AS (SELECT any_value(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${secret row})
      EXECUTE q
      SET VARIABLE path = '/dev/null'
      PREPARE r AS SELECT content FROM read_blob(getvariable('path'))
      SET VARIABLE path = '${file}*'
      EXECUTE r
      CREATE TEMP TABLE sql_statements AS SELECT 'nothing' AS sql_text
      PREPARE s AS SELECT sql_text FROM sql_statements WHERE starts_with(sql_text, 'SELECT ''hidden')
      DROP TABLE temp.sql_statements
      USE _gizmosql_instr
      EXECUTE s
      """
    And "bob" is still served
    And "carol" is still served

  @role.indirect
  @needs:roles
  Scenario Outline: A prepared query whose <name> is replaced shows no other role a record
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And at the end an admin executes "DROP TABLE IF EXISTS base_${unique}"
    And at the end an admin executes "DROP <kind> IF EXISTS own_${unique}"
    Then "bob" and "carol" do not see the secret by "<query>", prepared before the last line of:
      """
      CREATE OR REPLACE TABLE base_${unique} AS SELECT 'nothing' AS sql_text
      CREATE OR REPLACE <kind> own_${unique} <first>
      CREATE OR REPLACE <kind> own_${unique} <then> FROM _gizmosql_instr.main.sql_statements WHERE ${secret row})
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | name  | kind  | query                                             | first                  | then                              |
      | view  | VIEW  | FROM own_${unique}                                | AS FROM base_${unique} | AS (SELECT sql_text               |
      | macro | MACRO | SELECT own_${unique}() AS own FROM base_${unique} | () AS 'nothing'        | () AS (SELECT any_value(sql_text) |

  @role.indirect
  @needs:roles
  Scenario: A prepared query whose file is another by the time it is executed shows no other role a record
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    Then "bob" and "carol" do not see the secret by "SELECT content FROM read_blob(getvariable('path'))", prepared before the last line of:
      """
      SET VARIABLE path = '/dev/null'
      SET VARIABLE path = '${file}*'
      """
    And "bob" is still served
    And "carol" is still served
