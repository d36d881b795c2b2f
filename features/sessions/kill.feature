Feature: An admin can end somebody else's session
  KILL SESSION, as documented: the id in single quotes.

  @kill.admin
  Scenario Outline: An admin kills another session by <door>
    Given a session "alice" as admin
    And a session "bob" as admin
    When "alice" executes by <door>:
      """
      KILL SESSION '${bob}'
      """
    Then the session of "bob" is recorded with:
      | status | 'killed' |
    And "alice" is still served

    Examples:
      | door             |
      | a query          |
      | a prepared query |

  @kill.admin
  Scenario: An admin kills a session as the documented workflow does
    Given a session "alice" as admin
    And a session "bob" as admin
    When "alice" executes:
      """
      SELECT session_id, username, peer, session_duration_seconds
      FROM _gizmosql_instr.active_sessions WHERE session_id = '${bob}'
      """
    Then within the visibility time the rows are:
      | session_id | username    | peer      | session_duration_seconds |
      | ${bob}     | ${bob.user} | some text | anything                 |
    When "alice" executes:
      """
      KILL SESSION '${bob}';
      """
    Then the session of "bob" is recorded with:
      | status | 'killed' |
    When "alice" executes:
      """
      SELECT session_id FROM _gizmosql_instr.active_sessions WHERE session_id IN ('${alice}', '${bob}')
      """
    Then within the visibility time the rows are:
      | session_id |
      | ${alice}   |

  @kill.admin
  @role.kill
  @needs:roles
  Scenario Outline: An admin kills the session of the role <role>
    Given a session "alice" as admin
    And a session "bob" as <role>
    When "alice" kills the session of "bob"
    Then the session of "bob" is recorded with:
      | status    | 'killed'    |
      | role      | '<role>'    |
      | stop_time | a timestamp |
    And "bob" gets an error for a query

    Examples:
      | role     |
      | admin    |
      | user     |
      | readonly |

  @kill.not-admin
  @role.kill
  @needs:roles
  Scenario Outline: The role <role> is refused to kill <whose> session, by <door>
    Given a session "alice" as admin
    And a session "bob" as <role>
    And a session "carol" as <role>
    When "bob" tries to execute by <door>:
      """
      KILL SESSION '<target>'
      """
    Then it is refused
    And the session of "<survivor>" is recorded with:
      | status    | 'active' |
      | stop_time | NULL     |
    And "<survivor>" is still served
    And "bob" is still served

    Examples:
      | role     | whose          | target    | survivor | door              |
      | user     | an admin's     | ${alice}  | alice    | a query           |
      | user     | an admin's     | ${alice}  | alice    | an update         |
      | user     | an admin's     | ${alice}  | alice    | a prepared query  |
      | user     | an admin's     | ${alice}  | alice    | a prepared update |
      | user     | its user's own | ${carol}  | carol    | a query           |
      | user     | its own        | ${bob}    | bob      | a query           |
      | user     | nobody's       | ${forged} | alice    | a query           |
      | readonly | an admin's     | ${alice}  | alice    | a query           |
      | readonly | an admin's     | ${alice}  | alice    | an update         |
      | readonly | an admin's     | ${alice}  | alice    | a prepared query  |
      | readonly | an admin's     | ${alice}  | alice    | a prepared update |
      | readonly | its user's own | ${carol}  | carol    | a query           |
      | readonly | its own        | ${bob}    | bob      | a query           |
      | readonly | nobody's       | ${forged} | alice    | a query           |

  @kill.not-own
  Scenario Outline: Killing one's own session by <door> is refused
    Given a session "alice" as admin
    When "alice" tries to execute by <door>:
      """
      KILL SESSION '${alice}'
      """
    Then it is refused
    And "alice" is still served
    And the session of "alice" is recorded with:
      | status    | 'active' |
      | stop_time | NULL     |

    Examples:
      | door              |
      | a query           |
      | an update         |
      | a prepared query  |
      | a prepared update |

  # Undocumented spellings may be refused for any reason, but they must not kill.
  @kill.not-own
  Scenario Outline: Killing one's own session is refused, however it is spelled: <spelling>
    Given a session "alice" as admin
    When "alice" tries to execute:
      """
      <sql>
      """
    Then it is refused
    And "alice" is still served

    Examples:
      | spelling               | sql                                     |
      | as documented          | KILL SESSION '${alice}';                |
      | in small letters       | kill session '${alice}'                 |
      | in double quotes       | KILL SESSION "${alice}"                 |
      | bare                   | KILL SESSION ${alice}                   |
      | among comments         | /* a */ KILL /* b */ SESSION '${alice}' |
      | by the pseudo-function | KILL SESSION GIZMOSQL_CURRENT_SESSION() |

  # UUIDs are equal whatever their letter case.
  @kill.not-own
  Scenario: Killing one's own session is refused, its id in capitals
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT upper('${alice}')
      """
    And its value is remembered as "capitals"
    And "alice" tries to execute:
      """
      KILL SESSION '${capitals}'
      """
    Then it is refused
    And "alice" is still served
    And the session of "alice" is recorded with:
      | status    | 'active' |
      | stop_time | NULL     |

  @kill.must-exist
  Scenario Outline: Killing <what> is refused by <door>
    Given a session "alice" as admin
    When "alice" tries to execute by <door>:
      """
      KILL SESSION '<target>'
      """
    Then it is refused
    And "alice" is still served

    Examples:
      | what                       | target                               | door             |
      | a session that nobody has  | ${forged}                            | a query          |
      | a session that nobody has  | ${forged}                            | an update        |
      | a session that nobody has  | ${forged}                            | a prepared query |
      | the instance               | ${alice.instance}                    | a query          |
      | the nil UUID               | 00000000-0000-0000-0000-000000000000 | a query          |
      | a text that is no UUID     | no such session                      | a query          |
      | no session at all          |                                      | a query          |
      | a text that looks like SQL | ${forged}'' OR ''1''=''1             | a query          |
      | a pattern                  | %                                    | a query          |

  @kill.must-be-active
  Scenario: Killing a session that was killed is refused, and its record stays
    Given a session "alice" as admin
    And a session "bob" as admin
    When "alice" kills the session of "bob"
    Then the session of "bob" is recorded with:
      | status | 'killed' |
    When "alice" executes:
      """
      SELECT CAST(s AS VARCHAR) FROM _gizmosql_instr.main.sessions s WHERE session_id = '${bob}'
      """
    And its value is remembered as "record"
    And "alice" tries to execute:
      """
      KILL SESSION '${bob}'
      """
    Then it is refused
    And "alice" is still served
    # Records are written in order: once this one is visible, the second attempt's would be, too.
    And a session "later" as admin
    And the session of "later" is recorded with:
      | status | 'active' |
    When "alice" executes:
      """
      SELECT CAST(s AS VARCHAR) AS record FROM _gizmosql_instr.main.sessions s WHERE session_id = '${bob}'
      """
    Then the rows are:
      | record    |
      | ${record} |

  @kill.must-be-active
  Scenario: Killing a session is refused at once after it was killed
    Given a session "alice" as admin
    And a session "bob" as admin
    And a session "carol" as admin
    When "alice" kills the session of "bob"
    And "carol" tries to execute:
      """
      KILL SESSION '${bob}'
      """
    Then it is refused
    And "carol" is still served

  @kill.must-be-active
  Scenario: Killing a session that was closed is refused, and it stays closed
    Given a session "alice" as admin
    And a session "bob" as admin
    When "bob" closes its session
    Then the session of "bob" is recorded with:
      | status | 'closed' |
    When "alice" tries to execute:
      """
      KILL SESSION '${bob}'
      """
    Then it is refused
    And "alice" is still served
    # Records are written in order: once this one is visible, the second attempt's would be, too.
    And a session "later" as admin
    And the session of "later" is recorded with:
      | status | 'active' |
    And the session of "bob" is recorded with:
      | status | 'closed' |

  @kill.cancels-queries
  Scenario: A query that computes is cancelled
    Given a session "alice" as admin
    And a session "bob" as admin
    And "bob" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "bob" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    When "alice" kills the session of "bob"
    Then its query ends with an error for "bob"
    And the executions of "bob" are recorded as:
      | status      | execution_end_time | sql_text                                                                  |
      | 'cancelled' | a timestamp        | 'SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}' |
    And the session of "bob" is recorded with:
      | status | 'killed' |
    And "alice" is still served

  @kill.cancels-queries
  Scenario: A query in the middle of its result is cancelled
    Given a session "alice" as admin
    And a session "bob" as admin
    And "bob" starts executing:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(1000000000) WHERE ${within a minute}
      """
    When "bob" has got some rows of it
    And "alice" kills the session of "bob"
    Then its query ends with an error for "bob"
    And the executions of "bob" are recorded as:
      | status      | execution_end_time |
      | 'cancelled' | a timestamp        |

  # The second may run at the same time or wait for the first.
  @kill.cancels-queries
  Scenario Outline: All executions of one prepared statement are cancelled: <what>
    Given a session "alice" as admin
    And a session "bob" as admin
    When "bob" prepares:
      """
      <sql>
      """
    Given "bob" starts executing the prepared statement 2 times
    Then the executions of "bob" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    When "alice" kills the session of "bob"
    Then each of its queries ends with an error for "bob"
    And every execution of "bob" is recorded with:
      | status             | one of 'cancelled', 'error' |
      | execution_end_time | a timestamp                 |
    And "alice" is still served

    Examples:
      | what                     | sql                                                                                              |
      | they compute             | SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}                          |
      | they are amid their rows | SELECT range AS number, repeat('x', 100) AS text FROM range(1000000000) WHERE ${within a minute} |

  @kill.cancels-queries
  Scenario: A query that was complete is not made another
    Given a session "alice" as admin
    And a session "bob" as admin
    And "bob" executes:
      """
      SELECT 'complete'
      """
    Then the executions of "bob" are recorded as:
      | status    |
      | 'success' |
    When "alice" kills the session of "bob"
    Then the executions of "bob" are recorded as:
      | status    |
      | 'success' |

  @kill.status
  Scenario: The killed session's status is 'killed', with a stop_time
    Given a session "alice" as admin
    And a session "bob" as admin
    Then the session of "bob" is recorded with:
      | status    | 'active' |
      | stop_time | NULL     |
    When "alice" kills the session of "bob"
    Then the session of "bob" is recorded with:
      | session_id  | ${bob}      |
      | username    | ${bob.user} |
      | status      | 'killed'    |
      | stop_time   | a timestamp |
      | stop_reason | some text   |
    When "alice" executes:
      """
      SELECT stop_time >= start_time AS not_before_start,
        epoch_ms(now()) - epoch_ms(stop_time) BETWEEN -1000 AND 60000 AS just_now
      FROM _gizmosql_instr.main.sessions WHERE session_id = '${bob}'
      """
    Then the rows are:
      | not_before_start | just_now |
      | true             | true     |

  @kill.status
  Scenario: The status stays 'killed' whatever the client tries
    Given a session "alice" as admin
    And a session "bob" as admin
    And "bob" prepares:
      """
      SELECT 1
      """
    When "alice" kills the session of "bob"
    Then "bob" gets an error for everything
    And the session of "bob" is recorded with:
      | status | 'killed' |

  @kill.client-error
  Scenario Outline: The next operation is an error, and every later one: first <operation>
    Given a session "alice" as admin
    And a session "bob" as admin
    And "bob" prepares:
      """
      SELECT 1
      """
    When "alice" kills the session of "bob"
    Then "bob" gets an error for <operation>
    And "bob" gets an error for <operation>
    And "bob" gets an error for everything
    And "alice" is still served

    Examples:
      | operation                        |
      | a query                          |
      | an update                        |
      | preparing a statement            |
      | executing its prepared statement |
      | GetCatalogs                      |
      | GetTables                        |
      | a function of its session        |
      | KILL SESSION                     |

  @kill.client-error
  Scenario: The error goes on while others come and go
    Given a session "alice" as admin
    And a session "bob" as admin
    And "bob" prepares:
      """
      SELECT 1
      """
    When "alice" kills the session of "bob"
    Then "bob" gets an error for a query
    When a session "carol" as admin
    And "carol" closes its session
    Then "bob" gets an error for everything

  @kill.others-unharmed
  Scenario: Other sessions of the same user go on, with what they have under way
    Given a session "alice" as admin
    And a session "bob" as admin
    And a session "carol" as admin
    And a table "${home}kept_${unique}" of "alice" with the columns "number INTEGER"
    And "carol" executes:
      """
      CREATE TEMP TABLE mine AS SELECT 42 AS number
      """
    And "carol" prepares:
      """
      SELECT number FROM mine
      """
    And "carol" executes:
      """
      BEGIN TRANSACTION
      """
    And "carol" executes:
      """
      INSERT INTO ${home}kept_${unique} SELECT number FROM mine
      """
    When "alice" kills the session of "bob"
    And "carol" executes the prepared statement
    Then the rows are:
      | number |
      | 42     |
    When "carol" executes:
      """
      COMMIT
      """
    And "carol" executes:
      """
      SELECT number, GIZMOSQL_CURRENT_SESSION() AS session FROM ${home}kept_${unique}
      """
    Then the rows are:
      | number | session  |
      | 42     | ${carol} |
    And the session of "carol" is recorded with:
      | status    | 'active' |
      | stop_time | NULL     |
    And the session of "alice" is recorded with:
      | status    | 'active' |
      | stop_time | NULL     |

  @kill.others-unharmed
  Scenario: A query of another session goes on
    Given a session "alice" as admin
    And a session "bob" as admin
    And a session "carol" as admin
    And "bob" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    And "carol" starts executing:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(1000000000) WHERE ${within a minute}
      """
    And "carol" has got some rows of it
    When "alice" kills the session of "bob"
    Then its query ends with an error for "bob"
    And "carol" has got some rows of it
    # Once a later record is visible, a change of carol's execution would be, too.
    Given a session "dave" as admin
    And "dave" executes:
      """
      SELECT 'after the kill'
      """
    Then the executions of "dave" are recorded as:
      | sql_text                    | status    |
      | 'SELECT ''after the kill''' | 'success' |
    And the executions of "carol" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    And the session of "carol" is recorded with:
      | status | 'active' |

  @kill.others-unharmed
  Scenario: The user of the killed session can log in anew
    Given a session "alice" as admin
    And a session "bob" as admin
    When "alice" kills the session of "bob"
    And a session "carol" as admin
    Then "bob" and "carol" are different
    And "carol" is still served
    And the session of "carol" is recorded with:
      | username | ${bob.user} |
      | status   | 'active'    |

  @kill.others-unharmed
  @needs:roles
  Scenario Outline: A session of the role <role> goes on when another of its user is killed
    Given a session "alice" as admin
    And a session "bob" as <role>
    And a session "carol" as <role>
    When "alice" kills the session of "bob"
    Then "carol" is still served
    And the session of "carol" is recorded with:
      | username  | ${bob.user} |
      | status    | 'active'    |
      | stop_time | NULL        |

    Examples:
      | role     |
      | user     |
      | readonly |

  # It is not specified whether a session outlives its connection. Where it does not, KILL SESSION may be refused.
  @kill.admin
  @kill.status
  Scenario Outline: An admin kills a session whose client went away <where>
    Given a session "alice" as admin
    And a session "bob" as admin
    And a session "carol" as admin
    And "bob" executes:
      """
      <before>
      """
    When "bob" loses its connection
    And "alice" tries to execute:
      """
      KILL SESSION '${bob}'
      """
    And "carol" executes:
      """
      SELECT status = 'killed' AS killed, status IN ('killed', 'closed', 'timeout', 'error') AS over, stop_time, stop_reason
      FROM _gizmosql_instr.main.sessions WHERE session_id = '${bob}'
      """
    Then within the visibility time the rows are:
      | killed             | over | stop_time   | stop_reason |
      | ${alice.succeeded} | true | a timestamp | some text   |
    And "alice" is still served

    Examples:
      | where                  | before            |
      | between two statements | SELECT 1          |
      | in a transaction       | BEGIN TRANSACTION |

  # It is not specified whether a token works on another connection. Where it does not, this is untestable.
  @kill.client-error
  Scenario: A session that came back on another connection gets the error there, and wherever it tries next
    Given a session "alice" as admin
    And a session "bob" as admin
    When "bob" loses its connection
    And "bob" comes back on another connection
    And "alice" kills the session of "bob"
    Then "bob" gets an error for a query
    When "bob" tries to come back on another connection
    Then "bob" gets an error for a query
    And "bob" gets an error for an update
    And "bob" gets an error for preparing a statement
    And the session of "bob" is recorded with:
      | status | 'killed' |

  @kill.cancels-queries
  Scenario: A result that was let go of after its last row is not made another
    Given a session "alice" as admin
    And a session "bob" as admin
    When "bob" closes a result after the last of its 3000 rows, 5 times:
      """
      SELECT range AS number FROM range(3000)
      """
    And "alice" kills the session of "bob"
    Then the session of "bob" is recorded with:
      | status | 'killed' |
    And every execution of "bob" is recorded with:
      | status       | 'success' |
      | rows_fetched | 3000      |

  @kill.cancels-queries
  Scenario: A result half read in a transaction is cancelled, and what was done before it is not
    Given a session "alice" as admin
    And a session "bob" as admin
    And "bob" executes:
      """
      BEGIN TRANSACTION
      """
    And "bob" starts executing:
      """
      SELECT range AS number, repeat('x', 100) AS text FROM range(1000000000) WHERE ${within a minute}
      """
    When "bob" has got some rows of it
    And "alice" kills the session of "bob"
    Then its query ends with an error for "bob"
    And the executions of "bob" are recorded as:
      | sql_text              | status      | execution_end_time |
      | 'BEGIN TRANSACTION'   | 'success'   | a timestamp        |
      | contains '1000000000' | 'cancelled' | a timestamp        |
