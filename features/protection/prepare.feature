Feature: Nobody changes the instrumentation by PREPARE and EXECUTE in SQL
  The server may refuse either of the two.

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: PREPARE and EXECUTE of <statement>: one of them is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      <prepare>
      <execute>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | statement                | prepare                                                                                 | execute                       |
      | an INSERT                | PREPARE forge AS INSERT INTO _gizmosql_instr.sessions (session_id) VALUES ('${forged}') | EXECUTE forge                 |
      | a DELETE                 | PREPARE forge AS DELETE FROM _gizmosql_instr.sessions WHERE session_id = '${witness}'   | EXECUTE forge                 |
      | a DELETE, explained      | PREPARE forge AS DELETE FROM _gizmosql_instr.sessions WHERE session_id = '${witness}'   | EXPLAIN ANALYZE EXECUTE forge |
      | a DELETE by parameter    | PREPARE forge AS DELETE FROM _gizmosql_instr.sessions WHERE session_id = $1::UUID       | EXECUTE forge('${witness}')   |
      | an UPDATE, in lower case | prepare forge as update _gizmosql_instr.sessions set username = 'forged'                | execute forge                 |

  # What a name stands for may change between the two.
  @protect.otherwise
  @protect.unchanged
  Scenario: What was prepared before USE is refused after it
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      PREPARE forge AS DELETE FROM sessions WHERE session_id = '${witness}'
      USE _gizmosql_instr
      PREPARE forge AS DELETE FROM sessions WHERE session_id = '${witness}'
      EXECUTE forge
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

  @protect.otherwise
  @protect.unchanged
  Scenario: What was prepared for a table of the client's is refused once that is dropped
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden, line by line:
      """
      CREATE TEMP TABLE sessions AS SELECT '${witness}'::UUID AS session_id
      PREPARE forge AS DELETE FROM sessions WHERE session_id = '${witness}'
      DROP TABLE temp.sessions
      USE _gizmosql_instr
      EXECUTE forge
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served
