Feature: The view active_sessions
  The sessions that are active, each with the instance that serves it.

  @view.active_sessions.columns
  Scenario Outline: It has the documented columns in their order, <when>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT * FROM _gizmosql_instr.main.active_sessions <narrowed>
      """
    Then the columns of the view "active_sessions" are as documented

    Examples:
      | when                      | narrowed    |
      | with its rows             |             |
      | when no row is to be seen | WHERE false |

  @view.active_sessions.rows
  Scenario: It shows a session from its beginning to its end
    Given a session "alice" as admin
    And a session "bob" as admin
    And a session "carol" as admin
    And a session "auditor" as admin
    When "auditor" executes:
      """
      SELECT session_id, instance_id, username, role, connection_protocol, status, port
      FROM _gizmosql_instr.main.active_sessions
      WHERE session_id IN ('${alice}', '${bob}', '${carol}')
      ORDER BY session_id = '${carol}', session_id = '${bob}'
      """
    Then within the visibility time the rows are:
      | session_id | instance_id         | username      | role          | connection_protocol | status   | port |
      | ${alice}   | ${alice.instance}   | ${alice.user} | ${alice.role} | some text           | 'active' | >= 1 |
      | ${bob}     | ${bob.instance}     | ${bob.user}   | ${bob.role}   | some text           | 'active' | >= 1 |
      | ${carol}   | ${auditor.instance} | ${carol.user} | ${carol.role} | some text           | 'active' | >= 1 |
    When "alice" closes its session
    And "auditor" kills the session of "bob"
    And "auditor" executes:
      """
      SELECT session_id, status FROM _gizmosql_instr.main.active_sessions
      WHERE session_id IN ('${alice}', '${bob}', '${carol}')
      """
    Then within the visibility time the rows are:
      | session_id | status   |
      | ${carol}   | 'active' |

  # More than one role needs more than one login.
  @view.active_sessions.rows
  @needs:roles
  Scenario Outline: It shows the sessions of the role <role>, and only as long as they last
    Given a session "alice" as <role>
    And a session "auditor" as admin
    When "auditor" executes:
      """
      SELECT username, role, auth_method FROM _gizmosql_instr.main.active_sessions
      WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | username      | role     | auth_method    |
      | ${alice.user} | '<role>' | ${alice.login} |
    When "alice" closes its session
    And "auditor" executes:
      """
      SELECT count(*) AS sessions FROM _gizmosql_instr.main.active_sessions
      WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | sessions |
      | 0        |

    Examples:
      | role     |
      | user     |
      | readonly |

  @view.active_sessions.rows
  Scenario: Its rows are those of the tables, and no session is missing or shown twice
    Given a session "alice" as admin
    And a session "bob" as admin
    And "bob" closes its session
    When "alice" executes:
      """
      WITH by_view AS (
        SELECT session_id, instance_id, username, role, auth_method, peer, peer_identity, user_agent,
          connection_protocol, start_time, status, hostname, hostname_arg, server_ip, port, database_path
        FROM _gizmosql_instr.main.active_sessions
      ), by_tables AS (
        SELECT s.session_id, s.instance_id, s.username, s.role, s.auth_method, s.peer, s.peer_identity, s.user_agent,
          s.connection_protocol, s.start_time, s.status, i.hostname, i.hostname_arg, i.server_ip, i.port, i.database_path
        FROM _gizmosql_instr.main.sessions s JOIN _gizmosql_instr.main.instances i USING (instance_id)
        WHERE s.status = 'active'
      )
      SELECT (SELECT count(*) FROM (FROM by_view EXCEPT ALL FROM by_tables)) AS too_many,
        (SELECT count(*) FROM (FROM by_tables EXCEPT ALL FROM by_view)) AS missing,
        (SELECT count(*) FROM by_view WHERE session_id = '${alice}') AS own
      """
    Then within the visibility time the rows are:
      | too_many | missing | own |
      | 0        | 0       | 1   |

  @view.active_sessions.duration
  Scenario: session_duration_seconds is the age of each session
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT count(*) > 0 AS some,
        bool_and(abs(session_duration_seconds - (epoch(now()) - epoch(start_time))) <= 1) AS as_old_as_that
      FROM _gizmosql_instr.main.active_sessions
      """
    Then within the visibility time the rows are:
      | some | as_old_as_that |
      | true | true           |

  @view.active_sessions.duration
  Scenario: session_duration_seconds begins at the session's start and grows
    Given a session "alice" as admin
    And a session "bob" as admin
    When "bob" executes:
      """
      SELECT session_duration_seconds BETWEEN 0 AND epoch(now()) - epoch(start_time) + 1 AS plausible,
        session_duration_seconds > 0.9 AS grown
      FROM _gizmosql_instr.main.active_sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | plausible | grown |
      | true      | true  |
    When "bob" executes:
      """
      SELECT a.session_duration_seconds >= b.session_duration_seconds AS the_older_is_older
      FROM _gizmosql_instr.main.active_sessions a, _gizmosql_instr.main.active_sessions b
      WHERE a.session_id = '${alice}' AND b.session_id = '${bob}'
      """
    Then within the visibility time the rows are:
      | the_older_is_older |
      | true               |

  # It is not specified whether a token works on another connection. Where it does not, this is untestable.
  @view.active_sessions.rows
  Scenario: It shows a session that goes on on another connection once, until it is closed
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "alice" loses its connection
    And "alice" comes back on another connection
    Given "alice" executes:
      """
      SELECT 'back'
      """
    Then the executions of "alice" are recorded as:
      | sql_text          |
      | 'SELECT ''back''' |
    When "auditor" executes:
      """
      SELECT session_id, status FROM _gizmosql_instr.main.active_sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | session_id | status   |
      | ${alice}   | 'active' |
    When "alice" closes its session
    And "auditor" executes:
      """
      SELECT session_id, status FROM _gizmosql_instr.main.active_sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | session_id | status |
