Feature: A text that is hard to read shows no other role than admin anything
  An engine's own reading of a text decides what it does. Literals go on on the next line, comments
  nest or do not, and a name may have a quote.

  @role.indirect
  @needs:roles
  Scenario Outline: <detour> reads for an admin only
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
      | detour                                     | lines                                                                                                                                                                   |
      | a query after an E literal that goes on    | WITH odd AS (SELECT E''${U+000A}'\'' AS x) SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                                    |
      | the same in a transaction                  | BEGIN\nWITH odd AS (SELECT E''${U+000A}'\'' AS x) SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nROLLBACK                                     |
      | a table made after an E literal            | BEGIN\nCREATE TEMP TABLE mine AS WITH odd AS (SELECT E''${U+000A}'\'' AS x) SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nFROM mine\nROLLBACK |
      | a second statement after an E literal      | SELECT E''${U+000A}'\''; SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row} -- '                                                                 |
      | a query after a dollar-quoted text         | WITH odd AS (SELECT $é$it's $$ $é$ AS x) SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                                      |
      | a query after a comment that a return ends | -- nothing${U+000D}SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                                                                            |
      | a query with spaces that are none in ASCII | SELECT${U+00A0}sql_text${U+2003}FROM${U+200B}_gizmosql_instr.main.sql_statements WHERE ${its row}                                                                       |
      | a macro whose name has a quote             | CREATE TEMP MACRO "a""b"() AS TABLE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nFROM "a""b"()                                             |
      | a macro of a value whose name has a quote  | CREATE TEMP MACRO "a""b"() AS (SELECT max(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${its row})\nSELECT "a""b"()                                          |
      | a view whose name has a quote              | CREATE TEMP VIEW "a""b" AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}\nFROM "a""b"                                                        |

  @role.indirect
  @needs:roles
  @needs:start
  Scenario: With another parser in place, a query behind a comment reads for no other role
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And at the end an admin executes "CALL disable_peg_parser()"
    When "alice" tries to execute, line by line:
      """
      CALL enable_peg_parser()
      """
    Then neither "bob" nor "carol" finds the canary by:
      """
      CALL enable_peg_parser()
      SELECT sql_text FROM /* /* */ _gizmosql_instr.main.sql_statements WHERE ${its row} -- */
      SELECT E'\', sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row} -- '
      """
    And "bob" is still served
    And "carol" is still served
