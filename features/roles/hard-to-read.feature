Feature: A text that is hard to read shows records to no role but admin
  What a statement does depends on how the engine reads it. A literal may continue on the next
  line, comments may nest or not, and a name may have a quote in it.

  @role.indirect
  @needs:roles
  Scenario Outline: A query after <opening> shows no other role a record
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      BEGIN
      <opens> sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row} <ends>
      FROM mine
      ROLLBACK
      <opens> sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row} <ends>
      FROM mine
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | opening                               | opens                                                                       | ends |
      | an E literal that continues           | WITH odd AS (SELECT E''${U+000A}'\'' AS x) SELECT                           |      |
      | an E literal, into a table            | CREATE TEMP TABLE mine AS WITH odd AS (SELECT E''${U+000A}'\'' AS x) SELECT |      |
      | an E literal in another statement     | SELECT E''${U+000A}'\''; SELECT                                             | -- ' |
      | a dollar-quoted text                  | WITH odd AS (SELECT $é$it's $$ $é$ AS x) SELECT                             |      |
      | a comment that a carriage return ends | -- nothing${U+000D}SELECT                                                   |      |
      | a space that is none in ASCII         | SELECT${U+00A0}1${U+200B},                                                  |      |

  @role.indirect
  @needs:roles
  Scenario Outline: A <kind> whose name has a quote shows no other role a record
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      CREATE TEMP <made>
      <query>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | kind             | made                                                                                                 | query           |
      | macro of a table | MACRO "a""b"() AS TABLE SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row} | FROM "a""b"()   |
      | macro of a value | MACRO "a""b"() AS (SELECT max(sql_text) FROM _gizmosql_instr.sql_statements WHERE ${secret row})     | SELECT "a""b"() |
      | view             | VIEW "a""b" AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}          | FROM "a""b"     |

  @role.indirect
  @needs:roles
  @needs:start
  Scenario: With another parser in place, a query behind a comment reads the records for no other role
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And at the end an admin executes "CALL disable_peg_parser()"
    When "alice" tries to execute:
      """
      CALL enable_peg_parser()
      """
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      CALL enable_peg_parser()
      SELECT sql_text FROM /* /* */ _gizmosql_instr.main.sql_statements WHERE ${secret row} -- */
      SELECT E'\', sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row} -- '
      """
    And "bob" is still served
    And "carol" is still served
