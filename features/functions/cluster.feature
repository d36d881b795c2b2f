Feature: The cluster of an instance
  Instances of one cluster have its id in common, which is given at the start, from the revision
  1.28 on.

  @config.cluster-id
  @instances.cluster_id
  @needs:start
  Scenario Outline: The cluster's id by <setting>
    Given a lent server with:
      | <setting> | c0ffee00-1234-4abc-8def-0123456789ab |
    And a session "alice" as admin
    Then the column "cluster_id" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | cluster_id | 'c0ffee00-1234-4abc-8def-0123456789ab' |

    Examples:
      | setting             |
      | cluster id          |
      | cluster id variable |

  # An edition without instrumentation has no clusters either.
  @function.current_cluster
  @needs:start
  @needs:instrumentation
  Scenario: GIZMOSQL_CURRENT_CLUSTER() is the cluster's id
    Given a lent server with:
      | cluster id | c0ffee00-1234-4abc-8def-0123456789ab |
    And a session "alice" as admin
    When "alice" executes:
      """
      SELECT GIZMOSQL_CURRENT_CLUSTER() AS cluster
      """
    Then the rows are:
      | cluster                                |
      | 'c0ffee00-1234-4abc-8def-0123456789ab' |

  @config.cluster-id
  @needs:start
  Scenario: The flag precedes the variable
    Given a lent server with:
      | cluster id          | c0ffee00-1234-4abc-8def-0123456789ab |
      | cluster id variable | 00000000-1234-4abc-8def-0123456789ab |
    And a session "alice" as admin
    Then the instance of "alice" is recorded with:
      | cluster_id | 'c0ffee00-1234-4abc-8def-0123456789ab' |

  @instances.cluster_id
  @needs:start
  Scenario: Without a cluster cluster_id is NULL
    Given a lent server
    And a session "alice" as admin
    Then the instance of "alice" is recorded with:
      | cluster_id | NULL |

  @function.current_cluster
  @needs:start
  Scenario: Without a cluster GIZMOSQL_CURRENT_CLUSTER() is NULL
    Given a lent server
    And a session "alice" as admin
    When "alice" executes:
      """
      SELECT GIZMOSQL_CURRENT_CLUSTER() AS cluster
      """
    Then the rows are:
      | cluster |
      | NULL    |

  @config.cluster-id
  @needs:start
  Scenario Outline: <text> is no id of a cluster
    Then no server starts, and it names "cluster", with:
      | <setting> | <text> |

    Examples:
      | setting             | text                                  |
      | cluster id          | blue                                  |
      | cluster id          | c0ffee00-1234-4abc-8def-0123456789    |
      | cluster id          | c0ffee00-1234-4abc-8def-0123456789abc |
      | cluster id variable | g0ffee00-1234-4abc-8def-0123456789ab  |

  # The restarted server is another instance, of another cluster; the row of the first stays as it was.
  @instances.cluster_id
  @needs:start
  @needs:kill
  Scenario: Each instance has the cluster of its own start
    Given a server of its own with:
      | cluster id | c0ffee00-1234-4abc-8def-0123456789ab |
    And a session "alice" as admin
    Then the instance of "alice" is recorded with:
      | cluster_id | 'c0ffee00-1234-4abc-8def-0123456789ab' |
    When the server is stopped and started again with:
      | access | read-write |
    And a session "bob" as admin
    Then the instance of "alice" is recorded with:
      | cluster_id | 'c0ffee00-1234-4abc-8def-0123456789ab' |

  @function.current_cluster
  @disabled.functions-work
  @since:1.28
  @needs:start
  @needs:instrumentation-off
  Scenario Outline: With instrumentation off it is <value>, <when>
    Given a lent server with:
      | instrumentation | off          |
      | cluster id      | <cluster id> |
    And a session "alice" as admin
    When "alice" executes:
      """
      SELECT GIZMOSQL_CURRENT_CLUSTER() AS cluster
      """
    Then the rows are:
      | cluster |
      | <value> |

    # An edition without instrumentation takes no cluster either.
    @needs:instrumentation
    Examples:
      | when             | cluster id                           | value                                  |
      | when it is given | c0ffee00-1234-4abc-8def-0123456789ab | 'c0ffee00-1234-4abc-8def-0123456789ab' |

    Examples:
      | when               | cluster id | value |
      | when none is given | not given  | NULL  |

  @function.any-context
  @since:1.28
  @needs:start
  @needs:instrumentation
  Scenario Outline: GIZMOSQL_CURRENT_CLUSTER() in <context>
    Given a lent server with:
      | cluster id | c0ffee00-1234-4abc-8def-0123456789ab |
    And a session "alice" as admin
    When "alice" executes:
      """
      <sql>
      """
    Then the rows are:
      | value                                  |
      | 'c0ffee00-1234-4abc-8def-0123456789ab' |

    Examples:
      | context           | sql                                                                                     |
      | an expression     | SELECT replace(concat('x', GIZMOSQL_CURRENT_CLUSTER()), 'x', '') AS value               |
      | a WHERE clause    | SELECT GIZMOSQL_CURRENT_CLUSTER() AS value WHERE GIZMOSQL_CURRENT_CLUSTER() IS NOT NULL |
      | a CASE expression | SELECT CASE WHEN true THEN GIZMOSQL_CURRENT_CLUSTER() ELSE NULL END AS value            |
      | a scalar subquery | SELECT (SELECT GIZMOSQL_CURRENT_CLUSTER()) AS value                                     |
      | a WITH clause     | WITH t AS (SELECT GIZMOSQL_CURRENT_CLUSTER() AS value) FROM t                           |
      | a VALUES list     | SELECT value FROM (VALUES (GIZMOSQL_CURRENT_CLUSTER())) t(value)                        |
      | an argument       | SELECT coalesce(GIZMOSQL_CURRENT_CLUSTER(), 'none') AS value                            |

  @function.case-insensitive
  @since:1.28
  @needs:start
  @needs:instrumentation
  Scenario Outline: It works written <call>
    Given a lent server with:
      | cluster id | c0ffee00-1234-4abc-8def-0123456789ab |
    And a session "alice" as admin
    When "alice" executes:
      """
      SELECT <call> AS cluster
      """
    Then the rows are:
      | cluster                                |
      | 'c0ffee00-1234-4abc-8def-0123456789ab' |

    Examples:
      | call                       |
      | gizmosql_current_cluster() |
      | Gizmosql_Current_Cluster() |
      | gIZMOsql_cUrReNt_ClUsTeR() |

  @function.only-calls
  @since:1.28
  @needs:start
  @needs:instrumentation
  Scenario: Only a call of it is replaced
    Given a lent server with:
      | cluster id | c0ffee00-1234-4abc-8def-0123456789ab |
    And a session "alice" as admin
    When "alice" executes:
      """
      SELECT 'GIZMOSQL_CURRENT_CLUSTER()' AS literal, $$it's gizmosql_current_cluster()$$ AS dollars,
        /* GIZMOSQL_CURRENT_CLUSTER() */ 7 AS "GIZMOSQL_CURRENT_CLUSTER()"
      """
    Then the rows are:
      | literal                      | dollars                            | GIZMOSQL_CURRENT_CLUSTER() |
      | 'GIZMOSQL_CURRENT_CLUSTER()' | 'it''s gizmosql_current_cluster()' | 7                          |

  @trace.cluster
  @needs:start
  @needs:logs
  Scenario Outline: Every line of the log has the cluster's id, in <format>
    Given a lent server with:
      | log format | <format>                             |
      | cluster id | c0ffee00-1234-4abc-8def-0123456789ab |
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT 'clustered'
      """
    When "alice" tries to execute:
      """
      SELECT 'clustered' FROM nowhere_${unique}
      """
    Then the executions of "alice" are recorded as:
      | status    |
      | 'success' |
    And the log has only lines that say "c0ffee00-1234-4abc-8def-0123456789ab"

    Examples:
      | format |
      | text   |
      | json   |
