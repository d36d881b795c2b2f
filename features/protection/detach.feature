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
      | spelling                     | sql                                       |
      | as documented                | DETACH _gizmosql_instr;                   |
      | with DATABASE                | DETACH DATABASE _gizmosql_instr           |
      | with IF EXISTS               | DETACH DATABASE IF EXISTS _gizmosql_instr |
      | quoted                       | DETACH "_gizmosql_instr"                  |
      | in capitals                  | DETACH _GIZMOSQL_INSTR                    |
      | quoted, in mixed letter case | DETACH DATABASE "_Gizmosql_Instr"         |
      | in small letters             | detach database if exists _gizmosql_instr |

  @protect.detach
  Scenario: DETACH among comments and on lines of its own is refused
    Given a session "alice" as admin
    When "alice" tries the forbidden:
      """

      /* a */ DETACH -- b
        DATABASE
        _gizmosql_instr /* c */
      ;
      """
    Then it is refused with a message containing "Cannot DETACH the instrumentation database"
    And the instrumentation database is still attached
    And "alice" is still served

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
      | before              | statement                |
      | USE of it           | USE _gizmosql_instr.main |
      | a transaction began | BEGIN TRANSACTION        |

  # Whether a server takes several statements in one text, or reads a text so, is its own affair.
  @protect.detach
  Scenario Outline: DETACH <where> is refused
    Given a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation database is still attached
    And "alice" is still served

    Examples: As one of several statements
      | where                                    | sql                                                     |
      | before another statement                 | DETACH _gizmosql_instr; SELECT 1                        |
      | after another statement                  | SELECT 1; DETACH _gizmosql_instr                        |
      | after a statement that creates something | CREATE TEMP TABLE t (a INTEGER); DETACH _gizmosql_instr |

    Examples: In a text that is hard to read
      | where                                         | sql                                                  |
      | after nested comments                         | /* /* */ */ DETACH /* /* */ */ _gizmosql_instr       |
      | after a comment that a carriage return ends   | DETACH -- nothing${U+000D}_gizmosql_instr            |
      | between spaces that are none in ASCII         | DETACH${U+00A0}DATABASE${U+2003}_gizmosql_instr      |
      | after an E literal continued on the next line | SELECT E''${U+000A}'\''; DETACH _gizmosql_instr -- ' |
      | after a literal with a backslash              | SELECT '\'; DETACH _gizmosql_instr -- '              |

  # The server may tell such a role that it may not detach at all.
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
    And "alice" executes:
      """
      ATTACH ':memory:' AS own_${unique}
      """
    When "alice" executes:
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
