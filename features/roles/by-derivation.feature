Feature: A name that stands nowhere in the text shows no other role than admin anything
  What puts the name together may be refused, or what follows.

  @role.indirect
  @needs:roles
  Scenario Outline: A name from <origin> reads for no other role
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    Then neither "bob" nor "carol" finds the canary by:
      """
      <lines>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | origin                        | lines                                                                                                                             |
      | a search path of two texts    | SET search_path = '_gizmosql_instr' \|\| '.main'\nSELECT sql_text FROM sql_statements WHERE ${its row}                             |
      | a search path of an E literal | SET search_path = E'\x5fgizmosql_instr.main'\nSELECT sql_text FROM sql_statements WHERE ${its row}                                 |
      | a search path on two lines    | SET search_path = '_gizmosql_instr'${U+000A}'.main'\nSELECT sql_text FROM sql_statements WHERE ${its row}                          |
      | a text for query_table()      | SELECT sql_text FROM query_table('_gizmosql_instr' \|\| '.main.sql_statements') WHERE ${its row}                                  |
      | a text for query()            | FROM query('SELECT sql_text FROM _gizmosql_instr' \|\| $q$.main.sql_statements WHERE ${its row}$q$)                               |
      | a variable for query()        | SET VARIABLE sql = $q$SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}$q$\nFROM query(getvariable('sql')) |
      | code points for query()       | FROM query('SELECT sql_text FROM ' \|\| chr(95) \|\| $q$gizmosql_instr.main.sql_statements WHERE ${its row}$q$)                   |
      | a schema of the same name     | CREATE SCHEMA IF NOT EXISTS temp._gizmosql_instr\nSELECT sql_text FROM _gizmosql_instr.sql_statements WHERE ${its row}             |
