Feature: Nobody changes what the instrumentation has recorded
  INSERT, UPDATE and DELETE of the instrumentation database are refused, and it is as it was.

  @protect.insert
  @protect.unchanged
  Scenario Outline: An INSERT <modification> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | modification          | sql                                                                                                                                                                     |
      | into instances        | INSERT INTO _gizmosql_instr.main.instances (instance_id, status) VALUES ('${forged}', 'running')                                                                        |
      | into sessions         | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')                                                                         |
      | into sql_statements   | INSERT INTO _gizmosql_instr.main.sql_statements (statement_id, sql_text) VALUES ('${forged}', 'forged')                                                                 |
      | into sql_executions   | INSERT INTO _gizmosql_instr.main.sql_executions (execution_id, status) VALUES ('${forged}', 'success')                                                                  |
      | without the schema    | INSERT INTO _gizmosql_instr.sessions (session_id, username) VALUES ('${forged}', 'forged')                                                                              |
      | from a query          | INSERT INTO _gizmosql_instr.main.sessions BY NAME SELECT * REPLACE ('${forged}'::UUID AS session_id) FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' |
      | of no rows            | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) SELECT uuid(), 'forged' WHERE false                                                                    |
      | after WITH            | WITH new AS (SELECT '${forged}'::UUID AS id) INSERT INTO _gizmosql_instr.main.sessions (session_id) SELECT id FROM new                                                  |
      | with RETURNING        | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') RETURNING session_id                                                    |
      | OR REPLACE            | INSERT OR REPLACE INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${witness}', 'forged')                                                             |
      | OR IGNORE             | INSERT OR IGNORE INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')                                                               |
      | ON CONFLICT DO UPDATE | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${witness}', 'forged') ON CONFLICT DO UPDATE SET username = 'forged'                          |
      | into a view           | INSERT INTO _gizmosql_instr.main.active_sessions (session_id) VALUES ('${forged}')                                                                                      |

  @protect.update
  @protect.unchanged
  Scenario Outline: An UPDATE <modification> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | modification       | sql                                                                                                                                                                                  |
      | of instances       | UPDATE _gizmosql_instr.main.instances SET stop_reason = 'forged' WHERE instance_id = '${witness.instance}'                                                                           |
      | of sessions        | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}'                                                                                         |
      | of sql_statements  | UPDATE _gizmosql_instr.main.sql_statements SET sql_text = 'forged' WHERE session_id = '${witness}'                                                                                   |
      | of sql_executions  | UPDATE _gizmosql_instr.main.sql_executions SET status = 'error' WHERE statement_id IN (SELECT statement_id FROM _gizmosql_instr.main.sql_statements WHERE session_id = '${witness}') |
      | without the schema | UPDATE _gizmosql_instr.sessions SET username = 'forged' WHERE session_id = '${witness}'                                                                                              |
      | with FROM          | UPDATE _gizmosql_instr.main.sessions SET username = name FROM (SELECT 'forged' AS name) WHERE session_id = '${witness}'                                                              |
      | of no rows         | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE false                                                                                                             |
      | to what it is      | UPDATE _gizmosql_instr.main.sessions SET username = username WHERE session_id = '${witness}'                                                                                         |
      | with RETURNING     | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}' RETURNING session_id                                                                    |
      | under an alias     | UPDATE _gizmosql_instr.main.sessions AS s SET username = 'forged' WHERE s.session_id = '${witness}'                                                                                  |
      | of all rows        | UPDATE _gizmosql_instr.main.sql_statements SET sql_text = NULL                                                                                                                       |

  @protect.delete
  @protect.unchanged
  Scenario Outline: A DELETE <modification> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | modification        | sql                                                                                                                                                                  |
      | from instances      | DELETE FROM _gizmosql_instr.main.instances WHERE instance_id = '${witness.instance}'                                                                                 |
      | from sessions       | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                                                            |
      | from sql_statements | DELETE FROM _gizmosql_instr.main.sql_statements WHERE session_id = '${witness}'                                                                                      |
      | from sql_executions | DELETE FROM _gizmosql_instr.main.sql_executions WHERE statement_id IN (SELECT statement_id FROM _gizmosql_instr.main.sql_statements WHERE session_id = '${witness}') |
      | as documented       | DELETE FROM _gizmosql_instr.sql_executions                                                                                                                           |
      | with a semicolon    | DELETE FROM _gizmosql_instr.sql_executions;                                                                                                                          |
      | of no rows          | DELETE FROM _gizmosql_instr.main.sessions WHERE false                                                                                                                |
      | with USING          | DELETE FROM _gizmosql_instr.main.sessions USING (SELECT '${witness}'::UUID AS id) gone WHERE session_id = gone.id                                                    |
      | with RETURNING      | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' RETURNING session_id                                                                       |
      | after WITH          | WITH gone AS (SELECT '${witness}'::UUID AS id) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id IN (SELECT id FROM gone)                                   |

  @protect.insert
  @protect.unchanged
  Scenario Outline: An INSERT by <door> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden by <door>:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | door                       | sql                                                                                             |
      | a query                    | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') |
      | an update                  | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') |
      | a prepared query           | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') |
      | a prepared update          | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') |
      | an update in a transaction | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') |

  @protect.update
  @protect.unchanged
  Scenario Outline: An UPDATE by <door> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden by <door>:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | door                       | sql                                                                                          |
      | a query                    | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}' |
      | an update                  | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}' |
      | a prepared query           | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}' |
      | a prepared update          | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}' |
      | an update in a transaction | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}' |

  @protect.delete
  @protect.unchanged
  Scenario Outline: A DELETE by <door> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden by <door>:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | door                       | sql                                                                       |
      | a query                    | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' |
      | an update                  | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' |
      | a prepared query           | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' |
      | a prepared update          | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' |
      | an update in a transaction | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' |
