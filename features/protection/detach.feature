Feature: Nobody detaches the instrumentation database

  @protect.detach
  Scenario Outline: DETACH spelled <spelling> is refused
    Given a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused with a message containing "Cannot DETACH the instrumentation database"
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | spelling                     | sql                                          |
      | as documented                | DETACH _gizmosql_instr                       |
      | with a semicolon             | DETACH _gizmosql_instr;                      |
      | with DATABASE                | DETACH DATABASE _gizmosql_instr              |
      | with IF EXISTS               | DETACH DATABASE IF EXISTS _gizmosql_instr    |
      | quoted                       | DETACH "_gizmosql_instr"                     |
      | in capitals                  | DETACH _GIZMOSQL_INSTR                       |
      | quoted, in mixed letter case | DETACH DATABASE "_Gizmosql_Instr"            |
      | in small letters             | detach database if exists _gizmosql_instr    |
      | among comments               | /* a */ DETACH -- b\n _gizmosql_instr /* c */ |
      | on lines of its own          | \nDETACH\n  DATABASE\n  _gizmosql_instr\n;\n      |

  @protect.detach
  Scenario Outline: DETACH by <door> is refused
    Given a session "alice" as admin
    When "alice" tries the forbidden by <door>:
      """
      DETACH _gizmosql_instr
      """
    Then it is refused with a message containing "Cannot DETACH the instrumentation database"
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | door                       |
      | a query                    |
      | an update                  |
      | a prepared query           |
      | a prepared update          |
      | an update in a transaction |

  @protect.detach
  Scenario Outline: DETACH after <before> is refused
    Given a session "alice" as admin
    And "alice" executes:
      """
      <statement>
      """
    When "alice" tries to execute:
      """
      DETACH _gizmosql_instr
      """
    Then it is refused with a message containing "Cannot DETACH the instrumentation database"
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | before              | statement                                          |
      | USE of it           | USE _gizmosql_instr.main                           |
      | a temporary table   | CREATE TEMP TABLE numbers (number INTEGER)         |
      | a transaction began | BEGIN TRANSACTION                                  |
      | a query of it       | SELECT count(*) FROM _gizmosql_instr.main.sessions |

  # Whether a server takes several statements at all is its own affair.
  @protect.detach
  Scenario Outline: DETACH as one of several statements is refused: <sql>
    Given a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | sql                                                     |
      | SELECT 1; DETACH _gizmosql_instr                        |
      | DETACH _gizmosql_instr; SELECT 1                        |
      | CREATE TEMP TABLE t (a INTEGER); DETACH _gizmosql_instr |

  # A role may be told that it may not detach at all.
  @protect.detach
  @needs:roles
  Scenario Outline: DETACH by the role <role> is refused
    Given a session "alice" as <role>
    When "alice" tries the forbidden:
      """
      DETACH _gizmosql_instr
      """
    Then it is refused
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | role     |
      | user     |
      | readonly |

  @protect.detach
  Scenario: A database of the client's own can be detached
    Given a session "alice" as admin
    And at the end an admin executes "DETACH DATABASE IF EXISTS own_${unique}"
    When "alice" executes:
      """
      ATTACH ':memory:' AS own_${unique}
      """
    And "alice" executes:
      """
      DETACH own_${unique}
      """
    And "alice" executes:
      """
      SELECT count(*) AS attached FROM duckdb_databases() WHERE database_name = 'own_${unique}'
      """
    Then the rows are:
      | attached |
      | 0        |
