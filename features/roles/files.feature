Feature: No detour by the file system shows other roles than admin the records
  A path may be found by a setting, by a literal that goes on, by a link, or end before its end.
  What a
  server answers is its own affair, as long as no record is in it.

  # The settings are those of all sessions, so the server is one that the suite started.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: The file by <path> is not read for other roles
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And at the end an admin executes "RESET GLOBAL home_directory"
    And at the end an admin executes "RESET GLOBAL file_search_path"
    Then neither "bob" nor "carol" finds the canary by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | path                                | lines                                                                                                                                                                                                                                              |
      | the home directory                  | SET home_directory = '${server.folder}'\nSELECT content::VARCHAR FROM read_blob('~/gizmosql_instrumentation.db')\nSELECT content::VARCHAR FROM read_blob('~/gizmosql_instrumentation.db.wal')                                                        |
      | a pattern in the home directory     | SET home_directory = '${server.folder}'\nSELECT content::VARCHAR FROM read_blob('~/gizmosql_instrumentation.db*')                                                                                                                                   |
      | the home directory, as lines        | SET home_directory = '${server.folder}'\nFROM read_csv('~/gizmosql_instrumentation.db.wal', encoding = 'latin-1', auto_detect = false, header = false, delim = chr(1), quote = '', escape = '', columns = {'line': 'VARCHAR'}, strict_mode = false) |
      | a literal that goes on              | SELECT content::VARCHAR FROM read_blob('${server.folder}/gizmosql_'${U+000A}'instrumentation.db*')                                                                                                                                                 |
      | an E literal                        | SELECT content::VARCHAR FROM read_blob(E'${server.folder}/gizmosql\x5finstrumentation.db.wal')                                                                                                                                                     |
      | a dollar-quoted text                | SELECT content::VARCHAR FROM read_blob($$${server.folder}/gizmosql_instrumentation.db.wal$$)                                                                                                                                                       |
      | a character that ends it            | SELECT content::VARCHAR FROM read_blob('${server.folder}/gizmosql_instrumentation.db.wal' \|\| chr(0))                                                                                                                                             |
      | a character that ends it, and more  | SELECT content::VARCHAR FROM read_blob('${server.folder}/gizmosql_instrumentation.db.wal' \|\| chr(0) \|\| '.csv')                                                                                                                                 |
      | such a character in a literal       | SELECT content::VARCHAR FROM read_blob(E'${server.folder}/gizmosql_instrumentation.db.wal\x00')                                                                                                                                                    |
      | such a character in a variable      | SET VARIABLE path = '${server.folder}/gizmosql_instrumentation.db.wal' \|\| chr(0)\nSELECT content::VARCHAR FROM read_blob(getvariable('path'))                                                                                                     |
      | such a character in a list          | SELECT content::VARCHAR FROM read_blob(['${server.folder}/gizmosql_instrumentation.db' \|\| chr(0), '${server.folder}/gizmosql_instrumentation.db.wal' \|\| chr(0)])                                                                               |
      | an address of a file                | SELECT content::VARCHAR FROM read_blob('file://${server.folder}/gizmosql_instrumentation.db.wal')                                                                                                                                                  |
      | an address of a file on this host   | SELECT content::VARCHAR FROM read_blob('file://localhost${server.folder}/gizmosql_instrumentation.db*')                                                                                                                                            |
      | the process's own folder            | SELECT content::VARCHAR FROM read_blob('/proc/self/cwd/gizmosql_instrumentation.db*')                                                                                                                                                              |
      | the process's root                  | SELECT content::VARCHAR FROM read_blob('/proc/self/root${server.folder}/gizmosql_instrumentation.db*')                                                                                                                                             |
      | the process's open files            | SELECT content::VARCHAR FROM read_blob('/proc/self/fd/*')                                                                                                                                                                                          |
      | the open files of a thread          | SELECT content::VARCHAR FROM read_blob('/proc/thread-self/fd/*')                                                                                                                                                                                   |
      | the path that a query gives         | SET VARIABLE paths = (SELECT list(file) FROM glob('${server.folder}/*'))\nSELECT content::VARCHAR FROM read_blob(getvariable('paths'))                                                                                                              |
      | a path that a function reads        | SELECT content::VARCHAR FROM read_blob((SELECT min(file) FROM glob('${server.folder}/*.wal')))                                                                                                                                                     |
      | a pattern of everything             | SELECT content::VARCHAR FROM read_blob('${server.folder}/**')                                                                                                                                                                                      |
      | a class of characters               | SELECT content::VARCHAR FROM read_blob('${server.folder}/[f-h]izmosql_instrumentation.db*')                                                                                                                                                        |
      | a view of its own after the setting | CREATE TEMP VIEW mine AS SELECT content::VARCHAR FROM read_blob('~/gizmosql_instrumentation.db.wal')\nSET home_directory = '${server.folder}'\nFROM mine                                                                                             |
      | COPY FROM after the setting         | SET home_directory = '${server.folder}'\nCREATE TEMP TABLE lines (line VARCHAR)\nCOPY lines FROM '~/gizmosql_instrumentation.db.wal' (FORMAT csv, AUTO_DETECT false, HEADER false, ENCODING 'latin-1', QUOTE '', STRICT_MODE false)\nFROM lines       |
      | ATTACH after the setting            | SET home_directory = '${server.folder}'\nATTACH '~/gizmosql_instrumentation.db' AS again_${reader}_${unique} (READ_ONLY)\nSELECT sql_text FROM again_${reader}_${unique}.main.sql_statements WHERE ${its row}                                        |

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
    And "alice" has left a canary in the records
    And at the end an admin executes "RESET GLOBAL file_search_path"
    Then neither "bob" nor "carol" finds the canary by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | path                         | lines                                                                                                                                                                                                |
      | the search path for files    | SET file_search_path = '${server.folder}'\nSELECT content::VARCHAR FROM read_blob('gizmosql_instrumentation.db')\nSELECT content::VARCHAR FROM read_blob('gizmosql_instrumentation.db.wal')            |
      | a pattern in the search path | SET file_search_path = '${server.folder}'\nSELECT content::VARCHAR FROM read_blob('gizmosql_instrumentation.db*')                                                                                     |
      | a search path of several     | SET file_search_path = '/nowhere,${server.folder}/.'\nSELECT content::VARCHAR FROM read_blob('gizmosql_instrumentation.db')\nSELECT content::VARCHAR FROM read_blob('gizmosql_instrumentation.db.wal') |
      | a relative path              | SELECT content::VARCHAR FROM read_blob('.${server.folder}/gizmosql_instrumentation.db')\nSELECT content::VARCHAR FROM read_blob('.${server.folder}/gizmosql_instrumentation.db.wal')                  |

  # What the engine does not keep in memory it writes there: of other sessions, too.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario: The files in which the engine keeps what memory does not hold are not read for other roles
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    Then neither "bob" nor "carol" finds the canary by:
      """
      SELECT content::VARCHAR FROM read_blob(current_setting('temp_directory') || '/*')
      SELECT content::VARCHAR FROM read_blob('${server.folder}/*/*')
      SELECT content::VARCHAR FROM read_blob('/tmp/duckdb*/*')
      """
    And "bob" is still served
    And "carol" is still served

  @role.indirect
  @needs:roles
  @needs:start
  Scenario Outline: <place> does not tell other roles the password of the admin
    Given a lent server
    And a session "bob" as user
    And a session "carol" as readonly
    Then neither "bob" nor "carol" finds the password of the admin by:
      """
      SELECT content FROM read_text('<path>')
      SELECT content::VARCHAR FROM read_blob('<path>')
      FROM read_csv('<path>', encoding = 'latin-1', auto_detect = false, header = false, delim = '', quote = '', escape = '', columns = {'line': 'VARCHAR'}, strict_mode = false)
      FROM read_csv('<path>', encoding = 'latin-1', auto_detect = false, header = false, delim = chr(1), columns = {'line': 'VARCHAR'}, ignore_errors = true)
      CREATE TEMP TABLE lines (line VARCHAR)
      COPY lines FROM '<path>' (FORMAT csv, AUTO_DETECT false, HEADER false, ENCODING 'latin-1', DELIMITER '', QUOTE '', STRICT_MODE false)
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
  Scenario: No function and no setting tells other roles the password of the admin
    Given a lent server
    And a session "bob" as user
    And a session "carol" as readonly
    Then neither "bob" nor "carol" finds the password of the admin by:
      """
      SELECT getenv('GIZMOSQL_PASSWORD')
      SELECT name, value FROM duckdb_settings()
      SELECT * FROM duckdb_secrets(redact = false)
      FROM duckdb_variables()
      FROM duckdb_logs
      """
    And "bob" is still served
    And "carol" is still served
