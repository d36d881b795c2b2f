Feature: What is too long to be recorded is not executed
  A server may refuse a very long text. One that executes it has it on record, from its first
  character
  to its last.

  @overview.statements
  @overview.executions
  Scenario Outline: A text of <millions> million characters by <door> is refused or recorded
    Given a session "alice" as admin
    When "alice" tries to execute a text of <millions> million characters by <door>, beginning with:
      """
      <begin>
      """
    Then what "alice" tried was refused, or is recorded with its whole text
    And "alice" is still served

    Examples:
      | millions | door             | begin                           |
      | 2        | a query          | SELECT 'long ${unique}'         |
      | 5        | an update        | CREATE TEMP TABLE t (a INTEGER) |
      | 5        | a prepared query | SELECT 'prepared ${unique}'     |

  # So much text is not for somebody else's server.
  @config.enabled
  @needs:start
  Scenario: A text of 20 million characters is refused or recorded, and so is what comes after it
    Given a server of its own
    And a session "alice" as admin
    When "alice" tries to execute a text of 20 million characters by a query, beginning with:
      """
      SELECT 'very long ${unique}'
      """
    Then what "alice" tried was refused, or is recorded with its whole text
    When "alice" executes:
      """
      SELECT 'afterwards'
      """
    Then the attempt of "alice" is on record, and not as a success if it was refused:
      """
      SELECT 'afterwards'
      """
