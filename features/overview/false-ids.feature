Feature: A statement that names a transaction that is not there is on record all the same
  A server may refuse it, or take no notice of the name.

  @overview.statements
  Scenario Outline: <door> is on record
    Given a session "alice" as admin
    When "alice" tries to execute by <door>:
      """
      <sql>
      """
    Then what "alice" tried is recorded with its whole text, refused or not
    And "alice" is still served

    Examples:
      | door                                                | sql                                             |
      | a query in a transaction that is not there          | SELECT 'in no transaction'                      |
      | an update in a transaction that is not there        | CREATE TEMP TABLE in_no_transaction (a INTEGER) |
      | a prepared query in a transaction that is not there | SELECT 'prepared in no transaction'             |
      | a query in a transaction that is not there          | SELEKT 'neither'                                |

  @overview.statements
  Scenario: A query in a transaction that is over is on record
    Given a session "alice" as admin
    When "alice" tries to execute by an update in a transaction:
      """
      CREATE TEMP TABLE in_time (a INTEGER)
      """
    And "alice" tries to execute by a query in a transaction that is not there:
      """
      SELECT 'too late'
      """
    Then what "alice" tried is recorded with its whole text, refused or not

  @failed.instrumentation-write
  Scenario Outline: A change of the instrumentation is on record as failed: <door>
    Given a session "alice" as admin
    When "alice" tries to execute by <door>:
      """
      DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${forged}'
      """
    Then it is refused
    And what "alice" tried is recorded with its whole text, refused or not

    Examples:
      | door                                                |
      | a query in a transaction that is not there          |
      | an update in a transaction that is not there        |
      | a prepared query in a transaction that is not there |
