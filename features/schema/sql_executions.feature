Feature: The table sql_executions
  One row for each execution of a statement.

  @sql_executions.execution_id
  Scenario: execution_id is unique
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT 1
      """
    And "alice" executes the prepared statement 2 times
    Then the column "execution_id" of "sql_executions" has the documented type
    And the executions of "alice" are recorded as:
      | execution_id | sql_text   |
      | a UUID       | 'SELECT 1' |
      | a UUID       | 'SELECT 1' |
    When "alice" executes:
      """
      SELECT count(*) = count(DISTINCT execution_id) AS unique FROM _gizmosql_instr.main.sql_executions
      """
    Then the rows are:
      | unique |
      | true   |

  @sql_executions.statement_id
  Scenario: statement_id refers to the statement executed
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT 'twice'
      """
    And "alice" executes the prepared statement 2 times
    And "alice" executes:
      """
      SELECT 'once'
      """
    Then the column "statement_id" of "sql_executions" has the documented type
    And the executions of "alice" are recorded as:
      | statement_id | sql_text           |
      | a UUID       | 'SELECT ''twice''' |
      | a UUID       | 'SELECT ''twice''' |
      | a UUID       | 'SELECT ''once'''  |
    When "alice" executes:
      """
      SELECT sql_text, count(*) AS executions, count(DISTINCT statement_id) AS statements
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text IN ('SELECT ''once''', 'SELECT ''twice''')
      GROUP BY sql_text ORDER BY sql_text
      """
    Then the rows are:
      | sql_text           | executions | statements |
      | 'SELECT ''once'''  | 1          | 1          |
      | 'SELECT ''twice''' | 2          | 1          |

  @sql_executions.bind_parameters
  Scenario Outline: bind_parameters is the JSON array of a <type>: <value>
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT ?::<type> AS value
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | <type>  |
      | <value> |
    Then the column "bind_parameters" of "sql_executions" has the documented type
    And the executions of "alice" are recorded as:
      | sql_text                    | bind_parameters |
      | 'SELECT ?::<type> AS value' | the JSON <json> |

    Examples:
      | type     | value                    | json                                |
      | BOOLEAN  | true                     | [true]                              |
      | BOOLEAN  | false                    | [false]                             |
      | TINYINT  | -128                     | [-128]                              |
      | SMALLINT | 32767                    | [32767]                             |
      | INTEGER  | -2147483648              | [-2147483648]                       |
      | INTEGER  | 0                        | [0]                                 |
      | BIGINT   | 42                       | [42]                                |
      | DOUBLE   | 0.5                      | [0.5]                               |
      | VARCHAR  | 'text'                   | ["text"]                            |
      | VARCHAR  | ''                       | [""]                                |
      | VARCHAR  | '42'                     | ["42"]                              |
      | VARCHAR  | 'NULL'                   | ["NULL"]                            |
      | VARCHAR  | 'it''s "quoted", [1] {}' | ["it's \u0022quoted\u0022, [1] {}"] |
      | VARCHAR  | 'Zoë 用户 🦆'              | ["Zoë 用户 🦆"]                       |
      | VARCHAR  | NULL                     | [null]                              |

  @sql_executions.bind_parameters
  Scenario: bind_parameters has all parameters in their order, each execution its own
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT ?::INTEGER, ?::VARCHAR, ?::BOOLEAN, ?::VARCHAR
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | INTEGER | VARCHAR | BOOLEAN | VARCHAR |
      | 1       | 'one'   | true    | NULL    |
      | 2       | 'two'   | false   | 'last'  |
      | 3       | NULL    | true    | NULL    |
    Then the executions of "alice" are recorded as:
      | bind_parameters                    |
      | the JSON [1, "one", true, null]    |
      | the JSON [2, "two", false, "last"] |
      | the JSON [3, null, true, null]     |

  @sql_executions.bind_parameters
  Scenario: bind_parameters is NULL if none were bound
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT 'prepared'
      """
    And "alice" executes the prepared statement
    And "alice" executes:
      """
      SELECT 'direct'
      """
    And "alice" executes by an update:
      """
      CREATE TEMP TABLE numbers (number INTEGER)
      """
    Then the executions of "alice" are recorded as:
      | sql_text                                     | bind_parameters |
      | 'SELECT ''prepared'''                        | NULL            |
      | 'SELECT ''direct'''                          | NULL            |
      | 'CREATE TEMP TABLE numbers (number INTEGER)' | NULL            |

  @sql_executions.execution_start_time
  @sql_executions.execution_end_time
  Scenario: An execution starts after its statement was made, and ends after it started
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "alice" prepares:
      """
      SELECT 'prepared'
      """
    And "auditor" executes:
      """
      SELECT epoch_ms(now())
      """
    And its value is remembered as "before"
    And "alice" executes the prepared statement 2 times
    And "auditor" executes:
      """
      SELECT epoch_ms(now())
      """
    And its value is remembered as "after"
    Then the column "execution_start_time" of "sql_executions" has the documented type
    And the column "execution_end_time" of "sql_executions" has the documented type
    And the executions of "alice" are recorded as:
      | execution_start_time | execution_end_time |
      | a timestamp          | a timestamp        |
      | a timestamp          | a timestamp        |
    When "auditor" executes:
      """
      SELECT bool_and(execution_start_time >= created_time) AS not_before_its_statement,
        bool_and(execution_end_time >= execution_start_time) AS not_before_its_start,
        max(execution_start_time) >= min(execution_end_time) AS one_after_the_other,
        bool_and(epoch_ms(execution_start_time) BETWEEN ${before} - 1000 AND ${after} + 1000) AS started_then,
        bool_and(epoch_ms(execution_end_time) BETWEEN ${before} - 1000 AND ${after} + 1000) AS ended_then
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text = 'SELECT ''prepared'''
      """
    Then the rows are:
      | not_before_its_statement | not_before_its_start | one_after_the_other | started_then | ended_then |
      | true                     | true                 | true                | true         | true       |

  @sql_executions.execution_end_time
  @sql_executions.status
  Scenario: An execution that is under way is 'executing' and has no end
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "alice" are recorded, while it is busy, as:
      | execution_start_time | execution_end_time | status      | error_message |
      | a timestamp          | NULL               | 'executing' | NULL          |
    When "auditor" kills the session of "alice"
    Then the executions of "alice" are recorded as:
      | execution_start_time | execution_end_time | status      |
      | a timestamp          | a timestamp        | 'cancelled' |

  @sql_executions.rows_fetched
  Scenario Outline: rows_fetched is the number of rows returned: <rows>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT range AS number, 'text ' || range AS text FROM range(<rows>)
      """
    Then there are <rows> rows
    When "alice" prepares:
      """
      SELECT range FROM range(<rows>)
      """
    And "alice" executes the prepared statement 2 times
    Then there are <rows> rows
    And the column "rows_fetched" of "sql_executions" has the documented type
    And the executions of "alice" are recorded as:
      | rows_fetched | status    |
      | <rows>       | 'success' |
      | <rows>       | 'success' |
      | <rows>       | 'success' |

    Examples:
      | rows   |
      | 0      |
      | 1      |
      | 5      |
      | 2048   |
      | 3000   |
      | 123457 |

  @sql_executions.status
  Scenario: status is 'success' of an execution that succeeded
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT 1
      """
    And "alice" executes by an update:
      """
      CREATE TEMP TABLE numbers (number INTEGER)
      """
    Then the column "status" of "sql_executions" has the documented type
    And the executions of "alice" are recorded as:
      | sql_text                                     | status    |
      | 'SELECT 1'                                   | 'success' |
      | 'CREATE TEMP TABLE numbers (number INTEGER)' | 'success' |

  @sql_executions.status
  Scenario: status is 'error' of an execution that failed
    Given a session "alice" as admin
    When "alice" tries to execute:
      """
      SELECT CAST('x' || range AS INTEGER) AS number FROM range(3)
      """
    Then it is refused
    And the executions of "alice" are recorded as:
      | status  | execution_end_time |
      | 'error' | a timestamp        |
    And "alice" is still served

  @sql_executions.status
  Scenario Outline: status is 'cancelled' when the client <cancels>
    Given a session "alice" as admin
    And "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "alice" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    When "alice" <cancels>
    Then the execution of "alice" is recorded as cancelled, where the server stops it
    And "alice" is still served

    Examples:
      | cancels                        |
      | hangs up on it                 |
      | cancels it by CancelQuery      |
      | cancels it by CancelFlightInfo |

  @sql_executions.status
  Scenario: status is 'cancelled' when the client hangs up in the middle of a result
    Given a session "alice" as admin
    And "alice" starts executing:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(1000000000) WHERE ${within a minute}
      """
    When "alice" has got some rows of it
    And "alice" hangs up on it
    Then the execution of "alice" is recorded as cancelled, where the server stops it
    And "alice" is still served

  # The query timeout is set at the start.
  @sql_executions.status
  @needs:start
  Scenario: status is 'timeout' of an execution that took longer than the server allows
    Given a server of its own with:
      | query timeout in seconds | 1 |
    And a session "alice" as admin
    When "alice" tries to execute:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then it is refused
    When "alice" executes:
      """
      SELECT 'fast enough'
      """
    Then the executions of "alice" are recorded as:
      | sql_text                                                                  | status    | execution_end_time |
      | 'SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}' | 'timeout' | a timestamp        |
      | 'SELECT ''fast enough'''                                                  | 'success' | a timestamp        |

  @sql_executions.error_message
  Scenario: error_message is the message of a failure, NULL otherwise
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT 'right'
      """
    When "alice" tries to execute:
      """
      SELECT CAST('wrong ${unique} ' || range AS INTEGER) AS number FROM range(3)
      """
    Then it is refused with a message containing "wrong ${unique} 0"
    And the column "error_message" of "sql_executions" has the documented type
    And the executions of "alice" are recorded as:
      | status    | error_message                |
      | 'success' | NULL                         |
      | 'error'   | contains 'wrong ${unique} 0' |

  @sql_executions.duration_ms
  Scenario: duration_ms is the end minus the start in milliseconds
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT 'fast'
      """
    And "alice" executes:
      """
      SELECT count(*) AS slow FROM range(200000000) t (i) WHERE hash(i) % 7 = 3
      """
    Then the column "duration_ms" of "sql_executions" has the documented type
    And the executions of "alice" are recorded as:
      | sql_text                                                                    | duration_ms |
      | 'SELECT ''fast'''                                                           | >= 0        |
      | 'SELECT count(*) AS slow FROM range(200000000) t (i) WHERE hash(i) % 7 = 3' | > 9         |
    When "alice" executes:
      """
      SELECT bool_and(abs(epoch_us(execution_end_time) - epoch_us(execution_start_time) - 1000 * duration_ms) <= 1000) AS agrees
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND execution_end_time IS NOT NULL
      """
    Then the rows are:
      | agrees |
      | true   |

  # A client that got all rows has what it asked for, whether or not it reads the end of the stream.
  Scenario Outline: <column> of a result let go of after the last of its <rows> rows
    Given a session "alice" as admin
    When "alice" closes a result after the last of its <rows> rows, 12 times:
      """
      SELECT range AS number, repeat('x', 20) AS text FROM range(<rows>)
      """
    Then every execution of "alice" is recorded with:
      | <column> | <expected> |
    And "alice" is still served

    @sql_executions.status
    Examples:
      | column | expected  | rows  |
      | status | 'success' | 1     |
      | status | 'success' | 3000  |
      | status | 'success' | 50000 |

    @sql_executions.rows_fetched
    Examples:
      | column       | expected | rows  |
      | rows_fetched | 1        | 1     |
      | rows_fetched | 3000     | 3000  |
      | rows_fetched | 50000    | 50000 |

    @sql_executions.execution_end_time
    Examples:
      | column             | expected    | rows |
      | execution_end_time | a timestamp | 3000 |

    @sql_executions.error_message
    Examples:
      | column        | expected | rows |
      | error_message | NULL     | 3000 |

    @sql_executions.duration_ms
    Examples:
      | column      | expected | rows |
      | duration_ms | >= 0     | 3000 |

  # The server may stop then or compute the rest of the result. Either way the execution did not fail.
  Scenario Outline: <column> of a result that is closed after <rows> rows
    Given a session "alice" as admin
    When "alice" closes a result after <rows> rows:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(200000)
      """
    Then the executions of "alice" are recorded as:
      | <column>   |
      | <expected> |
    And "alice" is still served

    @sql_executions.status
    Examples:
      | column | expected                      | rows  |
      | status | one of 'cancelled', 'success' | 1     |
      | status | one of 'cancelled', 'success' | 20000 |

    @sql_executions.rows_fetched
    Examples:
      | column       | expected                | rows  |
      | rows_fetched | ${alice.read} to 200000 | 1     |
      | rows_fetched | ${alice.read} to 200000 | 20000 |

    @sql_executions.execution_end_time
    Examples:
      | column             | expected    | rows |
      | execution_end_time | a timestamp | 1    |

    @sql_executions.duration_ms
    Examples:
      | column      | expected | rows |
      | duration_ms | >= 0     | 1    |

  # It is not specified what becomes of the transaction, but the record of COMMIT must agree with it.
  @sql_executions.status
  Scenario Outline: status in a transaction in which a client <leaves>
    Given a session "alice" as admin
    And a table "${home}kept_${unique}" of "alice" with the columns "number INTEGER"
    And "alice" executes:
      """
      BEGIN TRANSACTION
      """
    And "alice" executes:
      """
      INSERT INTO ${home}kept_${unique} VALUES (1)
      """
    When "alice" <leaves>:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(<rows>)
      """
    And "alice" tries to execute:
      """
      COMMIT
      """
    And "alice" tries to execute:
      """
      ROLLBACK
      """
    Given "alice" executes:
      """
      SELECT count(*) FROM ${home}kept_${unique}
      """
    And its value is remembered as "kept"
    When "alice" executes:
      """
      SELECT string_agg(e.status, ', ') FILTER (starts_with(sql_text, 'INSERT INTO')) AS insert,
        count(*) FILTER (sql_text = 'COMMIT' AND e.status = 'success') AS commits,
        string_agg(e.status, ', ') FILTER (starts_with(sql_text, 'SELECT range AS number')) AS select
      FROM _gizmosql_instr.main.sql_executions e JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | insert    | commits | select   |
      | 'success' | ${kept} | <select> |

    Examples:
      | leaves                                         | rows   | select                        |
      | closes a result after 1 row                    | 200000 | one of 'cancelled', 'success' |
      | closes a result after 20000 rows               | 200000 | one of 'cancelled', 'success' |
      | closes a result after the last of its 1 row    | 1      | 'success'                     |
      | closes a result after the last of its 300 rows | 300    | 'success'                     |

  # It is open how the execution ends: the server may finish it, or notice that the client has gone.
  @sql_executions.status
  @sql_executions.execution_end_time
  Scenario Outline: An execution whose client loses its connection <where> is not executing for good
    Given a session "alice" as admin
    And "alice" executes:
      """
      <before>
      """
    And "alice" starts executing:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(200000)
      """
    When "alice" has got some rows of it
    And "alice" loses its connection
    Then the executions of "alice" are recorded as:
      | sql_text                 | status                                 | execution_end_time |
      | '<before>'               | 'success'                              | a timestamp        |
      | contains 'range(200000)' | one of 'cancelled', 'success', 'error' | a timestamp        |

    Examples:
      | where            | before            |
      | in a result      | SELECT 1          |
      | in a transaction | BEGIN TRANSACTION |

  # The result is larger than what the client buffers before it reads.
  Scenario Outline: <column> of a result that is read slowly
    Given a session "alice" as admin
    And "alice" starts executing:
      """
      SELECT range AS number, repeat('x', 200) AS text FROM range(300000)
      """
    When "alice" reads what is left of it slowly, 300000 rows in all
    Then the executions of "alice" are recorded as:
      | <column>   |
      | <expected> |

    @sql_executions.status
    Examples:
      | column | expected  |
      | status | 'success' |

    @sql_executions.rows_fetched
    Examples:
      | column       | expected |
      | rows_fetched | 300000   |

    @sql_executions.execution_end_time
    Examples:
      | column             | expected    |
      | execution_end_time | a timestamp |
