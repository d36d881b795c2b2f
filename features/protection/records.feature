Feature: Nobody changes what the instrumentation has recorded
  The server refuses INSERT, UPDATE and DELETE in the instrumentation database, and nothing in it
  changes.

  @protect.unchanged
  Scenario Outline: <change> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    @protect.insert
    Examples:
      | change                        | sql                                                                                                               |
      | An INSERT into instances      | INSERT INTO _gizmosql_instr.main.instances (instance_id, status) VALUES ('${forged}', 'running')                  |
      | An INSERT into sessions       | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')                   |
      | An INSERT into sql_statements | INSERT INTO _gizmosql_instr.main.sql_statements (statement_id, sql_text) VALUES ('${forged}', 'forged')           |
      | An INSERT into sql_executions | INSERT INTO _gizmosql_instr.main.sql_executions (execution_id, status) VALUES ('${forged}', 'success')            |
      | An INSERT into a view         | INSERT INTO _gizmosql_instr.main.active_sessions (session_id) VALUES ('${forged}')                                |
      | An INSERT without the schema  | INSERT INTO _gizmosql_instr.sessions (session_id, username) VALUES ('${forged}', 'forged')                        |
      | An INSERT from a query        | INSERT INTO _gizmosql_instr.sessions BY NAME SELECT '${forged}'::UUID AS session_id FROM _gizmosql_instr.sessions |
      | An INSERT of no rows          | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) SELECT uuid(), 'forged' WHERE false              |
      | An INSERT after WITH          | WITH new AS (SELECT '${forged}' AS id) INSERT INTO _gizmosql_instr.main.sessions (session_id) SELECT id FROM new  |
      | An INSERT with RETURNING      | INSERT INTO _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}') RETURNING session_id                  |
      | INSERT OR REPLACE             | INSERT OR REPLACE INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${witness}', 'forged')       |
      | INSERT OR IGNORE              | INSERT OR IGNORE INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged')         |
      | INSERT ON CONFLICT DO UPDATE  | INSERT INTO _gizmosql_instr.sessions (session_id) VALUES ('${witness}') ON CONFLICT DO UPDATE SET username = 'x'  |

    @protect.update
    Examples:
      | change                       | sql                                                                                                               |
      | An UPDATE of instances       | UPDATE _gizmosql_instr.main.instances SET stop_reason = 'forged' WHERE instance_id = '${witness.instance}'        |
      | An UPDATE of sessions        | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}'                      |
      | An UPDATE of sql_statements  | UPDATE _gizmosql_instr.main.sql_statements SET sql_text = 'forged' WHERE session_id = '${witness}'                |
      | An UPDATE of all rows        | UPDATE _gizmosql_instr.main.sql_executions SET error_message = 'forged'                                           |
      | An UPDATE of no rows         | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE false                                          |
      | An UPDATE to the same value  | UPDATE _gizmosql_instr.main.sessions SET username = username WHERE session_id = '${witness}'                      |
      | An UPDATE without the schema | UPDATE _gizmosql_instr.sessions SET username = 'forged' WHERE session_id = '${witness}'                           |
      | An UPDATE with FROM          | UPDATE _gizmosql_instr.main.sessions SET username = x FROM (SELECT 'forged' AS x) WHERE session_id = '${witness}' |
      | An UPDATE with RETURNING     | UPDATE _gizmosql_instr.main.sessions SET username = 'x' WHERE session_id = '${witness}' RETURNING session_id      |
      | An UPDATE under an alias     | UPDATE _gizmosql_instr.main.sessions AS s SET username = 'forged' WHERE s.session_id = '${witness}'               |

    @protect.delete
    Examples:
      | change                       | sql                                                                                                               |
      | A DELETE from instances      | DELETE FROM _gizmosql_instr.main.instances WHERE instance_id = '${witness.instance}'                              |
      | A DELETE from sessions       | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                         |
      | A DELETE from sql_statements | DELETE FROM _gizmosql_instr.main.sql_statements WHERE session_id = '${witness}'                                   |
      | A DELETE from sql_executions | DELETE FROM _gizmosql_instr.main.sql_executions                                                                   |
      | A DELETE as documented       | DELETE FROM _gizmosql_instr.sql_executions;                                                                       |
      | A DELETE of no rows          | DELETE FROM _gizmosql_instr.main.sessions WHERE false                                                             |
      | A DELETE with USING          | DELETE FROM _gizmosql_instr.main.sessions USING (SELECT '${witness}'::UUID AS id) gone WHERE session_id = gone.id |
      | A DELETE with RETURNING      | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' RETURNING session_id                    |
      | A DELETE after WITH          | WITH x AS (SELECT '${witness}'::UUID AS id) DELETE FROM _gizmosql_instr.sessions WHERE session_id IN (FROM x)     |

  @protect.unchanged
  Scenario Outline: <change> by each way of executing it is refused
    Given the records of a session that is over
    And a session "alice" as admin
    Then "alice" is refused, by each way of executing it:
      """
      <sql>
      """
    And the instrumentation is as it was
    And "alice" is still served

    @protect.insert
    Examples:
      | change    | sql                                                                                             |
      | An INSERT | INSERT INTO _gizmosql_instr.main.sessions (session_id, username) VALUES ('${forged}', 'forged') |

    @protect.update
    Examples:
      | change    | sql                                                                                          |
      | An UPDATE | UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}' |

    @protect.delete
    Examples:
      | change   | sql                                                                       |
      | A DELETE | DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' |

    @protect.otherwise
    Examples:
      | change   | sql                                                                 |
      | A CREATE | CREATE TABLE _gizmosql_instr.main.forged_${unique} (number INTEGER) |
