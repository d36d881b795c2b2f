Feature: No detour by the file system changes the records
  A path may be found by a setting, by a literal that goes on, or end before its end; a file's name
  may
  be put together by the engine. A server may refuse such a statement, or write elsewhere.

  # The server is harmed where that succeeds, so it is one that the suite started.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  @needs:files
  @needs:roles
  Scenario Outline: Writing over the file by <path> as the role <role> changes nothing
    Given a lent server
    And the records of a session that is over
    And a session "alice" as <role>
    And at the end an admin executes "RESET GLOBAL home_directory"
    And at the end an admin executes "RESET GLOBAL file_search_path"
    When "alice" tries to execute, line by line:
      """
      <lines>
      """
    Then the instrumentation is as it was
    And the instrumentation database is still attached
    And there is a DuckDB database in "${server.folder}/gizmosql_instrumentation.db"
    And there is a DuckDB database in "${server.folder}/main.db"
    And "alice" is still served

    Examples:
      | path                               | role  | lines                                                                                                                                                                       |
      | the home directory                 | admin | SET home_directory = '${server.folder}'\nCOPY (SELECT 1) TO '~/gizmosql_instrumentation.db' (FORMAT csv)                                                                     |
      | the home directory                 | user  | SET home_directory = '${server.folder}'\nCOPY (SELECT 1) TO '~/gizmosql_instrumentation.db' (FORMAT csv)                                                                     |
      | a literal that goes on             | admin | COPY (SELECT 1) TO '${server.folder}/gizmosql_'${U+000A}'instrumentation.db' (FORMAT csv)                                                                                   |
      | a literal that goes on             | user  | COPY (SELECT 1) TO '${server.folder}/gizmosql_'${U+000A}'instrumentation.db' (FORMAT csv)                                                                                   |
      | an E literal that goes on          | admin | COPY (SELECT E''${U+000A}'\'') TO '${server.folder}/gizmosql_'${U+000A}'instrumentation.db' (FORMAT csv)                                                                    |
      | an E literal                       | admin | COPY (SELECT 1) TO E'${server.folder}/gizmosql\x5finstrumentation.db' (FORMAT csv)                                                                                          |
      | a dollar-quoted text               | user  | COPY (SELECT 1) TO $$${server.folder}/gizmosql_instrumentation.db$$ (FORMAT csv)                                                                                            |
      | a character that ends it           | admin | COPY (SELECT 1) TO ('${server.folder}/gizmosql_instrumentation.db' \|\| chr(0)) (FORMAT csv)                                                                                |
      | a character that ends it           | user  | COPY (SELECT 1) TO ('${server.folder}/gizmosql_instrumentation.db' \|\| chr(0) \|\| '.csv') (FORMAT csv)                                                                    |
      | such a character in a literal      | user  | COPY (SELECT 1) TO E'${server.folder}/gizmosql_instrumentation.db\x00' (FORMAT csv)                                                                                         |
      | such a character in a variable     | user  | SET VARIABLE path = '${server.folder}/gizmosql_instrumentation.db' \|\| chr(0)\nCOPY (SELECT 1) TO (getvariable('path')) (FORMAT csv)                                        |
      | an address of a file               | user  | COPY (SELECT 1) TO 'file://${server.folder}/gizmosql_instrumentation.db' (FORMAT csv)                                                                                       |
      | the process's own folder           | admin | COPY (SELECT 1) TO '/proc/self/cwd/gizmosql_instrumentation.db' (FORMAT csv)                                                                                                |
      | the process's root                 | user  | COPY (SELECT 1) TO '/proc/self/root${server.folder}/gizmosql_instrumentation.db' (FORMAT csv)                                                                               |
      | a pattern for names                | admin | COPY (SELECT 1 AS a, 2 AS b) TO '${server.folder}' (FORMAT csv, PER_THREAD_OUTPUT, OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'gizmosql_instrumentation', FILE_EXTENSION 'db')   |
      | a pattern for names and partitions | user  | COPY (SELECT 1 AS a, 2 AS b) TO '${server.folder}' (FORMAT csv, PARTITION_BY (a), OVERWRITE_OR_IGNORE, FILENAME_PATTERN '../gizmosql_instrumentation', FILE_EXTENSION 'db') |
      | an extension of its own            | user  | COPY (SELECT 1 AS a) TO '${server.folder}' (FORMAT csv, FILE_SIZE_BYTES 1, OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'gizmosql_instrumentation.db', FILE_EXTENSION 'wal')       |
      | partitions that replace its folder | admin | COPY (SELECT 1 AS a, 2 AS b) TO '${server.folder}' (FORMAT csv, PARTITION_BY (a), OVERWRITE)                                                                                |
      | partitions that replace its folder | user  | COPY (SELECT 1 AS a, 2 AS b) TO '${server.folder}' (FORMAT csv, PARTITION_BY (a), OVERWRITE)                                                                                |
      | files that replace its folder      | user  | COPY (SELECT 1 AS a, 2 AS b) TO '${server.folder}' (FORMAT csv, PER_THREAD_OUTPUT, OVERWRITE)                                                                               |
      | partitions that replace it all     | user  | COPY (SELECT 1 AS a, 2 AS b) TO '${server.folder}/.' (FORMAT csv, PARTITION_BY (a), OVERWRITE)                                                                              |
      | an export                          | user  | EXPORT DATABASE '${server.folder}'                                                                                                                                          |
      | the output of profiling            | admin | SET enable_profiling = 'json'\nSET profiling_output = '${server.folder}/gizmosql_instrumentation.db'\nSELECT 1\nSET enable_profiling = 'no_output'\nPRAGMA disable_profiling    |
      | the output of profiling            | user  | SET enable_profiling = 'json'\nSET profiling_output = '${server.folder}/gizmosql_instrumentation.db'\nSELECT 1\nPRAGMA disable_profiling                                       |
      | a function for profiling           | user  | SET enable_profiling = 'json'\nCALL enable_profiling(format := 'json', save_location := '${server.folder}/gizmosql_instrumentation.db')\nSELECT 1\nCALL disable_profiling()    |
      | the log of the engine              | user  | CALL enable_logging(storage := 'file', storage_path := '${server.folder}/gizmosql_instrumentation.db')\nSELECT 1\nCALL disable_logging()                                      |
      | a secret that is kept              | user  | SET secret_directory = '${server.folder}'\nCREATE PERSISTENT SECRET "gizmosql_instrumentation" (TYPE http, BEARER_TOKEN 'x')                                                 |
