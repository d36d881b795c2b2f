Feature: The table sql_statements
  One row for each prepared statement, whoever made it and whether or not it could be prepared.

  @sql_statements.statement_id
  Scenario: statement_id is unique, one per prepared statement
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT 1
      """
    And "alice" executes the prepared statement 3 times
    And "alice" prepares:
      """
      SELECT 1
      """
    Then the column "statement_id" of "sql_statements" has the documented type
    And the statements of "alice" are recorded as:
      | statement_id | sql_text   |
      | a UUID       | 'SELECT 1' |
      | a UUID       | 'SELECT 1' |
    When "alice" executes:
      """
      SELECT count(*) = count(DISTINCT statement_id) AS unique FROM _gizmosql_instr.main.sql_statements
      """
    Then the rows are:
      | unique |
      | true   |

  @sql_statements.session_id
  Scenario: session_id refers to the session that made the statement
    Given a session "alice" as admin
    And a session "bob" as admin
    And "alice" executes:
      """
      SELECT 'by alice ${unique}'
      """
    And "bob" executes:
      """
      SELECT 'by bob ${unique}'
      """
    Then the column "session_id" of "sql_statements" has the documented type
    And the statements of "alice" are recorded as:
      | session_id | sql_text                        |
      | ${alice}   | 'SELECT ''by alice ${unique}''' |
    And the statements of "bob" are recorded as:
      | session_id | sql_text                      |
      | ${bob}     | 'SELECT ''by bob ${unique}''' |
    When "alice" executes:
      """
      SELECT count(*) > 0 AS some, count(*) = count(s.session_id) AS all_refer
      FROM _gizmosql_instr.main.sql_statements st LEFT JOIN _gizmosql_instr.main.sessions s USING (session_id)
      WHERE st.session_id IN ('${alice}', '${bob}')
      """
    Then within the visibility time the rows are:
      | some | all_refer |
      | true | true      |

  @sql_statements.sql_text
  Scenario Outline: sql_text is the text as sent, to the byte: <text>
    Given a session "alice" as admin
    When "alice" tries to execute:
      """
      <sql>
      """
    Then the statements of "alice" are recorded as:
      | sql_text    |
      | ${the text} |

    Examples:
      | text                          | sql                                                              |
      | plain                         | SELECT 1                                                         |
      | letter case                   | sElEcT 'MiXeD' aS "CaSe"                                         |
      | single quotes                 | SELECT 'it''s', '''' AS quote                                    |
      | double quotes                 | SELECT 1 AS "say ""hi"""                                         |
      | backslashes                   | SELECT 'a\b\\\c\\n'                                              |
      | line feeds and tabs           | SELECT${U+000A}${U+0009}1,${U+000A}${U+0009}2${U+000A}           |
      | carriage returns              | SELECT 1,${U+000D}${U+000A}  2${U+000D}${U+000A}                 |
      | spaces around                 | ${U+0020}${U+0020}${U+0020}SELECT   1${U+0020}${U+0020}${U+0020} |
      | a semicolon                   | SELECT 1;                                                        |
      | semicolons and spaces         | SELECT 1 ; ${U+000A}${U+0020}                                    |
      | a line comment                | SELECT 1 -- the end                                              |
      | block comments                | /* one */ SELECT /* two */ 1                                     |
      | accents and other letters     | SELECT 'Zoë Ångström 用户 ${U+05E9}${U+05DC}${U+05D5}${U+05DD}'    |
      | combining characters          | SELECT 'e${U+0301}', '${U+00E9}'                                 |
      | characters beyond the BMP     | SELECT '🦆 👩${U+200D}🔬'                                        |
      | a byte order mark             | SELECT '${U+FEFF}'                                               |
      | control characters            | SELECT '${U+0001}${U+001B}${U+007F}${U+0085}${U+2028}'           |
      | a NUL character               | SELECT 'a${U+0000}b'                                             |
      | a format of printf and JSON   | SELECT '%s %d {0} {} $1 \u0041'                                  |
      | a call of a GIZMOSQL function | SELECT GIZMOSQL_USER(), gizmosql_role()                          |
      | a failing statement           | SELECT nothing FROM nowhere WHERE 'it''s' = "x"                  |

  @sql_statements.sql_text
  Scenario Outline: sql_text is whole, of more than <length> characters
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT '${<length> x}'
      """
    Then the statements of "alice" are recorded as:
      | sql_text    |
      | ${the text} |

    Examples:
      | length  |
      | 255     |
      | 5000    |
      | 70000   |
      | 1100000 |

  @sql_statements.sql_text
  Scenario: sql_text of a prepared statement has its placeholders, not the parameters
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT ?::VARCHAR  AS one -- as sent
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | VARCHAR    |
      | 'a secret' |
    Then the statements of "alice" are recorded as:
      | sql_text                               |
      | 'SELECT ?::VARCHAR  AS one -- as sent' |

  @sql_statements.flight_method
  Scenario: flight_method is the method that made the statement
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT 'direct'
      """
    And "alice" prepares:
      """
      SELECT 'prepared'
      """
    And "alice" executes the prepared statement 2 times
    When "alice" asks for GetTables
    Then the column "flight_method" of "sql_statements" has the documented type
    When "alice" executes:
      """
      SELECT DISTINCT flight_method, CASE WHEN is_internal THEN 'internal' ELSE sql_text END AS statement
      FROM _gizmosql_instr.main.sql_statements
      WHERE session_id = '${alice}' AND flight_method <> 'DoGetStatement'
        AND (is_internal OR sql_text IN ('SELECT ''direct''', 'SELECT ''prepared'''))
      ORDER BY flight_method
      """
    Then within the visibility time the rows are:
      | flight_method             | statement             |
      | 'CreatePreparedStatement' | 'SELECT ''prepared''' |
      | 'DoGetTables'             | 'internal'            |
      | 'GetFlightInfoStatement'  | 'SELECT ''direct'''   |

  # The specification names no method for updates.
  @sql_statements.flight_method
  Scenario: flight_method of an update is another than that of a query
    Given a session "alice" as admin
    And "alice" executes by an update:
      """
      CREATE TEMP TABLE numbers (number INTEGER)
      """
    Then the statements of "alice" are recorded as:
      | sql_text                                     | flight_method                                                                       |
      | 'CREATE TEMP TABLE numbers (number INTEGER)' | matches /^(?!GetFlightInfoStatement$\|CreatePreparedStatement$\|DoGetStatement$).+/ |

  @sql_statements.is_internal
  Scenario: is_internal is true for the server's own queries and false for the client's
    Given a session "alice" as admin
    And a session "bob" as admin
    When "alice" asks for GetTables
    Given "bob" executes:
      """
      SELECT 1
      """
    And "bob" prepares:
      """
      SELECT 2
      """
    And "bob" executes by an update:
      """
      CREATE TEMP TABLE numbers (number INTEGER)
      """
    Then the column "is_internal" of "sql_statements" has the documented type
    And every statement of "alice" is recorded with:
      | is_internal | true |
    And the statements of "bob" are recorded as:
      | sql_text                                     | is_internal |
      | 'SELECT 1'                                   | false       |
      | 'SELECT 2'                                   | false       |
      | 'CREATE TEMP TABLE numbers (number INTEGER)' | false       |

  @sql_statements.prepare_success
  Scenario: prepare_success says whether preparation succeeded
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT 'right'
      """
    When "alice" tries to execute:
      """
      SELEKT 'wrong'
      """
    Then it is refused
    And the column "prepare_success" of "sql_statements" has the documented type
    And the statements of "alice" are recorded as:
      | sql_text           | prepare_success |
      | 'SELECT ''right''' | true            |
      | 'SELEKT ''wrong''' | false           |
    And "alice" is still served

  # Preparation succeeds; execution fails.
  @sql_statements.prepare_success
  Scenario: prepare_success is true of a statement that fails only when it is executed
    Given a session "alice" as admin
    When "alice" tries to execute:
      """
      SELECT CAST('x' || range AS INTEGER) AS number FROM range(3)
      """
    Then it is refused
    When "alice" prepares:
      """
      SELECT CAST(? AS INTEGER) AS number
      """
    And "alice" tries to execute the prepared statement once with each of the parameters:
      | VARCHAR |
      | 'one'   |
    Then it is refused
    And the statements of "alice" are recorded as:
      | prepare_success | prepare_error |
      | true            | NULL          |
      | true            | NULL          |

  @sql_statements.prepare_error
  Scenario: prepare_error is the error of a failed preparation, NULL otherwise
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT 'right'
      """
    When "alice" tries to execute:
      """
      SELECT * FROM no_such_table_${unique}
      """
    Then it is refused with a message containing "no_such_table_${unique}"
    And the column "prepare_error" of "sql_statements" has the documented type
    And the statements of "alice" are recorded as:
      | sql_text                                | prepare_success | prepare_error                      |
      | 'SELECT ''right'''                      | true            | NULL                               |
      | 'SELECT * FROM no_such_table_${unique}' | false           | contains 'no_such_table_${unique}' |

  @sql_statements.prepare_error
  Scenario: prepare_error of a prepared statement and of an update
    Given a session "alice" as admin
    When "alice" tries to prepare:
      """
      SELECT no_such_column_${unique}
      """
    Then it is refused with a message containing "no_such_column_${unique}"
    When "alice" tries to execute by an update:
      """
      INSERT INTO no_such_table_${unique} VALUES (1)
      """
    Then it is refused with a message containing "no_such_table_${unique}"
    And the statements of "alice" are recorded as:
      | flight_method             | prepare_success | prepare_error                       |
      | 'CreatePreparedStatement' | false           | contains 'no_such_column_${unique}' |
      | some text                 | false           | contains 'no_such_table_${unique}'  |

  @sql_statements.created_time
  Scenario: created_time is within the session's time
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "auditor" executes:
      """
      SELECT epoch_ms(now())
      """
    And its value is remembered as "before"
    And "alice" executes:
      """
      SELECT 'first'
      """
    And "alice" executes:
      """
      SELECT 'second'
      """
    And "auditor" executes:
      """
      SELECT epoch_ms(now())
      """
    And its value is remembered as "after"
    When "alice" closes its session
    Then the column "created_time" of "sql_statements" has the documented type
    When "auditor" executes:
      """
      SELECT bool_and(created_time BETWEEN s.start_time AND s.stop_time) AS within_the_session,
        bool_and(epoch_ms(created_time) BETWEEN ${before} - 1000 AND ${after} + 1000) AS when_it_was_sent,
        max(created_time) FILTER (sql_text = 'SELECT ''first''')
          < min(created_time) FILTER (sql_text = 'SELECT ''second''') AS one_after_the_other
      FROM _gizmosql_instr.main.sql_statements st JOIN _gizmosql_instr.main.sessions s USING (session_id)
      WHERE session_id = '${alice}' AND sql_text IN ('SELECT ''first''', 'SELECT ''second''')
      """
    Then within the visibility time the rows are:
      | within_the_session | when_it_was_sent | one_after_the_other |
      | true               | true             | true                |
