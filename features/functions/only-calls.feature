Feature: Only calls of the GIZMOSQL functions are replaced

  @function.only-calls
  Scenario Outline: The names of all functions stay as they are in <place>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT <quote>GIZMOSQL_VERSION()<quote> AS version, <quote>GIZMOSQL_CURRENT_SESSION()<quote> AS session,
        <quote>GIZMOSQL_CURRENT_INSTANCE()<quote> AS instance, <quote>GIZMOSQL_USER()<quote> AS name, <quote>GIZMOSQL_ROLE()<quote> AS role
      """
    Then the rows are:
      | version              | session                      | instance                      | name              | role              |
      | 'GIZMOSQL_VERSION()' | 'GIZMOSQL_CURRENT_SESSION()' | 'GIZMOSQL_CURRENT_INSTANCE()' | 'GIZMOSQL_USER()' | 'GIZMOSQL_ROLE()' |

    Examples:
      | place                 | quote |
      | string literals       | '     |
      | dollar-quoted strings | $$    |

  @function.only-calls
  Scenario Outline: The letters of a function's name stay as they are in <place>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT <sql>
      """
    Then the rows are:
      | value   |
      | <value> |

    Examples:
      | place                               | sql                                                                 | value                       |
      | a string literal in lower case      | 'call gizmosql_user() here' AS value                                | 'call gizmosql_user() here' |
      | a string literal after a quote      | 'it''s GIZMOSQL_USER()' AS value                                    | 'it''s GIZMOSQL_USER()'     |
      | an escape string literal            | E'it\'s GIZMOSQL_USER()' AS value                                   | 'it''s GIZMOSQL_USER()'     |
      | a literal after a double quote      | '"GIZMOSQL_USER()"' AS value                                        | '"GIZMOSQL_USER()"'         |
      | a dollar-quoted string with a quote | $$it's GIZMOSQL_USER()$$ AS value                                   | 'it''s GIZMOSQL_USER()'     |
      | a dollar-quoted string with a tag   | $a$ $$ GIZMOSQL_ROLE() $$ $a$ AS value                              | ' $$ GIZMOSQL_ROLE() $$ '   |
      | a name without parentheses          | gizmosql_user AS value FROM (VALUES (7)) t(gizmosql_user)           | 7                           |
      | a name between parentheses          | max((gizmosql_user)) AS value FROM (VALUES (7)) t(gizmosql_user)    | 7                           |
      | a column named like the function    | t."GIZMOSQL_USER()" AS value FROM (VALUES (7)) t("GIZMOSQL_USER()") | 7                           |

  @function.only-calls
  Scenario: A quoted identifier that reads like a call keeps its name
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT 1 AS "GIZMOSQL_VERSION()", 2 AS "it's GIZMOSQL_CURRENT_SESSION()", 3 AS "say ""GIZMOSQL_CURRENT_INSTANCE()\"\"\",
        4 AS "GIZMOSQL_USER()", 5 AS "GIZMOSQL_ROLE()"
      """
    Then the rows are:
      | GIZMOSQL_VERSION() | it's GIZMOSQL_CURRENT_SESSION() | say "GIZMOSQL_CURRENT_INSTANCE()" | GIZMOSQL_USER() | GIZMOSQL_ROLE() |
      | 1                  | 2                               | 3                                 | 4               | 5               |

  # Calls after a comment must still be replaced, whatever quotes the comment contains.
  @function.only-calls
  Scenario: A comment that reads like a call changes nothing
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT -- it's GIZMOSQL_VERSION(), "GIZMOSQL_USER()
        'before' AS before, /* don't GIZMOSQL_CURRENT_SESSION()
        -- GIZMOSQL_USER() */ GIZMOSQL_ROLE() AS role, -- $$ GIZMOSQL_CURRENT_INSTANCE()
        'GIZMOSQL_USER() -- /*' AS literal -- GIZMOSQL_ROLE()
      """
    Then the rows are:
      | before   | role          | literal                 |
      | 'before' | ${alice.role} | 'GIZMOSQL_USER() -- /*' |

  # If the name were put into the comment, it would end the comment. Logins of any name can only be
  # made for a server that the suite started.
  @function.only-calls
  @needs:start
  @needs:roles
  Scenario Outline: A comment that reads GIZMOSQL_USER() is left alone for a user that would end <comment>
    Given a lent server
    And a session "alice" as user of the user <user>
    When "alice" executes:
      """
      <sql>
      """
    Then the rows are:
      | one |
      | 1   |

    Examples:
      | comment         | user                   | sql                                   |
      | a line comment  | "a\u000a, 2 AS two --" | SELECT 1 AS one -- GIZMOSQL_USER()    |
      | a block comment | "*/, 2 AS two /*"      | SELECT 1 AS one /* GIZMOSQL_USER() */ |

  @function.only-calls
  Scenario: A longer name that ends or begins with a function's name is another function
    Given a session "alice" as admin
    When "alice" executes:
      """
      CREATE TEMP MACRO my_gizmosql_user() AS 'mine'
      """
    And "alice" executes:
      """
      CREATE TEMP MACRO gizmosql_user_too() AS 'mine, too'
      """
    And "alice" executes:
      """
      SELECT my_gizmosql_user() AS ends, gizmosql_user_too() AS begins
      """
    Then the rows are:
      | ends   | begins      |
      | 'mine' | 'mine, too' |
