Feature: Recovery from an unclean shutdown
  A killed server leaves records open. The next start on the same files completes them. Each
  scenario kills a server of its own.

  @recovery.instances
  @needs:start
  @needs:kill
  @needs:instrumentation-file
  Scenario: An instance left running is marked as stopped
    Given a server of its own
    And a session "before" as admin
    And the instance of "before" is recorded with:
      | status    | 'running' |
      | stop_time | NULL      |
    When the server is killed and started again
    And a session "after" as admin
    Then the instance of "before" is recorded with:
      | status      | 'stopped'          |
      | stop_reason | 'unclean_shutdown' |
    And the instance of "after" is recorded with:
      | status      | 'running' |
      | stop_reason | NULL      |
      | stop_time   | NULL      |
    When "after" executes:
      """
      SELECT status, count(*) AS instances, count(*) FILTER (stop_time < start_time) AS stopped_before_their_start
      FROM _gizmosql_instr.main.instances GROUP BY status ORDER BY status
      """
    Then the rows are:
      | status    | instances | stopped_before_their_start |
      | 'running' | 1         | 0                          |
      | 'stopped' | 1         | 0                          |

  @recovery.sessions
  @needs:start
  @needs:kill
  @needs:instrumentation-file
  Scenario: A session left active is marked as closed
    Given a server of its own
    And a session "alice" as admin
    And a session "bob" as admin
    And "bob" closes its session
    And the session of "alice" is recorded with:
      | status    | 'active' |
      | stop_time | NULL     |
    And the session of "bob" is recorded with:
      | status | 'closed' |
    When the server is killed and started again
    And a session "after" as admin
    Then the session of "alice" is recorded with:
      | status      | 'closed'           |
      | stop_reason | 'unclean_shutdown' |
    When "after" executes:
      """
      SELECT stop_reason = 'unclean_shutdown' AS unclean FROM _gizmosql_instr.main.sessions WHERE session_id = '${bob}'
      """
    Then the rows are:
      | unclean |
      | false   |
    When "after" executes:
      """
      SELECT count(*) AS sessions, count(*) FILTER (stop_time < start_time) AS stopped_before_their_start
      FROM _gizmosql_instr.main.sessions
      WHERE instance_id = '${alice.instance}' AND (status = 'active' OR stop_time < start_time)
      """
    Then the rows are:
      | sessions | stopped_before_their_start |
      | 0        | 0                          |
    When "after" executes:
      """
      SELECT count(*) AS sessions FROM _gizmosql_instr.main.active_sessions WHERE instance_id = '${alice.instance}'
      """
    Then the rows are:
      | sessions |
      | 0        |

  @recovery.executions
  @needs:start
  @needs:kill
  @needs:instrumentation-file
  Scenario: An execution left executing is marked as failed
    Given a server of its own
    And a session "alice" as admin
    And a session "bob" as admin
    And "bob" executes:
      """
      SELECT 'finished'
      """
    And "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "alice" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    And the executions of "bob" are recorded as:
      | status    |
      | 'success' |
    When the server is killed and started again
    Then the executions of "alice" are recorded as:
      | status  | error_message                  |
      | 'error' | 'Server shutdown unexpectedly' |
    And the executions of "bob" are recorded as:
      | status    | error_message |
      | 'success' | NULL          |

  # The first statement of the first session must find the clean-up done, so this looks only once.
  @recovery.before-accepting
  @needs:start
  @needs:kill
  @needs:instrumentation-file
  Scenario: It is over before the first client is let in
    Given a server of its own
    And a session "alice" as admin
    And a session "bob" as admin
    And "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "alice" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    And the session of "bob" is recorded with:
      | status | 'active' |
    When the server is killed and started again
    And a silent session "first" as admin
    And "first" executes:
      """
      SELECT (SELECT count(*) FROM _gizmosql_instr.main.instances WHERE instance_id = '${alice.instance}' AND status = 'running') AS running,
        (SELECT count(*) FROM _gizmosql_instr.main.sessions WHERE instance_id = '${alice.instance}' AND status = 'active') AS active,
        (SELECT count(*) FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
          JOIN _gizmosql_instr.main.sessions USING (session_id)
          WHERE instance_id = '${alice.instance}' AND sql_executions.status = 'executing') AS executing,
        (SELECT count(*) FROM _gizmosql_instr.main.sessions WHERE session_id IN ('${alice}', '${bob}') AND status = 'closed') AS closed
      """
    Then the rows are:
      | running | active | executing | closed |
      | 0       | 0      | 0         | 2      |

  # There are an instance that stopped, one that crashed, and records that ended in every way.
  @recovery.completed-untouched
  @needs:start
  @needs:kill
  Scenario: Finished records stay as they are, to the letter
    Given a server of its own
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT 'of an instance that stopped'
      """
    When the server is stopped and started again
    And a session "bob" as admin
    And the session of "bob" is recorded with:
      | status | 'active' |
    # This server did stop in order, so the clean-up must leave its record alone.
    Then the instance of "alice" is recorded with:
      | status      | 'stopped'                          |
      | stop_reason | matches /^(?!unclean_shutdown$)\S/ |
    When the server is killed and started again
    And a session "alice" as admin
    And a session "bob" as admin
    And a session "carol" as admin
    And a session "auditor" as admin
    And "alice" prepares:
      """
      SELECT ?::VARCHAR AS "Zoë ''🦆''"
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | VARCHAR        |
      | 'it''s "text"' |
      | NULL           |
    And "alice" tries to execute:
      """
      SELECT CAST('x' || range AS INTEGER) AS number FROM range(3)
      """
    And "alice" tries to prepare:
      """
      SELEKT 1
      """
    And "carol" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "carol" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    When "auditor" kills the session of "carol"
    And "bob" closes its session
    And "auditor" kills the session of "alice"
    Then the executions of "carol" are recorded as:
      | status      |
      | 'cancelled' |
    And the session of "alice" is recorded with:
      | status | 'killed' |
    And the session of "bob" is recorded with:
      | status | 'closed' |
    Given the finished records are remembered
    When the server is killed and started again
    Then the finished records are what they were

  @recovery.graceful
  @needs:start
  @needs:kill
  Scenario: An orderly stop leaves nothing running, active or executing
    Given a server of its own
    And a session "alice" as admin
    And a session "bob" as admin
    And "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    Then the executions of "alice" are recorded, while it is busy, as:
      | status      |
      | 'executing' |
    And the session of "bob" is recorded with:
      | status | 'active' |
    When the server is stopped and started again
    And a silent session "first" as admin
    And "first" executes:
      """
      SELECT (SELECT count(*) FROM _gizmosql_instr.main.instances WHERE instance_id = '${alice.instance}' AND status = 'running') AS running,
        (SELECT count(*) FROM _gizmosql_instr.main.sessions WHERE instance_id = '${alice.instance}' AND status = 'active') AS active,
        (SELECT count(*) FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
          JOIN _gizmosql_instr.main.sessions USING (session_id)
          WHERE instance_id = '${alice.instance}' AND sql_executions.status = 'executing') AS executing
      """
    Then the rows are:
      | running | active | executing |
      | 0       | 0      | 0         |
    # After an orderly stop the clean-up has nothing to do, so no record may carry its marks.
    When "first" executes:
      """
      SELECT (SELECT count(*) FROM _gizmosql_instr.main.instances WHERE stop_reason = 'unclean_shutdown') AS instances,
        (SELECT count(*) FROM _gizmosql_instr.main.sessions WHERE stop_reason = 'unclean_shutdown') AS sessions,
        (SELECT count(*) FROM _gizmosql_instr.main.sql_executions WHERE error_message = 'Server shutdown unexpectedly') AS executions,
        (SELECT count(*) FROM _gizmosql_instr.main.sql_executions WHERE status <> 'executing' AND execution_end_time IS NULL) AS without_end
      """
    Then the rows are:
      | instances | sessions | executions | without_end |
      | 0         | 0        | 0          | 0           |
