Feature: What is too long to be recorded is not executed
  A server may refuse a very long text. If it executes the text, it records all of it.

  @overview.statements
  @overview.executions
  Scenario Outline: A text of <millions> million characters by <door> is refused or recorded
    Given a session "alice" as admin
    When "alice" tries to execute by <door>:
      """
      <begin> /* ${<millions>000000 x} */
      """
    Then what "alice" tried is recorded with its whole text, or was refused
    And "alice" is still served

    Examples:
      | millions | door             | begin                           |
      | 2        | a query          | SELECT 'long ${unique}'         |
      | 5        | an update        | CREATE TEMP TABLE t (a INTEGER) |
      | 5        | a prepared query | SELECT 'prepared ${unique}'     |

  # Such a long text is only sent to a server that the suite started.
  @config.enabled
  @needs:start
  Scenario: A text of 20 million characters is refused or recorded, and so is what comes after it
    Given a server of its own
    And a session "alice" as admin
    When "alice" tries to execute:
      """
      SELECT 'very long ${unique}' /* ${20000000 x} */
      """
    Then what "alice" tried is recorded with its whole text, or was refused
    When "alice" executes:
      """
      SELECT 'afterwards'
      """
    Then what "alice" tried is recorded with its whole text, refused or not
