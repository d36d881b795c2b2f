Feature: The GIZMOSQL functions about the edition and the instrumentation
  By them a client learns whether there are records, and where. They are functions like the
  others, from the revision 1.17.1 on.

  @function.edition
  Scenario: GIZMOSQL_EDITION() is the edition that the records name
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT GIZMOSQL_EDITION() AS edition
      """
    Then the rows are:
      | edition                     |
      | one of 'Core', 'Enterprise' |
    Given its value is remembered as "edition"
    Then the instance of "alice" is recorded with:
      | gizmosql_edition | ${edition} |

  @needs:start
  @needs:instrumentation
  @needs:instrumentation-file
  Scenario Outline: With the file <call> is <value>
    Given a lent server
    And a session "alice" as admin
    When "alice" executes:
      """
      SELECT <call> AS value
      """
    Then the rows are:
      | value   |
      | <value> |

    @function.instrumentation_enabled
    Examples:
      | call                               | value |
      | GIZMOSQL_INSTRUMENTATION_ENABLED() | true  |

    @function.instrumentation_catalog
    Examples:
      | call                               | value             |
      | GIZMOSQL_INSTRUMENTATION_CATALOG() | '_gizmosql_instr' |

    @function.instrumentation_schema
    Examples:
      | call                              | value  |
      | GIZMOSQL_INSTRUMENTATION_SCHEMA() | 'main' |

  @needs:start
  @needs:instrumentation-off
  Scenario Outline: With instrumentation off <call> is <value>
    Given a lent server with:
      | instrumentation | off |
    And a session "alice" as admin
    When "alice" executes:
      """
      SELECT <call> AS value
      """
    Then the rows are:
      | value   |
      | <value> |

    @function.instrumentation_enabled
    Examples:
      | call                               | value |
      | GIZMOSQL_INSTRUMENTATION_ENABLED() | false |

    @function.instrumentation_catalog
    Examples:
      | call                               | value |
      | GIZMOSQL_INSTRUMENTATION_CATALOG() | ''    |

    @function.instrumentation_schema
    Examples:
      | call                              | value |
      | GIZMOSQL_INSTRUMENTATION_SCHEMA() | ''    |

  # Whichever store this server has: the names come from its functions only.
  @function.discovery
  @needs:instrumentation
  Scenario Outline: By these functions alone a client finds the table of <table>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT GIZMOSQL_INSTRUMENTATION_ENABLED() AS enabled
      """
    Then the rows are:
      | enabled |
      | true    |
    When "alice" executes:
      """
      SELECT GIZMOSQL_INSTRUMENTATION_CATALOG() AS catalog
      """
    Given its value is remembered as "catalog"
    When "alice" executes:
      """
      SELECT GIZMOSQL_INSTRUMENTATION_SCHEMA() AS schema
      """
    Given its value is remembered as "schema"
    When "alice" executes:
      """
      SELECT count(*) > 0 AS found FROM ${catalog}.${schema}.<table> WHERE <own>
      """
    Then within the visibility time the rows are:
      | found |
      | true  |

    Examples:
      | table           | own                               |
      | instances       | instance_id = '${alice.instance}' |
      | sessions        | session_id = '${alice}'           |
      | sql_statements  | session_id = '${alice}'           |
      | sql_executions  | statement_id IS NOT NULL          |
      | active_sessions | session_id = '${alice}'           |

  # A client in any language has to ask only whether it is false.
  @function.discovery
  @needs:start
  @needs:instrumentation-off
  Scenario: By these functions alone a client learns that there are no tables
    Given a lent server with:
      | instrumentation | off |
    And a session "alice" as admin
    When "alice" executes:
      """
      SELECT GIZMOSQL_INSTRUMENTATION_ENABLED() AS enabled
      """
    Then the rows are:
      | enabled |
      | false   |

  # What a call returns alone in a select list is what it returns everywhere.
  @function.any-context
  @since:1.17.1
  Scenario Outline: <call> in <context>
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT <call>
      """
    And its value is remembered as "value"
    When "alice" executes:
      """
      <sql>
      """
    Then the rows are:
      | value    |
      | ${value} |

    Examples:
      | context              | sql                                                                        | call                               |
      | a select list, twice | SELECT <call> AS value WHERE <call> = <call>                               | GIZMOSQL_EDITION()                 |
      | a select list, twice | SELECT <call> AS value WHERE <call> = <call>                               | GIZMOSQL_INSTRUMENTATION_ENABLED() |
      | an expression        | SELECT replace(concat('x', <call>), 'x', '') AS value                      | GIZMOSQL_EDITION()                 |
      | an expression        | SELECT replace(concat('xx', <call>), 'xx', '') AS value                    | GIZMOSQL_INSTRUMENTATION_CATALOG() |
      | an expression        | SELECT NOT NOT <call> AS value                                             | GIZMOSQL_INSTRUMENTATION_ENABLED() |
      | a CASE expression    | SELECT CASE WHEN <call> THEN true ELSE false END AS value                  | GIZMOSQL_INSTRUMENTATION_ENABLED() |
      | a CASE expression    | SELECT CASE WHEN <call> = 'x' THEN 'x' ELSE <call> END AS value            | GIZMOSQL_INSTRUMENTATION_SCHEMA()  |
      | a JOIN condition     | SELECT value FROM (SELECT <call> AS value) JOIN range(1) ON value = <call> | GIZMOSQL_INSTRUMENTATION_CATALOG() |
      | a scalar subquery    | SELECT (SELECT <call>) AS value                                            | GIZMOSQL_INSTRUMENTATION_ENABLED() |
      | a subquery in FROM   | SELECT value FROM (SELECT <call> AS value)                                 | GIZMOSQL_INSTRUMENTATION_SCHEMA()  |
      | a WITH clause        | WITH t AS (SELECT <call> AS value) SELECT value FROM t                     | GIZMOSQL_EDITION()                 |
      | a VALUES list        | SELECT value FROM (VALUES (<call>)) t(value)                               | GIZMOSQL_INSTRUMENTATION_CATALOG() |
      | a VALUES list        | SELECT value FROM (VALUES (<call>)) t(value)                               | GIZMOSQL_INSTRUMENTATION_ENABLED() |
      | an argument          | SELECT coalesce(NULL, <call>) AS value                                     | GIZMOSQL_INSTRUMENTATION_SCHEMA()  |

  @function.any-context
  @since:1.17.1
  Scenario: In an INSERT, and in a prepared statement with a parameter
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_EDITION()
      """
    And its value is remembered as "edition"
    And "alice" executes:
      """
      SELECT GIZMOSQL_INSTRUMENTATION_SCHEMA()
      """
    And its value is remembered as "schema"
    And "alice" executes:
      """
      CREATE TEMP TABLE seen (edition VARCHAR, schema VARCHAR, marked VARCHAR)
      """
    When "alice" executes by a prepared update, with the parameters "'marked'":
      """
      INSERT INTO seen SELECT GIZMOSQL_EDITION(), GIZMOSQL_INSTRUMENTATION_SCHEMA(), ?::VARCHAR
      """
    And "alice" executes:
      """
      FROM seen
      """
    Then the rows are:
      | edition    | schema    | marked   |
      | ${edition} | ${schema} | 'marked' |

  @function.case-insensitive
  @since:1.17.1
  Scenario Outline: Names <written>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT <edition>() = GIZMOSQL_EDITION() AS edition, <enabled>() = GIZMOSQL_INSTRUMENTATION_ENABLED() AS enabled,
        <catalog>() = GIZMOSQL_INSTRUMENTATION_CATALOG() AS catalog, <schema>() = GIZMOSQL_INSTRUMENTATION_SCHEMA() AS schema
      """
    Then the rows are:
      | edition | enabled | catalog | schema |
      | true    | true    | true    | true   |

    Examples:
      | written          | edition          | enabled                          | catalog                          | schema                          |
      | in small letters | gizmosql_edition | gizmosql_instrumentation_enabled | gizmosql_instrumentation_catalog | gizmosql_instrumentation_schema |
      | in mixed letters | GiZmOsQl_EdItIoN | gIzMoSqL_iNsTrUmEnTaTiOn_eNaBlEd | Gizmosql_Instrumentation_Catalog | GIZMOSQL_instrumentation_SCHEMA |

  @function.only-calls
  @since:1.17.1
  Scenario Outline: The names stay as they are in <place>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT <sql>
      """
    Then the rows are:
      | value   |
      | <value> |

    Examples:
      | place                      | sql                                                             | value                                      |
      | a string literal           | 'GIZMOSQL_EDITION()' AS value                                   | 'GIZMOSQL_EDITION()'                       |
      | a string literal           | 'it''s GIZMOSQL_INSTRUMENTATION_ENABLED()' AS value             | 'it''s GIZMOSQL_INSTRUMENTATION_ENABLED()' |
      | a dollar-quoted string     | $$GIZMOSQL_INSTRUMENTATION_CATALOG()$$ AS value                 | 'GIZMOSQL_INSTRUMENTATION_CATALOG()'       |
      | a name without parentheses | gizmosql_edition AS value FROM (VALUES (7)) t(gizmosql_edition) | 7                                          |
      | a comment                  | 7 /* it's GIZMOSQL_INSTRUMENTATION_SCHEMA() */ AS value         | 7                                          |

  @function.only-calls
  @since:1.17.1
  Scenario: A quoted identifier that reads like a call keeps its name
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT 1 AS "GIZMOSQL_EDITION()", 2 AS "GIZMOSQL_INSTRUMENTATION_ENABLED()", 3 AS "GIZMOSQL_INSTRUMENTATION_SCHEMA()"
      """
    Then the rows are:
      | GIZMOSQL_EDITION() | GIZMOSQL_INSTRUMENTATION_ENABLED() | GIZMOSQL_INSTRUMENTATION_SCHEMA() |
      | 1                  | 2                                  | 3                                 |
