Feature: What the GIZMOSQL functions return

  @function.version
  Scenario: GIZMOSQL_VERSION() is the server's version string
    Given a session "alice" as admin
    And a session "bob" as admin
    When "alice" executes:
      """
      SELECT GIZMOSQL_VERSION() AS version
      """
    Then the rows are:
      | version                    |
      | matches /^v?\d+\.\d+\.\d+/ |
    Given its value is remembered as "version"
    When "bob" executes:
      """
      SELECT GIZMOSQL_VERSION() AS version
      """
    Then the rows are:
      | version    |
      | ${version} |
    And the instance of "alice" is recorded with:
      | gizmosql_version | ${version} |

  @function.version
  Scenario: GIZMOSQL_VERSION() stands beside DuckDB's own version, as documented
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT
          GIZMOSQL_VERSION() AS gizmosql_version,
          VERSION() AS duckdb_version;
      """
    Then the rows are:
      | gizmosql_version           | duckdb_version |
      | matches /^v?\d+\.\d+\.\d+/ | some text      |

  @function.current_session
  Scenario: GIZMOSQL_CURRENT_SESSION() is constant in a connection
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT GIZMOSQL_CURRENT_SESSION() AS id
      """
    Then the rows are:
      | id     |
      | a UUID |
    Given its value is remembered as "id"
    When "alice" prepares:
      """
      SELECT GIZMOSQL_CURRENT_SESSION() AS id
      """
    And "alice" executes the prepared statement 2 times
    Then the rows are:
      | id    |
      | ${id} |
    When "alice" executes:
      """
      CREATE TEMP TABLE ids AS SELECT GIZMOSQL_CURRENT_SESSION() AS id
      """
    And "alice" executes:
      """
      SELECT id FROM ids UNION ALL SELECT GIZMOSQL_CURRENT_SESSION()
      """
    Then the rows are:
      | id    |
      | ${id} |
      | ${id} |

  @function.current_session
  Scenario: GIZMOSQL_CURRENT_SESSION() differs between connections, of one user too
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_CURRENT_SESSION()
      """
    And its value is remembered as "one"
    And a session "bob" as admin
    When "bob" executes:
      """
      SELECT GIZMOSQL_CURRENT_SESSION() AS id
      """
    Then the rows are:
      | id     |
      | a UUID |
    Given its value is remembered as "other"
    Then "one" and "other" are different

  @function.current_session
  @needs:direct
  Scenario: GIZMOSQL_CURRENT_SESSION() names this very connection
    Given a session "alice" as admin with the user agent "only-alice-${unique}"
    And a session "bob" as admin with the user agent "only-bob-${unique}"
    When "bob" executes:
      """
      SELECT session_id AS id FROM _gizmosql_instr.main.sessions WHERE starts_with(user_agent, 'only-alice-${unique}')
      """
    Then within the visibility time the rows are:
      | id       |
      | ${alice} |
    When "alice" executes:
      """
      SELECT GIZMOSQL_CURRENT_SESSION() AS id
      """
    Then the rows are:
      | id       |
      | ${alice} |

  @function.current_instance
  Scenario: GIZMOSQL_CURRENT_INSTANCE() is the same for all sessions of an instance
    Given a session "alice" as admin
    And a session "bob" as admin
    When "alice" executes:
      """
      SELECT GIZMOSQL_CURRENT_INSTANCE() AS id
      """
    Then the rows are:
      | id     |
      | a UUID |
    Given its value is remembered as "id"
    When "bob" executes:
      """
      SELECT GIZMOSQL_CURRENT_INSTANCE() AS id
      """
    Then the rows are:
      | id    |
      | ${id} |
    When "bob" executes:
      """
      SELECT count(*) AS instances FROM _gizmosql_instr.main.instances WHERE instance_id = '${id}'
      """
    Then within the visibility time the rows are:
      | instances |
      | 1         |

  # Only a restart makes another instance.
  @function.current_instance
  @needs:start
  @needs:kill
  Scenario: GIZMOSQL_CURRENT_INSTANCE() is different after a restart
    Given a server of its own
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_CURRENT_INSTANCE()
      """
    And its value is remembered as "before"
    When the server is stopped and started again
    And a session "alice" as admin
    Given "alice" executes:
      """
      SELECT GIZMOSQL_CURRENT_INSTANCE()
      """
    And its value is remembered as "after"
    Then "before" and "after" are different

  @function.user
  @needs:roles
  Scenario Outline: GIZMOSQL_USER() is the user that logged in as <role>
    Given a session "alice" as <role>
    When "alice" executes:
      """
      SELECT GIZMOSQL_USER() AS name
      """
    Then the rows are:
      | name          |
      | ${alice.user} |

    Examples:
      | role     |
      | admin    |
      | user     |
      | readonly |

  # Logins of any name can only be made for a server that the suite started.
  @function.user
  @needs:roles
  @needs:start
  Scenario Outline: GIZMOSQL_USER() is the user name, whatever characters it has: <characters>
    Given a lent server
    And a session "alice" as user of the user <user>
    When "alice" executes:
      """
      SELECT GIZMOSQL_USER() AS name WHERE GIZMOSQL_USER() = GIZMOSQL_USER()
      """
    Then the rows are:
      | name          |
      | ${alice.user} |

    Examples:
      | characters          | user                                                 |
      | single quotes       | "O'Brien ''"                                         |
      | double quotes       | "say \u0022hello\u0022"                              |
      | SQL                 | "x') OR ('1' = '1'; DROP TABLE x; -- */ SELECT 2 /*" |
      | dollars             | "$$dollars$$ $1 ${braces} $& $`"                     |
      | backslashes         | "back\u005cslash \u005c' %s {0}"                     |
      | letters             | "Zoë Ångström, 用户 ユーザー"                              |
      | combined characters | "e\u0301 is not \u00e9"                              |
      | emoji               | "\ud83e\udd86 \ud83d\udc69\u200d\ud83d\udd2c"        |
      | white space         | "  two\u000alines\u0009and a tab  "                  |
      | a function's name   | "GIZMOSQL_ROLE()"                                    |
      | an e-mail address   | "alice@example.com"                                  |

  @function.role
  @needs:roles
  Scenario Outline: GIZMOSQL_ROLE() is '<role>' for <role>
    Given a session "alice" as <role>
    When "alice" executes:
      """
      SELECT GIZMOSQL_ROLE() AS role
      """
    Then the rows are:
      | role     |
      | '<role>' |
    When "alice" executes:
      """
      SELECT CASE
          WHEN GIZMOSQL_ROLE() = 'admin' THEN 'Full access'
          WHEN GIZMOSQL_ROLE() = 'readonly' THEN 'Read-only access'
          ELSE 'Standard access'
      END AS access_level;
      """
    Then the rows are:
      | access_level |
      | '<access>'   |

    Examples:
      | role     | access           |
      | admin    | Full access      |
      | user     | Standard access  |
      | readonly | Read-only access |

  @function.filtering
  Scenario: GIZMOSQL_CURRENT_SESSION() filters statements to the current session
    Given a session "alice" as admin
    And a session "bob" as admin
    And "bob" executes:
      """
      SELECT 'by bob'
      """
    And "alice" executes:
      """
      SELECT 'by alice'
      """
    When "alice" executes:
      """
      SELECT count(*) > 0 AS some, bool_and(session_id = '${alice}') AS all_by_alice,
        count(*) FILTER (sql_text = 'SELECT ''by alice''') > 0 AS found
      FROM (
        SELECT * FROM _gizmosql_instr.sql_statements
        WHERE session_id = GIZMOSQL_CURRENT_SESSION()
        ORDER BY created_time DESC
      )
      """
    Then within the visibility time the rows are:
      | some | all_by_alice | found |
      | true | true         | true  |

  @function.filtering
  Scenario: GIZMOSQL_CURRENT_INSTANCE() filters sessions to the current instance
    Given a session "alice" as admin
    And a session "bob" as admin
    When "alice" executes:
      """
      SELECT bool_and(instance_id = '${alice.instance}') AS all_of_it,
        count(*) FILTER (session_id IN ('${alice}', '${bob}')) AS ours
      FROM (
        SELECT * FROM _gizmosql_instr.sessions
        WHERE instance_id = GIZMOSQL_CURRENT_INSTANCE()
        ORDER BY start_time DESC
      )
      """
    Then within the visibility time the rows are:
      | all_of_it | ours |
      | true      | 2    |

  @function.filtering
  Scenario: A condition on another session's id finds nothing of this one
    Given a session "alice" as admin
    And a session "bob" as admin
    When "bob" executes:
      """
      SELECT count(*) AS own, count(*) FILTER (session_id = '${alice}') AS others
      FROM _gizmosql_instr.sessions WHERE session_id = GIZMOSQL_CURRENT_SESSION()
      """
    Then within the visibility time the rows are:
      | own | others |
      | 1   | 0      |
