Feature: No setting of one session keeps the records of others from appearing
  A session can set something for the whole engine, and the writer of the records may share that
  engine. A server may refuse the setting, or take it and go on recording. Such a setting concerns
  all sessions, so the servers are the suite's own.

  @protect.otherwise
  @needs:roles
  @needs:start
  Scenario Outline: After <what>, set by the role <role>, records of others appear, and are true
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as <role>
    And at the end an admin executes "RESET GLOBAL <setting>"
    When "alice" tries to execute:
      """
      SELECT nothing_there
      """
    And "bob" tries to execute, line by line:
      """
      SET GLOBAL <setting> = <value>
      SET <setting> = <value>
      SELECT 'a statement of bob''s'
      """
    And "alice" tries to execute:
      """
      SELECT nothing_there
      """
    And "alice" tries to execute:
      """
      SELECT 'afterwards'
      """
    And a session "later" as admin
    Then the session of "later" is recorded with:
      | username | ${later.user} |
      | role     | 'admin'       |
      | status   | 'active'      |
    When "later" executes:
      """
      SELECT count(*) FILTER (WHERE NOT prepare_success) >= 2 AS failures,
        count(DISTINCT prepare_error) AS messages,
        count(*) FILTER (WHERE sql_text = 'SELECT ''afterwards''') >= 1 AS afterwards,
        bool_and(abs(epoch(created_time) - epoch(now())) < 600) AS timely
      FROM _gizmosql_instr.main.sql_statements
      WHERE session_id = '${alice}' AND sql_text IN ('SELECT nothing_there', 'SELECT ''afterwards''')
      """
    Then within the visibility time the rows are:
      | failures | messages | afterwards | timely |
      | true     | 1        | true       | true   |
    When "later" closes its session
    Then the session of "later" is recorded with:
      | status | 'closed' |

    Examples:
      | what                                   | role     | setting                    | value                |
      | errors as JSON                         | user     | errors_as_json             | true                 |
      | checkpoints after every byte           | readonly | wal_autocheckpoint         | '1B'                 |
      | a folder for what memory does not hold | readonly | temp_directory             | '/nowhere/at/all'    |
      | hardly any memory                      | readonly | memory_limit               | '1MB'                |
      | no space for what memory does not hold | readonly | max_temp_directory_size    | '0B'                 |
      | hardly any depth of expressions        | readonly | max_expression_depth       | 3                    |
      | no file system                         | user     | disabled_filesystems       | 'LocalFileSystem'    |
      | checkpoints that fail                  | user     | debug_checkpoint_abort     | 'before_truncate'    |
      | a time zone for all                    | readonly | TimeZone                   | 'Pacific/Kiritimati' |
      | warnings that are errors               | readonly | warnings_as_errors         | true                 |
      | a collation for all                    | user     | default_collation          | 'nocase'             |
      | no casts of times with time zones      | user     | disable_timestamptz_casts  | true                 |
      | transactions that begin at once        | readonly | immediate_transaction_mode | true                 |
      | another order                          | readonly | default_order              | 'DESC'               |

  # A pause of a minute in every checkpoint.
  @protect.otherwise
  @needs:roles
  @needs:start
  Scenario: After pauses in checkpoints, set by the role readonly, records of others appear
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as readonly
    And at the end an admin executes "RESET GLOBAL wal_autocheckpoint"
    And at the end an admin executes "RESET GLOBAL debug_checkpoint_sleep_ms"
    When "bob" tries to execute, line by line:
      """
      SET GLOBAL debug_checkpoint_sleep_ms = 60000
      SET GLOBAL wal_autocheckpoint = '1B'
      """
    And "alice" executes:
      """
      SELECT 'one'
      """
    Then the executions of "alice" are recorded as:
      | sql_text         | status    |
      | 'SELECT ''one''' | 'success' |
    When "alice" executes:
      """
      SELECT 'two'
      """
    Then the executions of "alice" are recorded as:
      | sql_text         | status    |
      | 'SELECT ''one''' | 'success' |
      | 'SELECT ''two''' | 'success' |

  # Nothing undoes these, so the server is the scenario's own.
  @protect.otherwise
  @needs:roles
  @needs:start
  Scenario Outline: After <what>, set by the role <role>, sessions come and go and records appear
    Given a server of its own
    And a session "alice" as admin
    And a session "bob" as <role>
    When "bob" tries to execute, line by line:
      """
      SET <first>
      SET <then>
      """
    And "alice" tries to execute:
      """
      SELECT 'afterwards'
      """
    And a session "later" as admin
    Then the session of "later" is recorded with:
      | status | 'active' |
    And every statement of "alice" is recorded with:
      | sql_text | 'SELECT ''afterwards''' |
    When "later" closes its session
    Then the session of "later" is recorded with:
      | status | 'closed' |

    Examples:
      | what                         | role     | first                                      | then                           |
      | settings that are locked     | readonly | errors_as_json = true                      | lock_configuration = true      |
      | settings that are locked     | admin    | max_expression_depth = 5                   | lock_configuration = true      |
      | no access to what is outside | readonly | errors_as_json = true                      | enable_external_access = false |
      | checkpoints that fail        | admin    | debug_checkpoint_abort = 'before_truncate' | wal_autocheckpoint = '1B'      |

  @protect.otherwise
  @needs:roles
  @needs:start
  Scenario Outline: <what> by the role <role> stops no record of others
    Given a server of its own
    And a session "alice" as admin
    And a session "bob" as <role>
    And "bob" tries to execute, line by line:
      """
      <sql>
      SELECT count(*) FROM duckdb_tables()
      """
    When "alice" executes:
      """
      SELECT 'meanwhile'
      """
    Then the executions of "alice" are recorded as:
      | sql_text               | status    |
      | 'SELECT ''meanwhile''' | 'success' |

    Examples:
      | what                | role     | sql                                                               |
      | Another parser      | readonly | CALL enable_peg_parser()                                          |
      | A log of the engine | readonly | CALL enable_logging(level = 'trace')                              |
      | A log in a file     | user     | CALL enable_logging(storage = 'file', storage_path = '/dev/full') |
      | A log of queries    | readonly | SET log_query_path = '/dev/full'                                  |
      | A transaction       | readonly | BEGIN TRANSACTION                                                 |
