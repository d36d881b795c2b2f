Feature: The short queries that the specification shows beside the tables, views and functions

  @example.inline
  Scenario Outline: As printed: <shown with>
    Given a session "alice" as admin
    When "alice" executes:
      """
      USE _gizmosql_instr.main;
      """
    And "alice" runs the documented query:
      """
      <query>
      """
    Then the columns include:
      | <one column>     |
      | <another column> |

    Examples:
      | shown with                   | query                                           | one column | another column           |
      | the location of the tables   | SELECT * FROM _gizmosql_instr.sessions          | session_id | stop_reason              |
      | the USE of the schema        | SELECT * FROM active_sessions;                  | session_id | session_duration_seconds |
      | the USE of the schema, again | SELECT * FROM sessions WHERE status = 'active'; | session_id | status                   |

  @example.inline
  Scenario: As printed: the queries of session_activity, session_stats and execution_details
    Given a session "alice" as admin
    When "alice" executes:
      """
      USE _gizmosql_instr.main;
      """
    And "alice" runs the documented query:
      """
      SELECT * FROM session_activity
      WHERE username = 'alice'
      ORDER BY execution_start_time DESC
      LIMIT 100;
      """
    Then the columns include:
      | username             |
      | execution_start_time |
    When "alice" runs the documented query:
      """
      SELECT
          username,
          total_statements,
          total_executions,
          successful_executions,
          failed_executions,
          total_rows_fetched,
          avg_duration_ms
      FROM session_stats;
      """
    Then the columns include:
      | username        |
      | avg_duration_ms |
    When "alice" runs the documented query:
      """
      SELECT
          execution_id,
          statement_id,
          sql_text,
          bind_parameters,
          execution_start_time,
          duration_ms,
          status,
          username
      FROM execution_details
      WHERE status = 'error'
      LIMIT 20;
      """
    Then the columns include:
      | execution_id |
      | username     |
    When "alice" runs the documented query:
      """
      -- Find all executions for a statement_id from the logs
      SELECT * FROM execution_details
      WHERE statement_id = '12345678-1234-1234-1234-123456789012';
      """
    Then the columns include:
      | execution_id |
      | statement_id |

  @example.inline
  Scenario: As printed: the queries with functions, and the list of active_sessions
    Given a session "alice" as admin
    When "alice" executes:
      """
      USE _gizmosql_instr.main;
      """
    And "alice" runs the documented query:
      """
      SELECT
          GIZMOSQL_VERSION() AS gizmosql_version,
          VERSION() AS duckdb_version;
      """
    Then the columns include:
      | gizmosql_version |
      | duckdb_version   |
    When "alice" runs the documented query:
      """
      SELECT * FROM sql_statements
      WHERE session_id = GIZMOSQL_CURRENT_SESSION()
      ORDER BY created_time DESC;
      """
    Then the columns include:
      | statement_id |
      | created_time |
    When "alice" runs the documented query:
      """
      SELECT * FROM sessions
      WHERE instance_id = GIZMOSQL_CURRENT_INSTANCE()
      ORDER BY start_time DESC;
      """
    Then the columns include:
      | session_id  |
      | instance_id |
    When "alice" runs the documented query:
      """
      SELECT GIZMOSQL_USER() AS current_user,
             GIZMOSQL_ROLE() AS current_role,
             now() AS query_time;
      """
    Then the columns include:
      | current_user |
      | query_time   |
    When "alice" runs the documented query:
      """
      -- List active sessions
      SELECT session_id, username, peer, session_duration_seconds
      FROM active_sessions;
      """
    Then the columns include:
      | session_id               |
      | session_duration_seconds |

  @example.inline
  Scenario Outline: <function> alone
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT <function>;
      """
    And its value is remembered as "alone"
    And "alice" executes:
      """
      SELECT <function> AS value
      """
    Then the rows are:
      | value    |
      | ${alone} |
    When "alice" executes:
      """
      SELECT <function> AS value WHERE <function> = '<expected>' OR '<expected>' = ''
      """
    Then the rows are:
      | value     |
      | some text |

    Examples:
      | function                    | expected          |
      | GIZMOSQL_VERSION()          |                   |
      | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | GIZMOSQL_USER()             | ${alice.user}     |
      | GIZMOSQL_ROLE()             | admin             |

  # The specification's example uses the name alice. The suite can make such a login only for its own server.
  @example.inline
  @needs:start
  @needs:roles
  Scenario: session_activity and the filters by function find the rows that are meant
    Given a server of its own
    And a session "alice" as admin of the user "alice"
    And a session "bob" as admin of the user "bob"
    When "alice" executes:
      """
      USE _gizmosql_instr.main;
      """
    Given "bob" executes:
      """
      SELECT 'by bob'
      """
    When "alice" runs the documented query:
      """
      SELECT * FROM session_activity
      WHERE username = 'alice'
      ORDER BY execution_start_time DESC
      LIMIT 100;
      """
    Then there are at most 100 rows
    And the rows descend by "execution_start_time"
    When "alice" executes:
      """
      SELECT count(*) > 0 AS some, bool_and(username = 'alice') AS all_by_alice FROM (${the query})
      """
    Then within the visibility time the rows are:
      | some | all_by_alice |
      | true | true         |
    When "alice" runs the documented query:
      """
      SELECT * FROM sql_statements
      WHERE session_id = GIZMOSQL_CURRENT_SESSION()
      ORDER BY created_time DESC;
      """
    Then the rows descend by "created_time"
    When "alice" executes:
      """
      SELECT count(*) > 0 AS some, bool_and(session_id = '${alice}') AS all_by_alice FROM (${the query})
      """
    Then within the visibility time the rows are:
      | some | all_by_alice |
      | true | true         |
    When "alice" runs the documented query:
      """
      SELECT * FROM sessions
      WHERE instance_id = GIZMOSQL_CURRENT_INSTANCE()
      ORDER BY start_time DESC;
      """
    Then the rows descend by "start_time"
    When "alice" executes:
      """
      SELECT username, instance_id = '${alice.instance}' AS of_this_instance FROM (${the query})
      WHERE username IN ('alice', 'bob') ORDER BY username
      """
    Then within the visibility time the rows are:
      | username | of_this_instance |
      | 'alice'  | true             |
      | 'bob'    | true             |

  @example.inline
  Scenario: The workflow of KILL SESSION: find the session, kill it
    Given a session "alice" as admin
    And a session "admin" as admin
    When "admin" executes:
      """
      USE _gizmosql_instr.main;
      """
    And "admin" runs the documented query:
      """
      SELECT session_id, username, peer, session_duration_seconds
      FROM active_sessions;
      """
    Then within the visibility time the rows include:
      | session_id | username      | peer      | session_duration_seconds |
      | ${alice}   | ${alice.user} | some text | >= 0                     |
    When "admin" kills the session of "alice"
    And "admin" executes:
      """
      SELECT count(*) AS sessions FROM (${the query}) WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | sessions |
      | 0        |
