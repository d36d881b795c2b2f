Feature: What is too long to be recorded is not executed
  A server may refuse a very long text. One that executes it has it on record, from its first
  character
  to its last.

  # So much text is not for somebody else's server.
  @overview.statements
  @overview.executions
  @needs:start
  Scenario Outline: A text of <millions> million characters by <door> is refused or recorded
    Given a server of its own
    And a session "alice" as admin
    When "alice" tries a text of <millions> million characters by <door>, beginning with:
      """
      <begin>
      """
    Then what "alice" tried was refused, or is recorded with its whole text
    And "alice" is still served

    Examples:
      | millions | door             | begin                           |
      | 5        | a query          | SELECT 'long ${unique}'         |
      | 20       | a query          | SELECT 'very long ${unique}'    |
      | 20       | an update        | CREATE TEMP TABLE t (a INTEGER) |
      | 20       | a prepared query | SELECT 'prepared ${unique}'     |
