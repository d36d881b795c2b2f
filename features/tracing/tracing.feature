Feature: Tracing from the log to the records
  The server's log and the tables use the same ids of statements and executions. The log format is
  chosen at the start, so each format needs a server.

  @trace.statement
  @needs:start
  @needs:logs
  Scenario Outline: The log names statements by their statement_id, in <format>
    Given a lent server with:
      | log format | <format> |
    And a session "alice" as admin
    And "alice" prepares:
      """
      SELECT 'traced', 'prepared'
      """
    And "alice" executes the prepared statement 2 times
    And "alice" executes:
      """
      SELECT 'traced', 'direct'
      """
    And "alice" executes by an update:
      """
      CREATE TEMP TABLE traced (number INTEGER)
      """
    Then the executions of "alice" are recorded as:
      | sql_text                                    |
      | 'SELECT ''traced'', ''prepared'''           |
      | 'SELECT ''traced'', ''prepared'''           |
      | 'SELECT ''traced'', ''direct'''             |
      | 'CREATE TEMP TABLE traced (number INTEGER)' |
    And the log names each statement of "alice" by its id, and none that is not recorded

    Examples:
      | format |
      | text   |
      | json   |

  @trace.execution
  @needs:start
  @needs:logs
  Scenario Outline: The log names executions by their execution_id, in <format>
    Given a lent server with:
      | log format | <format> |
    And a session "alice" as admin
    And "alice" prepares:
      """
      SELECT CAST(? AS INTEGER) AS number
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | VARCHAR |
      | '1'     |
      | '2'     |
    When "alice" tries to execute the prepared statement once with each of the parameters:
      | VARCHAR |
      | 'three' |
    Given "alice" executes:
      """
      SELECT 'traced'
      """
    Then the executions of "alice" are recorded as:
      | status    |
      | 'success' |
      | 'success' |
      | 'error'   |
      | 'success' |
    And the log names each execution of "alice" by its id, and none that is not recorded

    Examples:
      | format |
      | text   |
      | json   |
