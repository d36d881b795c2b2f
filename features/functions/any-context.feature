Feature: The GIZMOSQL functions work wherever an expression may stand

  @function.any-context
  Scenario Outline: GIZMOSQL_VERSION() in <context>
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
      | value      |
      | ${version} |

    Examples:
      | context                   | sql                                                                                                                       |
      | a select list             | SELECT GIZMOSQL_VERSION() AS value                                                                                        |
      | a select list, twice      | SELECT GIZMOSQL_VERSION() AS value WHERE GIZMOSQL_VERSION() = GIZMOSQL_VERSION()                                          |
      | an expression             | SELECT substr(concat('<', GIZMOSQL_VERSION(), '>'), 2, length(GIZMOSQL_VERSION())) AS value                               |
      | a WHERE clause            | SELECT value FROM (VALUES ('${version}'), ('another')) t (value) WHERE value = GIZMOSQL_VERSION()                         |
      | a HAVING clause           | SELECT max(value) AS value FROM (VALUES ('${version}')) t (value) HAVING max(value) = GIZMOSQL_VERSION()                  |
      | a CASE expression         | SELECT CASE WHEN GIZMOSQL_VERSION() = '${version}' THEN GIZMOSQL_VERSION() ELSE 'another' END AS value                    |
      | a JOIN condition          | SELECT a.value FROM (VALUES ('${version}')) a (value) JOIN (VALUES (1)) b (n) ON a.value = GIZMOSQL_VERSION() AND b.n = 1 |
      | a scalar subquery         | SELECT (SELECT GIZMOSQL_VERSION()) AS value                                                                               |
      | a subquery in FROM        | SELECT value FROM (SELECT GIZMOSQL_VERSION() AS value) t                                                                  |
      | an IN list                | SELECT value FROM (VALUES ('${version}'), ('another')) t (value) WHERE value IN ('some other', GIZMOSQL_VERSION())        |
      | a common table expression | WITH t AS (SELECT GIZMOSQL_VERSION() AS value) SELECT value FROM t                                                        |
      | a VALUES list             | SELECT value FROM (VALUES (GIZMOSQL_VERSION())) t (value)                                                                 |
      | an argument of a function | SELECT coalesce(NULL, GIZMOSQL_VERSION()) AS value                                                                        |
      | an ORDER BY clause        | SELECT value FROM (VALUES ('another'), ('${version}')) t (value) ORDER BY value = GIZMOSQL_VERSION() DESC LIMIT 1         |
      | a branch of a UNION       | SELECT DISTINCT value FROM (SELECT '${version}' AS value UNION ALL SELECT GIZMOSQL_VERSION()) t                           |

  @function.any-context
  Scenario Outline: GIZMOSQL_CURRENT_SESSION() in <context>
    Given a session "alice" as admin
    When "alice" executes:
      """
      <sql>
      """
    Then the rows are:
      | value    |
      | ${alice} |

    Examples:
      | context                   | sql                                                                                                                             |
      | a select list             | SELECT GIZMOSQL_CURRENT_SESSION() AS value                                                                                      |
      | a select list, twice      | SELECT GIZMOSQL_CURRENT_SESSION() AS value WHERE GIZMOSQL_CURRENT_SESSION() = GIZMOSQL_CURRENT_SESSION()                        |
      | an expression             | SELECT substr(concat('<', GIZMOSQL_CURRENT_SESSION(), '>'), 2, length(GIZMOSQL_CURRENT_SESSION())) AS value                     |
      | a WHERE clause            | SELECT value FROM (VALUES ('${alice}'), ('another')) t (value) WHERE value = GIZMOSQL_CURRENT_SESSION()                         |
      | a HAVING clause           | SELECT max(value) AS value FROM (VALUES ('${alice}')) t (value) HAVING max(value) = GIZMOSQL_CURRENT_SESSION()                  |
      | a CASE expression         | SELECT CASE WHEN GIZMOSQL_CURRENT_SESSION() = '${alice}' THEN GIZMOSQL_CURRENT_SESSION() ELSE 'another' END AS value            |
      | a JOIN condition          | SELECT a.value FROM (VALUES ('${alice}')) a (value) JOIN (VALUES (1)) b (n) ON a.value = GIZMOSQL_CURRENT_SESSION() AND b.n = 1 |
      | a scalar subquery         | SELECT (SELECT GIZMOSQL_CURRENT_SESSION()) AS value                                                                             |
      | a subquery in FROM        | SELECT value FROM (SELECT GIZMOSQL_CURRENT_SESSION() AS value) t                                                                |
      | an IN list                | SELECT value FROM (VALUES ('${alice}'), ('another')) t (value) WHERE value IN ('some other', GIZMOSQL_CURRENT_SESSION())        |
      | a common table expression | WITH t AS (SELECT GIZMOSQL_CURRENT_SESSION() AS value) SELECT value FROM t                                                      |
      | a VALUES list             | SELECT value FROM (VALUES (GIZMOSQL_CURRENT_SESSION())) t (value)                                                               |
      | an argument of a function | SELECT coalesce(NULL, GIZMOSQL_CURRENT_SESSION()) AS value                                                                      |
      | an ORDER BY clause        | SELECT value FROM (VALUES ('another'), ('${alice}')) t (value) ORDER BY value = GIZMOSQL_CURRENT_SESSION() DESC LIMIT 1         |
      | a branch of a UNION       | SELECT DISTINCT value FROM (SELECT '${alice}' AS value UNION ALL SELECT GIZMOSQL_CURRENT_SESSION()) t                           |

  @function.any-context
  Scenario Outline: GIZMOSQL_CURRENT_INSTANCE() in <context>
    Given a session "alice" as admin
    When "alice" executes:
      """
      <sql>
      """
    Then the rows are:
      | value             |
      | ${alice.instance} |

    Examples:
      | context                   | sql                                                                                                                                       |
      | a select list             | SELECT GIZMOSQL_CURRENT_INSTANCE() AS value                                                                                               |
      | a select list, twice      | SELECT GIZMOSQL_CURRENT_INSTANCE() AS value WHERE GIZMOSQL_CURRENT_INSTANCE() = GIZMOSQL_CURRENT_INSTANCE()                               |
      | an expression             | SELECT substr(concat('<', GIZMOSQL_CURRENT_INSTANCE(), '>'), 2, length(GIZMOSQL_CURRENT_INSTANCE())) AS value                             |
      | a WHERE clause            | SELECT value FROM (VALUES ('${alice.instance}'), ('another')) t (value) WHERE value = GIZMOSQL_CURRENT_INSTANCE()                         |
      | a HAVING clause           | SELECT max(value) AS value FROM (VALUES ('${alice.instance}')) t (value) HAVING max(value) = GIZMOSQL_CURRENT_INSTANCE()                  |
      | a CASE expression         | SELECT CASE WHEN GIZMOSQL_CURRENT_INSTANCE() = '${alice.instance}' THEN GIZMOSQL_CURRENT_INSTANCE() ELSE 'another' END AS value           |
      | a JOIN condition          | SELECT a.value FROM (VALUES ('${alice.instance}')) a (value) JOIN (VALUES (1)) b (n) ON a.value = GIZMOSQL_CURRENT_INSTANCE() AND b.n = 1 |
      | a scalar subquery         | SELECT (SELECT GIZMOSQL_CURRENT_INSTANCE()) AS value                                                                                      |
      | a subquery in FROM        | SELECT value FROM (SELECT GIZMOSQL_CURRENT_INSTANCE() AS value) t                                                                         |
      | an IN list                | SELECT value FROM (VALUES ('${alice.instance}'), ('another')) t (value) WHERE value IN ('some other', GIZMOSQL_CURRENT_INSTANCE())        |
      | a common table expression | WITH t AS (SELECT GIZMOSQL_CURRENT_INSTANCE() AS value) SELECT value FROM t                                                               |
      | a VALUES list             | SELECT value FROM (VALUES (GIZMOSQL_CURRENT_INSTANCE())) t (value)                                                                        |
      | an argument of a function | SELECT coalesce(NULL, GIZMOSQL_CURRENT_INSTANCE()) AS value                                                                               |
      | an ORDER BY clause        | SELECT value FROM (VALUES ('another'), ('${alice.instance}')) t (value) ORDER BY value = GIZMOSQL_CURRENT_INSTANCE() DESC LIMIT 1         |
      | a branch of a UNION       | SELECT DISTINCT value FROM (SELECT '${alice.instance}' AS value UNION ALL SELECT GIZMOSQL_CURRENT_INSTANCE()) t                           |

  @function.any-context
  Scenario Outline: GIZMOSQL_USER() in <context>
    Given a session "alice" as admin
    When "alice" executes:
      """
      <sql>
      """
    Then the rows are:
      | value         |
      | ${alice.user} |

    Examples:
      | context                   | sql                                                                                                                       |
      | a select list             | SELECT GIZMOSQL_USER() AS value                                                                                           |
      | a select list, twice      | SELECT GIZMOSQL_USER() AS value WHERE GIZMOSQL_USER() = GIZMOSQL_USER()                                                   |
      | an expression             | SELECT substr(concat('<', GIZMOSQL_USER(), '>'), 2, length(GIZMOSQL_USER())) AS value                                     |
      | a WHERE clause            | SELECT value FROM (VALUES ('${alice.user}'), ('another')) t (value) WHERE value = GIZMOSQL_USER()                         |
      | a HAVING clause           | SELECT max(value) AS value FROM (VALUES ('${alice.user}')) t (value) HAVING max(value) = GIZMOSQL_USER()                  |
      | a CASE expression         | SELECT CASE WHEN GIZMOSQL_USER() = '${alice.user}' THEN GIZMOSQL_USER() ELSE 'another' END AS value                       |
      | a JOIN condition          | SELECT a.value FROM (VALUES ('${alice.user}')) a (value) JOIN (VALUES (1)) b (n) ON a.value = GIZMOSQL_USER() AND b.n = 1 |
      | a scalar subquery         | SELECT (SELECT GIZMOSQL_USER()) AS value                                                                                  |
      | a subquery in FROM        | SELECT value FROM (SELECT GIZMOSQL_USER() AS value) t                                                                     |
      | an IN list                | SELECT value FROM (VALUES ('${alice.user}'), ('another')) t (value) WHERE value IN ('some other', GIZMOSQL_USER())        |
      | a common table expression | WITH t AS (SELECT GIZMOSQL_USER() AS value) SELECT value FROM t                                                           |
      | a VALUES list             | SELECT value FROM (VALUES (GIZMOSQL_USER())) t (value)                                                                    |
      | an argument of a function | SELECT coalesce(NULL, GIZMOSQL_USER()) AS value                                                                           |
      | an ORDER BY clause        | SELECT value FROM (VALUES ('another'), ('${alice.user}')) t (value) ORDER BY value = GIZMOSQL_USER() DESC LIMIT 1         |
      | a branch of a UNION       | SELECT DISTINCT value FROM (SELECT '${alice.user}' AS value UNION ALL SELECT GIZMOSQL_USER()) t                           |

  @function.any-context
  Scenario Outline: GIZMOSQL_ROLE() in <context>
    Given a session "alice" as admin
    When "alice" executes:
      """
      <sql>
      """
    Then the rows are:
      | value         |
      | ${alice.role} |

    Examples:
      | context                   | sql                                                                                                                       |
      | a select list             | SELECT GIZMOSQL_ROLE() AS value                                                                                           |
      | a select list, twice      | SELECT GIZMOSQL_ROLE() AS value WHERE GIZMOSQL_ROLE() = GIZMOSQL_ROLE()                                                   |
      | an expression             | SELECT substr(concat('<', GIZMOSQL_ROLE(), '>'), 2, length(GIZMOSQL_ROLE())) AS value                                     |
      | a WHERE clause            | SELECT value FROM (VALUES ('${alice.role}'), ('another')) t (value) WHERE value = GIZMOSQL_ROLE()                         |
      | a HAVING clause           | SELECT max(value) AS value FROM (VALUES ('${alice.role}')) t (value) HAVING max(value) = GIZMOSQL_ROLE()                  |
      | a CASE expression         | SELECT CASE WHEN GIZMOSQL_ROLE() = '${alice.role}' THEN GIZMOSQL_ROLE() ELSE 'another' END AS value                       |
      | a JOIN condition          | SELECT a.value FROM (VALUES ('${alice.role}')) a (value) JOIN (VALUES (1)) b (n) ON a.value = GIZMOSQL_ROLE() AND b.n = 1 |
      | a scalar subquery         | SELECT (SELECT GIZMOSQL_ROLE()) AS value                                                                                  |
      | a subquery in FROM        | SELECT value FROM (SELECT GIZMOSQL_ROLE() AS value) t                                                                     |
      | an IN list                | SELECT value FROM (VALUES ('${alice.role}'), ('another')) t (value) WHERE value IN ('some other', GIZMOSQL_ROLE())        |
      | a common table expression | WITH t AS (SELECT GIZMOSQL_ROLE() AS value) SELECT value FROM t                                                           |
      | a VALUES list             | SELECT value FROM (VALUES (GIZMOSQL_ROLE())) t (value)                                                                    |
      | an argument of a function | SELECT coalesce(NULL, GIZMOSQL_ROLE()) AS value                                                                           |
      | an ORDER BY clause        | SELECT value FROM (VALUES ('another'), ('${alice.role}')) t (value) ORDER BY value = GIZMOSQL_ROLE() DESC LIMIT 1         |
      | a branch of a UNION       | SELECT DISTINCT value FROM (SELECT '${alice.role}' AS value UNION ALL SELECT GIZMOSQL_ROLE()) t                           |

  @function.any-context
  Scenario Outline: <function> in an INSERT, directly and as an update
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION()
      """
    And its value is remembered as "version"
    When "alice" executes:
      """
      CREATE TEMP TABLE notes (value VARCHAR)
      """
    And "alice" executes:
      """
      INSERT INTO notes VALUES (<function>)
      """
    And "alice" executes by an update:
      """
      INSERT INTO notes SELECT <function>
      """
    And "alice" executes:
      """
      SELECT value FROM notes
      """
    Then the rows are:
      | value   |
      | <value> |
      | <value> |

    Examples:
      | function                    | value             |
      | GIZMOSQL_VERSION()          | ${version}        |
      | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | GIZMOSQL_USER()             | ${alice.user}     |
      | GIZMOSQL_ROLE()             | ${alice.role}     |

  @function.any-context
  Scenario Outline: <function> in an UPDATE and a DELETE
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION()
      """
    And its value is remembered as "version"
    When "alice" executes:
      """
      CREATE TEMP TABLE notes AS SELECT 'first' AS value UNION ALL SELECT 'second'
      """
    And "alice" executes by an update:
      """
      UPDATE notes SET value = <function> WHERE value = 'first'
      """
    And "alice" executes:
      """
      SELECT value FROM notes WHERE value <> 'second'
      """
    Then the rows are:
      | value   |
      | <value> |
    When "alice" executes by an update:
      """
      DELETE FROM notes WHERE value = <function>
      """
    And "alice" executes:
      """
      SELECT value FROM notes
      """
    Then the rows are:
      | value    |
      | 'second' |

    Examples:
      | function                    | value             |
      | GIZMOSQL_VERSION()          | ${version}        |
      | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | GIZMOSQL_USER()             | ${alice.user}     |
      | GIZMOSQL_ROLE()             | ${alice.role}     |

  @function.any-context
  Scenario Outline: <function> in a prepared statement with parameters
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION()
      """
    And its value is remembered as "version"
    When "alice" prepares:
      """
      SELECT ? AS first, <function> AS value, ? AS second WHERE <function> = '<value>'
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | INTEGER | VARCHAR |
      | 42      | 'text'  |
    Then the rows are:
      | first | value   | second |
      | 42    | <value> | 'text' |
    When "alice" executes the prepared statement once with each of the parameters:
      | INTEGER | VARCHAR |
      | 43      | NULL    |
    Then the rows are:
      | first | value   | second |
      | 43    | <value> | NULL   |

    Examples:
      | function                    | value             |
      | GIZMOSQL_VERSION()          | ${version}        |
      | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | GIZMOSQL_USER()             | ${alice.user}     |
      | GIZMOSQL_ROLE()             | ${alice.role}     |
