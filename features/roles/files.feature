Feature: No detour by the file system shows other roles than admin the records
  The bytes of the instrumentation file are the records, too. A path may come from a setting, a
  link, a parameter or an expression.

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> does not read the file's bytes for other roles
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    Then "bob" and "carol" are refused, and do not see the secret, when they execute line by line:
      """
      <sql>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour                         | sql                                                                                                             |
      | read_blob                      | SELECT content FROM read_blob('${file}')                                                                        |
      | read_blob of a pattern         | SELECT content FROM read_blob('${file}*')                                                                       |
      | read_blob of the log beside it | SELECT content FROM read_blob(['${file}', '${file}.wal'])                                                       |
      | read_blob of an expression     | SELECT content FROM read_blob(concat('${file}', ''))                                                            |
      | read_blob by query()           | SELECT content FROM query('FROM read_blob(''${file}'')')                                                        |
      | a quoted name of read_blob     | SELECT content FROM "read_blob"(substr('-${file}', 2))                                                          |
      | read_text                      | SELECT content FROM read_text('${file}')                                                                        |
      | read_csv                       | FROM read_csv('${file}', auto_detect = false, header = false, ignore_errors = true, columns = {'a': 'VARCHAR'}) |
      | read_csv_auto                  | SELECT * FROM read_csv_auto('${file}')                                                                          |
      | read_json                      | SELECT * FROM read_json('${file}')                                                                              |
      | read_ndjson_objects            | SELECT * FROM read_ndjson_objects('${file}', ignore_errors = true)                                              |
      | read_parquet                   | SELECT * FROM read_parquet('${file}')                                                                           |
      | read_duckdb                    | SELECT sql_text FROM read_duckdb('${file}', table_name = 'sql_statements')                                      |
      | sniff_csv                      | SELECT * FROM sniff_csv('${file}')                                                                              |
      | the path as a table            | SELECT * FROM '${file}'                                                                                         |
      | a CREATE TABLE AS              | CREATE TEMP TABLE bytes AS SELECT content FROM read_blob('${file}')                                             |

  @role.indirect
  @needs:roles
  Scenario Outline: <detour>, in two statements, does not read the file's bytes for other roles
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    Then "bob" and "carol" are refused, and do not see the secret, when they execute line by line:
      """
      <first>
      <then>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | detour    | first                                  | then                                                                    |
      | COPY FROM | CREATE TEMP TABLE lines (line VARCHAR) | COPY lines FROM '${file}' (FORMAT csv, AUTO_DETECT false, HEADER false) |

    Examples: By a variable or PREPARE
      | detour                   | first                                                           | then                        |
      | a variable               | SET VARIABLE bytes = (SELECT content FROM read_blob('${file}')) | SELECT getvariable('bytes') |
      | PREPARE with a parameter | PREPARE reading AS SELECT content FROM read_blob($1)            | EXECUTE reading('${file}')  |
      | PREPARE                  | PREPARE reading AS SELECT content FROM read_blob('${file}')     | EXECUTE reading             |

  @role.indirect
  @needs:roles
  Scenario Outline: <sql> does not read the file that the parameter names, by <door>, for the role <role>
    Given a session "alice" as admin
    And a session "bob" as <role>
    And a secret of "alice" is on record
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    When "bob" tries to execute by <door>, with the parameters "'${file}'":
      """
      <sql>
      """
    Then it is refused
    And "bob" was not shown the secret
    And "bob" is still served

    Examples:
      | role     | sql                                                         | door              |
      | user     | SELECT * FROM read_blob(?)                                  | a prepared query  |
      | user     | SELECT * FROM read_text(?)                                  | a prepared update |
      | user     | SELECT * FROM read_blob(? \|\| '*')                         | a prepared query  |
      | user     | SELECT * FROM sniff_csv(?)                                  | a prepared query  |
      | user     | CREATE TEMP TABLE bytes AS SELECT content FROM read_blob(?) | a prepared update |
      | user     | SET VARIABLE bytes = (SELECT content FROM read_blob(?))     | a prepared query  |
      | readonly | SELECT * FROM read_blob(?)                                  | a prepared query  |
      | readonly | SELECT * FROM read_blob([?])                                | a prepared query  |

  @role.indirect
  @needs:roles
  Scenario Outline: Attaching the file again <how> reads the records for no other role
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And "alice" executes:
      """
      SELECT path FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    And its value is remembered as "file"
    And at the end an admin executes "DETACH DATABASE IF EXISTS again_${unique}"
    Then "bob" and "carol" are refused, and do not see the secret, when they execute line by line:
      """
      <attach>
      SELECT sql_text FROM again_${unique}.main.sql_statements WHERE ${secret row}
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | how                | attach                                                     |
      | under another name | ATTACH '${file}' AS again_${unique}                        |
      | to read only       | ATTACH '${file}' AS again_${unique} (READ_ONLY)            |
      | by a prefix        | ATTACH 'duckdb:${file}' AS again_${unique}                 |
      | or replacing       | ATTACH OR REPLACE '${file}' AS again_${unique} (READ_ONLY) |

  # A path may lead to the file in many ways. A server may also find nothing there.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: <statement> by <path> reads the records for no other role
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And at the end an admin executes "DETACH DATABASE IF EXISTS again_${unique}"
    And a symbolic link "${server.folder}/symbolic-${unique}.db" to "${server.records}"
    And a hard link "${server.folder}/hard-${unique}.db" to "${server.records}"
    And a symbolic link "${server.folder}/folder-${unique}" to "${server.folder}"
    Then "bob" and "carol" are refused, and do not see the secret, when they execute line by line:
      """
      <sql>
      SELECT sql_text FROM again_${unique}.main.sql_statements WHERE ${secret row}
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | statement | path                        | sql                                                                      |
      | ATTACH    | a symbolic link             | ATTACH '${server.folder}/symbolic-${unique}.db' AS again_${unique}       |
      | ATTACH    | a hard link                 | ATTACH '${server.folder}/hard-${unique}.db' AS again_${unique}           |
      | ATTACH    | a relative path             | ATTACH 'gizmosql_instrumentation.db' AS again_${unique}                  |
      | ATTACH    | a path in other letter case | ATTACH '${server.folder}/GizmoSQL_Instrumentation.DB' AS again_${unique} |

  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: <function> of <path> reads the records for no other role
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And a symbolic link "${server.folder}/symbolic-${unique}.db" to "${server.records}"
    And a hard link "${server.folder}/hard-${unique}.db" to "${server.records}"
    And a symbolic link "${server.folder}/folder-${unique}" to "${server.folder}"
    Then "bob" and "carol" are refused, and do not see the secret, when they execute line by line:
      """
      SELECT content FROM <function>('<file>')
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | function  | path                     | file                                                          |
      | read_blob | a symbolic link          | ${server.folder}/symbolic-${unique}.db                        |
      | read_text | a hard link              | ${server.folder}/hard-${unique}.db                            |
      | read_blob | a folder's symbolic link | ${server.folder}/folder-${unique}/gizmosql_instrumentation.db |
      | read_blob | a pattern of links       | ${server.folder}/symb*-${unique}.db                           |
      | read_blob | a relative path          | gizmosql_instrumentation.db                                   |
      | read_blob | a path with a dot        | ${server.folder}/./gizmosql_instrumentation.db                |

  # From here on the server may also answer, as long as no record is in what it answers.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: The file by <path> is not read for other roles
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      SELECT content::VARCHAR FROM read_blob(<file>)
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | path                           | file                                                                   |
      | a continued literal            | '${server.folder}/gizmosql_'${U+000A}'instrumentation.db*'             |
      | an E literal                   | E'${server.folder}/gizmosql\x5finstrumentation.db.wal'                 |
      | a dollar-quoted text           | $$${server.records}.wal$$                                              |
      | a NUL character at its end     | '${server.records}.wal' \|\| chr(0)                                    |
      | a NUL character before its end | '${server.records}.wal' \|\| chr(0) \|\| '.csv'                        |
      | a NUL character in a literal   | E'${server.records}.wal\x00'                                           |
      | a NUL character in a list      | ['${server.records}' \|\| chr(0), '${server.records}.wal' \|\| chr(0)] |
      | a URL                          | 'file://${server.records}.wal'                                         |
      | a URL with a host              | 'file://localhost${server.records}*'                                   |
      | the process's own folder       | '/proc/self/cwd/gizmosql_instrumentation.db*'                          |
      | the process's root             | '/proc/self/root${server.records}*'                                    |
      | the process's open files       | '/proc/self/fd/*'                                                      |
      | the open files of a thread     | '/proc/thread-self/fd/*'                                               |
      | a query for its path           | (SELECT min(file) FROM glob('${server.folder}/*.wal'))                 |
      | a pattern of everything        | '${server.folder}/**'                                                  |
      | a class of characters          | '${server.folder}/[f-h]izmosql_instrumentation.db*'                    |

  # All sessions share the setting, so the server is one that the suite started.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: The file by <path> is not read for other roles
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And at the end an admin executes "RESET GLOBAL home_directory"
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      <before>
      SELECT content::VARCHAR FROM read_blob(<file>)
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | path                          | before                                                                  | file                             |
      | a NUL character in a variable | SET VARIABLE path = '${server.records}.wal' \|\| chr(0)                 | getvariable('path')              |
      | a variable with a list        | SET VARIABLE path = (SELECT list(file) FROM glob('${server.folder}/*')) | getvariable('path')              |
      | the home directory            | SET home_directory = '${server.folder}'                                 | '~/gizmosql_instrumentation.db*' |

  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario: The file by the home directory is not read for other roles, whatever reads it
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And at the end an admin executes "RESET GLOBAL home_directory"
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      CREATE TEMP VIEW mine AS SELECT content::VARCHAR FROM read_blob('~/gizmosql_instrumentation.db.wal')
      SET home_directory = '${server.folder}'
      FROM mine
      SELECT content::VARCHAR FROM read_blob('~/gizmosql_instrumentation.db')
      SELECT content::VARCHAR FROM read_blob('~/gizmosql_instrumentation.db.wal')
      FROM read_csv('~/gizmosql_instrumentation.db.wal', encoding = 'latin-1', auto_detect = false, header = false, delim = chr(1), columns = {'a': 'VARCHAR'})
      CREATE TEMP TABLE lines (line VARCHAR)
      COPY lines FROM '~/gizmosql_instrumentation.db.wal' (FORMAT csv, AUTO_DETECT false, HEADER false, ENCODING 'latin-1', QUOTE '')
      FROM lines
      ATTACH '~/gizmosql_instrumentation.db' AS again_${reader}_${unique} (READ_ONLY)
      SELECT sql_text FROM again_${reader}_${unique}.main.sql_statements WHERE ${secret row}
      """
    And "bob" is still served
    And "carol" is still served

  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: The file by <path> is not read for other roles, from another working directory
    Given a lent server with:
      | working directory | / |
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And at the end an admin executes "RESET GLOBAL file_search_path"
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      SET file_search_path = '<search path>'
      SELECT content::VARCHAR FROM read_blob('<file>')
      SELECT content::VARCHAR FROM read_blob('<file>.wal')
      SELECT content::VARCHAR FROM read_blob('<file>*')
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | path                      | search path                 | file                        |
      | the search path for files | ${server.folder}            | gizmosql_instrumentation.db |
      | a search path of several  | /nowhere,${server.folder}/. | gizmosql_instrumentation.db |
      | a relative path           | /nowhere                    | .${server.records}          |

  # DuckDB writes there what it does not keep in memory, of other sessions, too.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario: The engine's temporary files are not read for other roles
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      SELECT content::VARCHAR FROM read_blob(current_setting('temp_directory') || '/*')
      SELECT content::VARCHAR FROM read_blob('${server.folder}/*/*')
      SELECT content::VARCHAR FROM read_blob('/tmp/duckdb*/*')
      """
    And "bob" is still served
    And "carol" is still served

  # Whoever has the password is an admin.
  @role.indirect
  @needs:roles
  @needs:start
  Scenario Outline: <place> does not show other roles the password of the admin
    Given a lent server
    And a session "bob" as user
    And a session "carol" as readonly
    Then "bob" and "carol" do not see the password of the admin, when they execute line by line:
      """
      SELECT content FROM read_text('<path>')
      SELECT content::VARCHAR FROM read_blob('<path>')
      FROM read_csv('<path>', encoding = 'latin-1', header = false, delim = '', quote = '', columns = {'line': 'VARCHAR'})
      FROM read_csv('<path>', encoding = 'latin-1', header = false, delim = chr(1), columns = {'line': 'VARCHAR'}, ignore_errors = true)
      CREATE TEMP TABLE lines (line VARCHAR)
      COPY lines FROM '<path>' (FORMAT csv, AUTO_DETECT false, HEADER false, ENCODING 'latin-1', DELIMITER '', QUOTE '')
      FROM lines
      FROM '<path>'
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | place                                 | path                      |
      | The environment of the process        | /proc/self/environ        |
      | The command line of the process       | /proc/self/cmdline        |
      | The environment of one of its threads | /proc/thread-self/environ |
      | The environment of all of its threads | /proc/self/task/*/environ |

  @role.indirect
  @needs:roles
  @needs:start
  Scenario: No function and no setting shows other roles the password of the admin
    Given a lent server
    And a session "bob" as user
    And a session "carol" as readonly
    Then "bob" and "carol" do not see the password of the admin, when they execute line by line:
      """
      SELECT getenv('GIZMOSQL_PASSWORD')
      SELECT name, value FROM duckdb_settings()
      SELECT * FROM duckdb_secrets(redact = false)
      FROM duckdb_variables()
      FROM duckdb_logs
      """
    And "bob" is still served
    And "carol" is still served
