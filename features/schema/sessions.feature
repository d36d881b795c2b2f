Feature: The table sessions
  One row for each session of a client, from its first call to its end.

  @sessions.session_id
  Scenario: session_id is unique and is GIZMOSQL_CURRENT_SESSION() of that session
    Given a session "alice" as admin
    And a session "bob" as admin
    Then the column "session_id" of "sessions" has the documented type
    When "bob" executes:
      """
      SELECT count(*) = count(DISTINCT session_id) AS unique, count(*) FILTER (session_id IN ('${alice}', '${bob}')) AS ours
      FROM _gizmosql_instr.main.sessions
      """
    Then within the visibility time the rows are:
      | unique | ours |
      | true   | 2    |
    And "alice" and "bob" are different

  # The user agent tells which connection it is.
  @sessions.session_id
  @needs:direct
  Scenario: session_id is that of the connection
    Given a session "alice" as admin with the user agent "only-alice-${unique}"
    And a session "bob" as admin with the user agent "only-bob-${unique}"
    Then the session of "alice" is recorded with:
      | session_id | ${alice}                        |
      | user_agent | contains 'only-alice-${unique}' |
    And the session of "bob" is recorded with:
      | session_id | ${bob}                        |
      | user_agent | contains 'only-bob-${unique}' |
    When "bob" executes:
      """
      SELECT count(*) AS ours FROM _gizmosql_instr.main.sessions WHERE contains(user_agent, '-${unique}')
      """
    Then the rows are:
      | ours |
      | 2    |

  @sessions.instance_id
  Scenario: instance_id refers to the instance that serves the session
    Given a session "alice" as admin
    Then the column "instance_id" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | instance_id | ${alice.instance} |
    When "alice" executes:
      """
      SELECT count(*) AS sessions, count(i.instance_id) AS with_an_instance
      FROM _gizmosql_instr.main.sessions s LEFT JOIN _gizmosql_instr.main.instances i USING (instance_id)
      WHERE s.session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | sessions | with_an_instance |
      | 1        | 1                |

  @sessions.username
  Scenario: username is GIZMOSQL_USER()
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_USER()
      """
    And its value is remembered as "user"
    Then the column "username" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | username | ${user} |
    And the session of "alice" is recorded with:
      | username | ${alice.user} |

  # More than one user needs more than one login.
  @sessions.username
  @needs:roles
  Scenario Outline: username is who logged in as <role>
    Given a session "alice" as <role>
    Then the session of "alice" is recorded with:
      | username | ${alice.user} |

    Examples:
      | role     |
      | user     |
      | readonly |

  @sessions.role
  Scenario: role is GIZMOSQL_ROLE()
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_ROLE()
      """
    And its value is remembered as "role"
    Then the column "role" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | role | ${role} |
    And the session of "alice" is recorded with:
      | role | 'admin' |

  # More than one role needs more than one login.
  @sessions.role
  @needs:roles
  Scenario Outline: role is the <role> that logged in
    Given a session "alice" as <role>
    Then the session of "alice" is recorded with:
      | role | '<role>' |

    Examples:
      | role     |
      | user     |
      | readonly |

  @sessions.auth_method
  @needs:roles
  Scenario Outline: auth_method is how the <role> logged in
    Given a session "alice" as <role>
    Then the column "auth_method" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | auth_method | ${alice.login} |

    Examples:
      | role     |
      | admin    |
      | user     |
      | readonly |

  # On the suite's own server it is known who logs in by password and who by token.
  @sessions.auth_method
  @needs:roles
  @needs:start
  Scenario: auth_method is Basic for a password and BootstrapToken for a token
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as admin of the user "token-user"
    Then the session of "alice" is recorded with:
      | auth_method | 'Basic' |
    And the session of "bob" is recorded with:
      | username    | 'token-user'     |
      | auth_method | 'BootstrapToken' |

  @sessions.peer
  @needs:direct
  Scenario: peer is the client's address and port
    Given a session "alice" as admin
    And a session "bob" as admin
    Then the column "peer" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | peer | matches /^(ipv[46]:)?[0-9a-fA-F.:%\[\]]*[0-9a-fA-F.\]]:[0-9]{1,5}$/ |
    When "bob" executes:
      """
      SELECT count(DISTINCT peer) AS peers,
        count(*) FILTER (ends_with(peer, ':' || '${server.port}')) AS at_the_servers_port
      FROM _gizmosql_instr.main.sessions WHERE session_id IN ('${alice}', '${bob}')
      """
    Then within the visibility time the rows are:
      | peers | at_the_servers_port |
      | 2     | 0                   |

  @sessions.peer_identity
  Scenario: peer_identity is NULL without mTLS
    Given a session "alice" as admin
    Then the column "peer_identity" of "sessions" has the documented type
    When "alice" executes:
      """
      SELECT connection_protocol = 'mtls' OR peer_identity IS NULL AS as_documented
      FROM _gizmosql_instr.main.sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | as_documented |
      | true          |

  # Whether a server asks for client certificates is chosen at its start.
  @sessions.peer_identity
  @needs:start
  Scenario Outline: peer_identity with the security <security>
    Given a lent server with:
      | security | <security> |
    And a session "alice" as admin
    Then the session of "alice" is recorded with:
      | peer_identity | <identity> |

    Examples:
      | security | identity                    |
      | none     | NULL                        |
      | tls      | NULL                        |
      | mtls     | contains '${server.client}' |

  @sessions.user_agent
  @needs:direct
  Scenario: user_agent is what the client sent
    Given a session "alice" as admin with the user agent "ADBC Flight SQL Driver v1.10.0"
    And a session "bob" as admin with the user agent "grpc-java-netty/1.65.0 (${unique}; it's)"
    Then the column "user_agent" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | user_agent | starts with 'ADBC Flight SQL Driver v1.10.0' |
    And the session of "bob" is recorded with:
      | user_agent | starts with 'grpc-java-netty/1.65.0 (${unique}; it''s)' |

  @sessions.connection_protocol
  @needs:direct
  Scenario: connection_protocol is that of the connection
    Given a session "alice" as admin
    Then the column "connection_protocol" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | connection_protocol | ${alice.protocol} |

  # To see all three values, three kinds of server are needed.
  @sessions.connection_protocol
  @needs:start
  @needs:direct
  Scenario Outline: connection_protocol is '<protocol>' with the security <security>
    Given a lent server with:
      | security | <security> |
    And a session "alice" as admin
    Then the session of "alice" is recorded with:
      | connection_protocol | '<protocol>' |

    Examples:
      | security | protocol  |
      | none     | plaintext |
      | tls      | tls       |
      | mtls     | mtls      |

  @sessions.start_time
  Scenario: start_time is when the session began
    Given a session "auditor" as admin
    And "auditor" executes:
      """
      SELECT epoch_ms(now())
      """
    And its value is remembered as "before"
    When a session "alice" as admin
    Given "auditor" executes:
      """
      SELECT epoch_ms(now())
      """
    And its value is remembered as "after"
    When a session "bob" as admin
    Then the column "start_time" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | start_time | a timestamp |
    When "auditor" executes:
      """
      SELECT epoch_ms(alice.start_time) BETWEEN ${before} - 1000 AND ${after} + 1000 AS when_it_logged_in,
        alice.start_time < bob.start_time AS before_bob
      FROM _gizmosql_instr.main.sessions alice, _gizmosql_instr.main.sessions bob
      WHERE alice.session_id = '${alice}' AND bob.session_id = '${bob}'
      """
    Then within the visibility time the rows are:
      | when_it_logged_in | before_bob |
      | true              | true       |

  @sessions.stop_time
  Scenario: stop_time is NULL while the session is active and set when it is closed
    Given a session "alice" as admin
    And a session "bob" as admin
    Then the column "stop_time" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | status    | 'active' |
      | stop_time | NULL     |
    When "alice" closes its session
    Then the session of "alice" is recorded with:
      | status    | 'closed'    |
      | stop_time | a timestamp |
    When "bob" executes:
      """
      SELECT stop_time >= start_time AS not_before_start,
        epoch_ms(now()) - epoch_ms(stop_time) BETWEEN -1000 AND 60000 AS just_now
      FROM _gizmosql_instr.main.sessions WHERE session_id = '${alice}'
      """
    Then the rows are:
      | not_before_start | just_now |
      | true             | true     |
    And the session of "bob" is recorded with:
      | stop_time | NULL |

  @sessions.stop_time
  Scenario: stop_time is set when the session is killed
    Given a session "alice" as admin
    And a session "bob" as admin
    When "bob" kills the session of "alice"
    Then the session of "alice" is recorded with:
      | stop_time | a timestamp |
    When "bob" executes:
      """
      SELECT stop_time >= start_time AS not_before_start
      FROM _gizmosql_instr.main.sessions WHERE session_id = '${alice}'
      """
    Then the rows are:
      | not_before_start |
      | true             |
    And the session of "bob" is recorded with:
      | stop_time | NULL |

  # The specification does not say what makes a session time out or end in an error.
  @sessions.status
  Scenario Outline: status is '<status>' when the session <end>
    Given a session "alice" as admin
    And a session "bob" as admin
    Then the column "status" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | status | 'active' |
    When <action>
    Then the session of "alice" is recorded with:
      | status | '<status>' |
    And the session of "bob" is recorded with:
      | status | 'active' |
    And "bob" is still served

    Examples:
      | status | end       | action                             |
      | active | goes on   | "alice" is still served            |
      | closed | is closed | "alice" closes its session         |
      | killed | is killed | "bob" kills the session of "alice" |

  @sessions.status
  Scenario: status is one of the documented five, of whatever session
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT count(*) AS others FROM _gizmosql_instr.main.sessions
      WHERE status IS NULL OR status NOT IN ('active', 'closed', 'killed', 'timeout', 'error')
      """
    Then the rows are:
      | others |
      | 0      |

  @sessions.stop_reason
  Scenario Outline: stop_reason is NULL while the session is active and given when it is <end>
    Given a session "alice" as admin
    And a session "bob" as admin
    Then the column "stop_reason" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | status      | 'active' |
      | stop_reason | NULL     |
    When <action>
    Then the session of "alice" is recorded with:
      | status      | '<end>'   |
      | stop_reason | some text |
    And the session of "bob" is recorded with:
      | stop_reason | NULL |

    Examples:
      | end    | action                             |
      | closed | "alice" closes its session         |
      | killed | "bob" kills the session of "alice" |

  # It is not specified whether a session outlives its connection. Its record must be consistent either way.
  @sessions.status
  @sessions.stop_time
  @sessions.stop_reason
  Scenario: The record of a session whose client goes away in a transaction agrees with itself
    Given a session "alice" as admin
    And a session "bob" as admin
    And "alice" executes:
      """
      BEGIN TRANSACTION
      """
    And "alice" executes:
      """
      CREATE TEMP TABLE numbers AS SELECT 1 AS number
      """
    When "alice" loses its connection
    Then the executions of "alice" are recorded as:
      | sql_text                                          | status    |
      | 'BEGIN TRANSACTION'                               | 'success' |
      | 'CREATE TEMP TABLE numbers AS SELECT 1 AS number' | 'success' |
    When "bob" executes:
      """
      SELECT status IN ('active', 'closed', 'timeout', 'error') AS documented,
        (status = 'active') = (stop_time IS NULL) AS time_agrees,
        (status = 'active') = (stop_reason IS NULL) AS reason_agrees
      FROM _gizmosql_instr.main.sessions WHERE session_id = '${alice}'
      """
    Then the rows are:
      | documented | time_agrees | reason_agrees |
      | true       | true        | true          |
    And "bob" is still served

  # It is not specified whether a token works on another connection. Where it does not, this is untestable.
  @sessions.status
  Scenario: status is 'active' of a session that goes on on another connection, until it is closed
    Given a session "alice" as admin
    When "alice" loses its connection
    And "alice" comes back on another connection
    Given "alice" executes:
      """
      SELECT 'back'
      """
    Then the executions of "alice" are recorded as:
      | sql_text          | status    |
      | 'SELECT ''back''' | 'success' |
    And the session of "alice" is recorded with:
      | session_id  | ${alice} |
      | status      | 'active' |
      | stop_time   | NULL     |
      | stop_reason | NULL     |
    When "alice" closes its session
    Then the session of "alice" is recorded with:
      | status      | 'closed'    |
      | stop_time   | a timestamp |
      | stop_reason | some text   |
