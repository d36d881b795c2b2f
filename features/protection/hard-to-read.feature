Feature: A text that is hard to read changes nothing
  What a statement does depends on how the engine reads it. A literal may continue on the next
  line, comments may nest or not, and what looks like the end of a literal may be none.

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: A change after <opening> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <opens> <change> WHERE session_id = '${witness}' <ends>
      """
    Then it is refused
    And the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples: Literals
      | opening                                 | opens                                           | change                                             | ends |
      | a literal continued on the next line    | WITH odd AS (SELECT ''${U+000A}'it''s' AS x)    | DELETE FROM _gizmosql_instr.sessions               |      |
      | an E literal continued on the next line | WITH odd AS (SELECT E''${U+000A}'\'' AS x)      | DELETE FROM _gizmosql_instr.sessions               |      |
      | an E literal continued, for an UPDATE   | WITH odd AS (SELECT E''${U+000A}'\'' AS x)      | UPDATE _gizmosql_instr.sessions SET username = 'x' |      |
      | an E literal continued after a comment  | WITH odd AS (SELECT E'' -- a${U+000A}'\'' AS x) | DELETE FROM _gizmosql_instr.sessions               |      |
      | an E literal continued after a return   | WITH odd AS (SELECT E''${U+000D}'\'' AS x)      | DELETE FROM _gizmosql_instr.sessions               |      |
      | an E literal with a quote               | WITH odd AS (SELECT E'\'' AS x)                 | DELETE FROM _gizmosql_instr.sessions               |      |
      | an E literal with a small e             | WITH odd AS (SELECT e'\'--' AS x)               | DELETE FROM _gizmosql_instr.sessions               |      |
      | an E literal in another statement       | SELECT E''${U+000A}'\'';                        | DELETE FROM _gizmosql_instr.sessions               | -- ' |
      | a dollar-quoted text with a quote       | WITH odd AS (SELECT $$it's$$ AS x)              | DELETE FROM _gizmosql_instr.sessions               |      |
      | dollar quotes with an accent            | WITH odd AS (SELECT $é$it's $$ $é$ AS x)        | DELETE FROM _gizmosql_instr.sessions               |      |
      | names that end with dollars             | WITH odd AS (SELECT 1 AS a$$, 2 AS b$$)         | DELETE FROM _gizmosql_instr.sessions               |      |

    Examples: Comments and spaces
      | opening                         | opens                          | change                                          | ends |
      | nested comments                 | /* /* */ */                    | DELETE FROM _gizmosql_instr.sessions            |      |
      | nested comments with quotes     | /* ' /* " */ $$ */             | DELETE /* /**/ */ FROM _gizmosql_instr.sessions |      |
      | a comment that a return ends    | DELETE -- nothing${U+000D}FROM | _gizmosql_instr.sessions                        |      |
      | a statement with such a comment | SELECT -- ;${U+000D}1;         | DELETE FROM _gizmosql_instr.sessions            |      |
      | spaces that are none in ASCII   | DELETE${U+00A0}FROM${U+2003}   | _gizmosql_instr${U+200B}.main.sessions${U+3000} |      |
      | a byte order mark               | ${U+FEFF}DELETE FROM           | _gizmosql_instr.sessions                        |      |

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: After USE, <statement> behind an E literal in another statement is refused
    Given the records of a session that is over
    And a session "alice" as admin
    And "alice" executes:
      """
      USE _gizmosql_instr.main
      """
    When "alice" tries the forbidden:
      """
      SELECT E''${U+000A}'\''; <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | statement      | sql                                                    |
      | an INSERT      | INSERT INTO sessions (session_id) VALUES ('${forged}') |
      | a DELETE       | DELETE FROM sessions WHERE session_id = '${witness}'   |
      | a CREATE TABLE | CREATE TABLE forged_${unique} AS SELECT 1 AS number    |
      | a DROP         | DROP VIEW session_stats                                |

  # All sessions share the parser, so the server is one that the suite started.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  Scenario Outline: With another parser in place, <change> is refused
    Given a lent server
    And the records of a session that is over
    And a session "alice" as admin
    And at the end an admin executes "CALL disable_peg_parser()"
    When "alice" tries to execute:
      """
      CALL enable_peg_parser()
      """
    And "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | change                      | sql                                                                                                      |
      | an INSERT behind a comment  | INSERT INTO /* /* */ _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}') -- */               |
      | a DELETE behind a comment   | DELETE FROM /* /* */ _gizmosql_instr.main.sessions WHERE session_id = '${witness}' -- */                 |
      | a DROP behind a comment     | DROP VIEW /* /* */ _gizmosql_instr.main.session_stats -- */                                              |
      | a CREATE behind a comment   | CREATE OR REPLACE VIEW /* /* */ _gizmosql_instr.main.session_stats AS SELECT 1 AS number -- */           |
      | a DELETE behind a backslash | WITH odd AS (SELECT E'\' AS x) DELETE FROM _gizmosql_instr.sessions WHERE session_id = '${witness}' -- ' |

  @protect.otherwise
  @needs:start
  Scenario: With another parser in place, DETACH behind a comment is refused
    Given a lent server
    And a session "alice" as admin
    And at the end an admin executes "CALL disable_peg_parser()"
    When "alice" tries to execute:
      """
      CALL enable_peg_parser()
      """
    And "alice" tries the forbidden:
      """
      DETACH /* /* */ _gizmosql_instr -- */
      """
    Then it is refused
    And the instrumentation database is still attached
    And "alice" is still served

  @protect.every-role
  @protect.unchanged
  @needs:roles
  Scenario Outline: Changes after an E literal or a comment that a return ends are refused, by the role <role>
    Given the records of a session that is over
    And a session "alice" as <role>
    Then "alice" is refused each of these:
      """
      WITH odd AS (SELECT E''${U+000A}'\'' AS x) INSERT INTO _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}')
      SELECT E''${U+000A}'\''; DELETE FROM _gizmosql_instr.main.sql_statements WHERE session_id = '${witness}' -- '
      DELETE -- nothing${U+000D}FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'
      """
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | role     |
      | user     |
      | readonly |
