Feature: A text that is hard to read changes nothing
  An engine's own reading of a text decides what it does. Literals go on on the next line, comments
  nest or do not, and what looks like the end of a literal may be none.

  @protect.otherwise
  @protect.unchanged
  Scenario Outline: A change after <opening> is refused
    Given the records of a session that is over
    And a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | opening                                       | sql                                                                                                                                     |
      | a literal that goes on on the next line       | WITH odd AS (SELECT ''${U+000A}'it''s' AS x) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                  |
      | an E literal that goes on on the next line    | WITH odd AS (SELECT E''${U+000A}'\'' AS x) INSERT INTO _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}')                  |
      | an E literal that goes on, for a DELETE       | WITH odd AS (SELECT E''${U+000A}'\'' AS x) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                    |
      | an E literal that goes on, for an UPDATE      | WITH odd AS (SELECT E''${U+000A}'\'' AS x) UPDATE _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}' |
      | an E literal that goes on after a comment     | WITH odd AS (SELECT E'' -- it goes on${U+000A}'\'' AS x) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'      |
      | an E literal that goes on after a return      | WITH odd AS (SELECT E''${U+000D}'\'' AS x) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                    |
      | an E literal with a quote                     | WITH odd AS (SELECT E'\'' AS x) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                               |
      | an E literal in small letters                 | WITH odd AS (SELECT e'\'--' AS x) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                             |
      | an E literal in another statement             | SELECT E''${U+000A}'\''; DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' -- '                                 |
      | a dollar-quoted text with a quote             | WITH odd AS (SELECT $$it's$$ AS x) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                            |
      | a dollar-quoted text whose tag has an accent  | WITH odd AS (SELECT $é$it's $$ $é$ AS x) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                      |
      | a name that ends with dollars                 | WITH odd AS (SELECT 1 AS a$$), more AS (SELECT 2 AS b$$) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'      |
      | nested comments                               | /* /* */ */ DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                   |
      | nested comments with quotes                   | /* ' /* " */ $$ */ DELETE /* /**/ */ FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                 |
      | a comment that a return ends                  | DELETE -- nothing${U+000D}FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                            |
      | a comment that a return ends, and a statement | SELECT -- ;${U+000D}1; DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                        |
      | spaces that are none in ASCII                 | DELETE${U+00A0}FROM${U+2003}_gizmosql_instr${U+200B}.main.sessions${U+3000}WHERE${U+00A0}session_id = '${witness}'                      |
      | a byte order mark                             | ${U+FEFF}DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                                                      |
      | a name by code points                         | DELETE FROM U&"_gizmosql\005finstr".main.sessions WHERE session_id = '${witness}'                                                       |

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
      | statement      | sql                                                                     |
      | an INSERT      | INSERT INTO sessions (session_id) VALUES ('${forged}')                  |
      | an UPDATE      | UPDATE sessions SET username = 'forged' WHERE session_id = '${witness}' |
      | a DELETE       | DELETE FROM sessions WHERE session_id = '${witness}'                    |
      | a TRUNCATE     | TRUNCATE instances                                                      |
      | a CREATE TABLE | CREATE TABLE forged_${unique} AS SELECT 1 AS number                     |
      | a DROP         | DROP VIEW session_stats                                                 |

  # The parser is that of all sessions, so the server is one that the suite started.
  @protect.otherwise
  @protect.unchanged
  @needs:start
  Scenario Outline: With another parser in place, <change> is refused
    Given a lent server
    And the records of a session that is over
    And a session "alice" as admin
    And at the end an admin executes "CALL disable_peg_parser()"
    When "alice" tries to execute, line by line:
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
      | change                           | sql                                                                                                           |
      | an INSERT behind a comment       | INSERT INTO /* /* */ _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}') -- */                    |
      | a DELETE behind a comment        | DELETE FROM /* /* */ _gizmosql_instr.main.sessions WHERE session_id = '${witness}' -- */                      |
      | an UPDATE behind a comment       | UPDATE /* /* */ _gizmosql_instr.main.sessions SET username = 'forged' WHERE session_id = '${witness}' -- */   |
      | a DROP behind a comment          | DROP VIEW /* /* */ _gizmosql_instr.main.session_stats -- */                                                   |
      | a view replaced behind a comment | CREATE OR REPLACE VIEW /* /* */ _gizmosql_instr.main.session_stats AS SELECT 1 AS number -- */                |
      | a DELETE behind a backslash      | WITH odd AS (SELECT E'\' AS x) DELETE FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}' -- ' |

  @protect.detach
  Scenario Outline: DETACH after <opening> is refused
    Given a session "alice" as admin
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation database is still attached
    And "alice" is still served

    Examples:
      | opening                                    | sql                                                  |
      | nested comments                            | /* /* */ */ DETACH /* /* */ */ _gizmosql_instr       |
      | a comment that a return ends               | DETACH -- nothing${U+000D}_gizmosql_instr            |
      | spaces that are none in ASCII              | DETACH${U+00A0}DATABASE${U+2003}_gizmosql_instr      |
      | an E literal that goes on on the next line | SELECT E''${U+000A}'\''; DETACH _gizmosql_instr -- ' |
      | a literal with a backslash                 | SELECT '\'; DETACH _gizmosql_instr -- '              |

  @protect.otherwise
  @needs:start
  Scenario: With another parser in place, DETACH behind a comment is refused
    Given a lent server
    And a session "alice" as admin
    And at the end an admin executes "CALL disable_peg_parser()"
    When "alice" tries to execute, line by line:
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
  Scenario Outline: A change after <opening> by the role <role> is refused
    Given the records of a session that is over
    And a session "alice" as <role>
    When "alice" tries the forbidden:
      """
      <sql>
      """
    Then it is refused
    And the instrumentation is as it was
    And "alice" is still served

    Examples:
      | role     | opening                                    | sql                                                                                                                    |
      | user     | an E literal that goes on on the next line | WITH odd AS (SELECT E''${U+000A}'\'' AS x) INSERT INTO _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}') |
      | user     | an E literal in another statement          | SELECT E''${U+000A}'\''; DELETE FROM _gizmosql_instr.main.sql_statements WHERE session_id = '${witness}' -- '          |
      | user     | a comment that a return ends               | DELETE -- nothing${U+000D}FROM _gizmosql_instr.main.sessions WHERE session_id = '${witness}'                           |
      | readonly | an E literal that goes on on the next line | WITH odd AS (SELECT E''${U+000A}'\'' AS x) INSERT INTO _gizmosql_instr.main.sessions (session_id) VALUES ('${forged}') |
      | readonly | an E literal in another statement          | SELECT E''${U+000A}'\''; DELETE FROM _gizmosql_instr.main.sql_statements WHERE session_id = '${witness}' -- '          |
