Feature: The GIZMOSQL functions work wherever an expression may stand

  # Each kind of expression is tried with two functions, and each function in six kinds.
  @function.any-context
  Scenario Outline: <call> in <context>
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION()
      """
    And its value is remembered as "version"
    When "alice" executes:
      """
      <sql>
      """
    Then the rows are:
      | value   |
      | <value> |

    Examples:
      | context              | sql                                                                           | call                        | value             |
      | a select list        | SELECT <call> AS value                                                        | GIZMOSQL_VERSION()          | ${version}        |
      | a select list        | SELECT <call> AS value                                                        | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | a select list, twice | SELECT <call> AS value WHERE <call> = <call>                                  | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | a select list, twice | SELECT <call> AS value WHERE <call> = <call>                                  | GIZMOSQL_USER()             | ${alice.user}     |
      | an expression        | SELECT substr(concat('x', <call>, 'y'), 2, length(<call>)) AS value           | GIZMOSQL_ROLE()             | ${alice.role}     |
      | an expression        | SELECT substr(concat('x', <call>, 'y'), 2, length(<call>)) AS value           | GIZMOSQL_VERSION()          | ${version}        |
      | a WHERE clause       | SELECT * FROM unnest(['<value>', 'x']) t(value) WHERE value = <call>          | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | a WHERE clause       | SELECT * FROM unnest(['<value>', 'x']) t(value) WHERE value = <call>          | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | a HAVING clause      | SELECT max('<value>') AS value HAVING max('<value>') = <call>                 | GIZMOSQL_USER()             | ${alice.user}     |
      | a HAVING clause      | SELECT max('<value>') AS value HAVING max('<value>') = <call>                 | GIZMOSQL_ROLE()             | ${alice.role}     |
      | a CASE expression    | SELECT CASE WHEN <call> = '<value>' THEN <call> ELSE 'x' END AS value         | GIZMOSQL_VERSION()          | ${version}        |
      | a CASE expression    | SELECT CASE WHEN <call> = '<value>' THEN <call> ELSE 'x' END AS value         | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | a JOIN condition     | SELECT value FROM (SELECT '<value>' AS value) JOIN range(1) ON value = <call> | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | a JOIN condition     | SELECT value FROM (SELECT '<value>' AS value) JOIN range(1) ON value = <call> | GIZMOSQL_USER()             | ${alice.user}     |
      | a scalar subquery    | SELECT (SELECT <call>) AS value                                               | GIZMOSQL_ROLE()             | ${alice.role}     |
      | a scalar subquery    | SELECT (SELECT <call>) AS value                                               | GIZMOSQL_VERSION()          | ${version}        |
      | a subquery in FROM   | SELECT value FROM (SELECT <call> AS value)                                    | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | a subquery in FROM   | SELECT value FROM (SELECT <call> AS value)                                    | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | an IN list           | SELECT * FROM unnest(['<value>', 'x']) t(value) WHERE value IN ('y', <call>)  | GIZMOSQL_USER()             | ${alice.user}     |
      | an IN list           | SELECT * FROM unnest(['<value>', 'x']) t(value) WHERE value IN ('y', <call>)  | GIZMOSQL_ROLE()             | ${alice.role}     |
      | a WITH clause        | WITH t AS (SELECT <call> AS value) SELECT value FROM t                        | GIZMOSQL_VERSION()          | ${version}        |
      | a WITH clause        | WITH t AS (SELECT <call> AS value) SELECT value FROM t                        | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | a VALUES list        | SELECT value FROM (VALUES (<call>)) t(value)                                  | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | a VALUES list        | SELECT value FROM (VALUES (<call>)) t(value)                                  | GIZMOSQL_USER()             | ${alice.user}     |
      | an argument          | SELECT coalesce(NULL, <call>) AS value                                        | GIZMOSQL_ROLE()             | ${alice.role}     |
      | an argument          | SELECT coalesce(NULL, <call>) AS value                                        | GIZMOSQL_VERSION()          | ${version}        |
      | an ORDER BY clause   | FROM unnest(['x', '<value>']) t(value) ORDER BY value <> <call> LIMIT 1       | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | an ORDER BY clause   | FROM unnest(['x', '<value>']) t(value) ORDER BY value <> <call> LIMIT 1       | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | a branch of a UNION  | SELECT '<value>' AS value UNION SELECT <call>                                 | GIZMOSQL_USER()             | ${alice.user}     |
      | a branch of a UNION  | SELECT '<value>' AS value UNION SELECT <call>                                 | GIZMOSQL_ROLE()             | ${alice.role}     |

  @function.any-context
  Scenario Outline: All functions in an INSERT by <door>
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION()
      """
    And its value is remembered as "version"
    And "alice" executes:
      """
      CREATE TEMP TABLE notes (version VARCHAR, session VARCHAR, instance VARCHAR, name VARCHAR, role VARCHAR)
      """
    When "alice" executes by <door>:
      """
      INSERT INTO notes
      VALUES (GIZMOSQL_VERSION(), GIZMOSQL_CURRENT_SESSION(), GIZMOSQL_CURRENT_INSTANCE(), GIZMOSQL_USER(), GIZMOSQL_ROLE())
      """
    And "alice" executes:
      """
      SELECT * FROM notes
      """
    Then the rows are:
      | version    | session  | instance          | name          | role          |
      | ${version} | ${alice} | ${alice.instance} | ${alice.user} | ${alice.role} |

    Examples:
      | door      |
      | a query   |
      | an update |

  @function.any-context
  Scenario: All functions in an UPDATE and a DELETE
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION()
      """
    And its value is remembered as "version"
    And "alice" executes:
      """
      CREATE TEMP TABLE notes AS
      SELECT number, '' AS version, '' AS session, '' AS instance, '' AS name, '' AS role FROM range(2) t(number)
      """
    When "alice" executes by an update:
      """
      UPDATE notes SET version = GIZMOSQL_VERSION(), session = GIZMOSQL_CURRENT_SESSION(),
        instance = GIZMOSQL_CURRENT_INSTANCE(), name = GIZMOSQL_USER(), role = GIZMOSQL_ROLE()
      WHERE number = 1
      """
    And "alice" executes:
      """
      SELECT version, session, instance, name, role FROM notes WHERE number = 1
      """
    Then the rows are:
      | version    | session  | instance          | name          | role          |
      | ${version} | ${alice} | ${alice.instance} | ${alice.user} | ${alice.role} |
    When "alice" executes by an update:
      """
      DELETE FROM notes WHERE version = GIZMOSQL_VERSION() AND session = GIZMOSQL_CURRENT_SESSION()
        AND instance = GIZMOSQL_CURRENT_INSTANCE() AND name = GIZMOSQL_USER() AND role = GIZMOSQL_ROLE()
      """
    And "alice" executes:
      """
      SELECT number FROM notes
      """
    Then the rows are:
      | number |
      | 0      |

  @function.any-context
  Scenario: All functions in a prepared statement with parameters
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION()
      """
    And its value is remembered as "version"
    When "alice" prepares:
      """
      SELECT ?::INTEGER AS first, GIZMOSQL_VERSION() AS version, GIZMOSQL_CURRENT_SESSION() AS session,
        GIZMOSQL_CURRENT_INSTANCE() AS instance, GIZMOSQL_USER() AS name, ?::VARCHAR AS last
      WHERE GIZMOSQL_ROLE() = '${alice.role}'
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | INTEGER | VARCHAR |
      | 42      | 'text'  |
    Then the rows are:
      | first | version    | session  | instance          | name          | last   |
      | 42    | ${version} | ${alice} | ${alice.instance} | ${alice.user} | 'text' |
    When "alice" executes the prepared statement once with each of the parameters:
      | INTEGER | VARCHAR |
      | 43      | 'more'  |
    Then the rows are:
      | first | version    | session  | instance          | name          | last   |
      | 43    | ${version} | ${alice} | ${alice.instance} | ${alice.user} | 'more' |
