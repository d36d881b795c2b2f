Feature: Switching instrumentation on and off

  @config.enabled
  @needs:start
  Scenario: --enable-instrumentation=true switches it on
    Given a server of its own with:
      | instrumentation | not mentioned                 |
      | flag            | --enable-instrumentation=true |
    And a session "alice" as admin
    When "alice" executes:
      """
      SELECT 'on'
      """
    Then the session of "alice" is recorded with:
      | status | 'active' |
    And the statements of "alice" are recorded as:
      | sql_text        |
      | 'SELECT ''on''' |
    And the executions of "alice" are recorded as:
      | status    | rows_fetched |
      | 'success' | 1            |

  @config.disabled-by-default
  @needs:start
  Scenario: It is off when no flag is given
    Given a server of its own with:
      | instrumentation | not mentioned |
    And a session "alice" as admin
    When "alice" tries to execute:
      """
      SELECT * FROM _gizmosql_instr.main.sessions
      """
    Then it is refused
    When "alice" executes:
      """
      SELECT count(*) AS databases FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    Then the rows are:
      | databases |
      | 0         |

  @config.disabled-explicitly
  @needs:start
  Scenario: --enable-instrumentation=false switches it off
    Given a server of its own with:
      | instrumentation | not mentioned                  |
      | flag            | --enable-instrumentation=false |
    And a session "alice" as admin
    When "alice" tries to execute:
      """
      SELECT * FROM _gizmosql_instr.main.sessions
      """
    Then it is refused
    When "alice" executes:
      """
      SELECT count(*) AS databases FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'
      """
    Then the rows are:
      | databases |
      | 0         |
