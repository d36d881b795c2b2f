Feature: Nobody changes the records by the file system
  Who overwrites the instrumentation file needs no access to the database. A path may come from a
  setting, a parameter or an expression. The servers are the suite's own, as one that allows this
  is harmed.

  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: COPY TO the file by <path> is refused for the role <role>
    Given a lent server
    And the records of a session that is over
    And a session "alice" as <role>
    And a symbolic link "${server.folder}/symbolic-${unique}.db" to "${server.records}"
    And a hard link "${server.folder}/hard-${unique}.db" to "${server.records}"
    When "alice" tries the forbidden:
      """
      COPY (SELECT 1 AS forged) TO <target> (FORMAT csv)
      """
    Then it is refused
    And the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | path                          | role  | target                                                   |
      | its path                      | admin | '${server.records}'                                      |
      | its path                      | user  | '${server.records}'                                      |
      | an expression                 | user  | ('${server.folder}/gizmosql_instrumentation' \|\| '.db') |
      | a quoted name                 | user  | "${server.records}"                                      |
      | a quoted name of two parts    | admin | "${server.folder}/gizmosql_instrumentation"."db"         |
      | a symbolic link               | admin | '${server.folder}/symbolic-${unique}.db'                 |
      | a hard link                   | admin | '${server.folder}/hard-${unique}.db'                     |
      | a relative path               | admin | 'gizmosql_instrumentation.db'                            |
      | a path with a dot             | admin | '${server.folder}/./gizmosql_instrumentation.db'         |
      | the path of the log beside it | admin | '${server.records}.wal'                                  |

  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: COPY TO the file that the parameter <parameter> names is refused for the role <role> by <door>
    Given a lent server
    And the records of a session that is over
    And a session "alice" as <role>
    When "alice" tries the forbidden by <door>, with the parameters "'${server.records}'":
      """
      COPY (SELECT 1 AS forged) TO <parameter>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | parameter | role  | door              |
      | ?         | admin | a prepared update |
      | ?         | user  | a prepared query  |
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
      | its path                   | admin | '${server.records}'                                    |
      | an expression              | user  | '${server.folder}/gizmosql_instrumentation' \|\| '.db' |
      | a quoted name of two parts | user  | "${server.folder}/gizmosql_instrumentation"."db"       |

  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  Scenario Outline: COPY FROM a file <how> is refused
    Given a lent server
    And the records of a session that is over
    And a session "alice" as admin
    And "alice" executes:
      """
      COPY (SELECT '${forged}' AS session_id) TO '${server.folder}/${unique}.csv'
      """
    When "alice" tries the forbidden, line by line:
      """
      <before>
      <copy> '${server.folder}/${unique}.csv'
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | how                 | before                   | copy                                                 |
      | by a qualified name | SELECT 1                 | COPY _gizmosql_instr.main.sessions (session_id) FROM |
      | in small letters    | SELECT 1                 | copy _gizmosql_instr.sessions (session_id) from      |
      | after USE           | USE _gizmosql_instr.main | COPY sessions (session_id) FROM                      |

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
      | statement | way                    | place                          | sql                                                                   |
      | DELETE    | IMPORT DATABASE        | '${server.folder}/${unique}'   | DELETE FROM _gizmosql_instr.sessions WHERE session_id = '${witness}'; |
      | CREATE    | PRAGMA import_database | ('${server.folder}/${unique}') | CREATE TABLE _gizmosql_instr.forged_${unique} (number INTEGER);       |

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

  # From here on the server may refuse the statement, or write elsewhere.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: Writing over the file by <path> as the role <role> changes nothing
    Given a lent server
    And the records of a session that is over
    And a session "alice" as <role>
    When "alice" tries to execute:
      """
      COPY (SELECT <value> AS a) TO <target> (FORMAT csv)
      """
    Then the instrumentation is as it was
    And the instrumentation database is still attached
    And there is a DuckDB database in "${server.records}"
    And there is a DuckDB database in "${server.folder}/main.db"
    And "alice" is still served

    Examples:
      | path                           | role  | value            | target                                                    |
      | a continued literal            | user  | 1                | '${server.folder}/gizmosql_'${U+000A}'instrumentation.db' |
      | a continued E literal          | admin | E''${U+000A}'\'' | '${server.folder}/gizmosql_'${U+000A}'instrumentation.db' |
      | an E literal                   | admin | 1                | E'${server.folder}/gizmosql\x5finstrumentation.db'        |
      | a dollar-quoted text           | user  | 1                | $$${server.records}$$                                     |
      | a NUL character at its end     | admin | 1                | ('${server.records}' \|\| chr(0))                         |
      | a NUL character before its end | user  | 1                | ('${server.records}' \|\| chr(0) \|\| '.csv')             |
      | a NUL character in a literal   | user  | 1                | E'${server.records}\x00'                                  |
      | a URL                          | user  | 1                | 'file://${server.records}'                                |
      | the process's own folder       | admin | 1                | '/proc/self/cwd/gizmosql_instrumentation.db'              |
      | the process's root             | user  | 1                | '/proc/self/root${server.records}'                        |

  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: Writing over the file by <path>, after another statement, as the role <role> changes nothing
    Given a lent server
    And the records of a session that is over
    And a session "alice" as <role>
    And at the end an admin executes "RESET GLOBAL home_directory"
    When "alice" tries to execute, line by line:
      """
      <first>
      <then>
      SELECT 1
      CALL disable_profiling()
      CALL disable_logging()
      """
    Then the instrumentation is as it was
    And the instrumentation database is still attached
    And there is a DuckDB database in "${server.records}"
    And there is a DuckDB database in "${server.folder}/main.db"
    And "alice" is still served

    Examples: By COPY or EXPORT
      | path                          | role  | first                                               | then                                               |
      | the home directory            | admin | SET home_directory = '${server.folder}'             | COPY (SELECT 1) TO '~/gizmosql_instrumentation.db' |
      | a NUL character in a variable | user  | SET VARIABLE path = '${server.records}' \|\| chr(0) | COPY (SELECT 1) TO (getvariable('path'))           |
      | an export                     | user  | SELECT 1                                            | EXPORT DATABASE '${server.folder}'                 |

    Examples: By what the engine writes itself
      | path                    | role | first                         | then                                                                          |
      | the output of profiling | user | SET enable_profiling = 'json' | SET profiling_output = '${server.records}'                                    |
      | the profiling function  | user | SELECT 1                      | CALL enable_profiling(format := 'json', save_location := '${server.records}') |
      | the engine's log        | user | SELECT 1                      | CALL enable_logging(storage := 'file', storage_path := '${server.records}')   |

    Examples: By a secret
      | path          | role | first                                     | then                                                                            |
      | a kept secret | user | SET secret_directory = '${server.folder}' | CREATE PERSISTENT SECRET gizmosql_instrumentation (TYPE http, BEARER_TOKEN 'x') |

  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: Writing <what> into the file's folder as the role <role> changes nothing
    Given a lent server
    And the records of a session that is over
    And a session "alice" as <role>
    When "alice" tries to execute:
      """
      COPY (SELECT 1 AS a, 2 AS b) TO '${server.folder}<below>' (FORMAT csv, <options>)
      """
    Then the instrumentation is as it was
    And the instrumentation database is still attached
    And there is a DuckDB database in "${server.records}"
    And there is a DuckDB database in "${server.folder}/main.db"
    And "alice" is still served

    Examples: Under a name that is a pattern
      | what              | role  | below | options                                                                                                      |
      | a file per thread | admin |       | PER_THREAD_OUTPUT, OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'gizmosql_instrumentation', FILE_EXTENSION 'db'     |
      | partitions        | user  |       | PARTITION_BY (a), OVERWRITE_OR_IGNORE, FILENAME_PATTERN '../gizmosql_instrumentation', FILE_EXTENSION 'db'   |
      | files of a size   | user  |       | FILE_SIZE_BYTES 1, OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'gizmosql_instrumentation.db', FILE_EXTENSION 'wal' |

    Examples: In place of all that is there
      | what                            | role  | below | options                      |
      | partitions over all             | user  |       | PARTITION_BY (a), OVERWRITE  |
      | partitions by a path with a dot | admin | /.    | PARTITION_BY (a), OVERWRITE  |
      | files per thread over all       | user  |       | PER_THREAD_OUTPUT, OVERWRITE |
