Feature: Only calls of the GIZMOSQL functions are replaced

  @function.only-calls
  Scenario Outline: The letters of <function> stay as they are in <place>
    Given a session "alice" as admin
    When "alice" executes:
      """
      <sql>
      """
    Then the rows are:
      | value   |
      | <value> |

    Examples:
      | function                    | place                             | sql                                                                         | value                         |
      | GIZMOSQL_VERSION()          | a string literal                  | SELECT 'GIZMOSQL_VERSION()' AS value                                        | 'GIZMOSQL_VERSION()'          |
      | GIZMOSQL_CURRENT_SESSION()  | a string literal                  | SELECT 'GIZMOSQL_CURRENT_SESSION()' AS value                                | 'GIZMOSQL_CURRENT_SESSION()'  |
      | GIZMOSQL_CURRENT_INSTANCE() | a string literal                  | SELECT 'GIZMOSQL_CURRENT_INSTANCE()' AS value                               | 'GIZMOSQL_CURRENT_INSTANCE()' |
      | GIZMOSQL_USER()             | a string literal                  | SELECT 'GIZMOSQL_USER()' AS value                                           | 'GIZMOSQL_USER()'             |
      | GIZMOSQL_ROLE()             | a string literal                  | SELECT 'GIZMOSQL_ROLE()' AS value                                           | 'GIZMOSQL_ROLE()'             |
      | GIZMOSQL_USER()             | a string literal in lower case    | SELECT 'call gizmosql_user() here' AS value                                 | 'call gizmosql_user() here'   |
      | GIZMOSQL_USER()             | a string literal after a quote    | SELECT 'it''s GIZMOSQL_USER()' AS value                                     | 'it''s GIZMOSQL_USER()'       |
      | GIZMOSQL_USER()             | an escape string literal          | SELECT E'it\'s GIZMOSQL_USER()' AS value                                    | 'it''s GIZMOSQL_USER()'       |
      | GIZMOSQL_USER()             | a literal after a double quote    | SELECT '"GIZMOSQL_USER()"' AS value                                         | '"GIZMOSQL_USER()"'           |
      | GIZMOSQL_VERSION()          | a dollar-quoted string            | SELECT $$GIZMOSQL_VERSION()$$ AS value                                      | 'GIZMOSQL_VERSION()'          |
      | GIZMOSQL_CURRENT_SESSION()  | a dollar-quoted string            | SELECT $$GIZMOSQL_CURRENT_SESSION()$$ AS value                              | 'GIZMOSQL_CURRENT_SESSION()'  |
      | GIZMOSQL_CURRENT_INSTANCE() | a dollar-quoted string            | SELECT $$GIZMOSQL_CURRENT_INSTANCE()$$ AS value                             | 'GIZMOSQL_CURRENT_INSTANCE()' |
      | GIZMOSQL_USER()             | a dollar-quoted string            | SELECT $$it's GIZMOSQL_USER()$$ AS value                                    | 'it''s GIZMOSQL_USER()'       |
      | GIZMOSQL_ROLE()             | a dollar-quoted string with a tag | SELECT $a$ $$ GIZMOSQL_ROLE() $$ $a$ AS value                               | ' $$ GIZMOSQL_ROLE() $$ '     |
      | GIZMOSQL_USER()             | a name without parentheses        | SELECT gizmosql_user AS value FROM (VALUES (7)) t (gizmosql_user)           | 7                             |
      | GIZMOSQL_USER()             | a name between parentheses        | SELECT max((gizmosql_user)) AS value FROM (VALUES (7)) t (gizmosql_user)    | 7                             |
      | GIZMOSQL_USER()             | a column named like the function  | SELECT t."GIZMOSQL_USER()" AS value FROM (VALUES (7)) t ("GIZMOSQL_USER()") | 7                             |

  @function.only-calls
  Scenario Outline: A quoted identifier that reads <function> keeps its name
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT 1 AS "<function>", 2 AS "it's <function>", 3 AS "say ""<function>\"\"\"
      """
    Then the rows are:
      | <function> | it's <function> | say "<function>" |
      | 1          | 2               | 3                |

    Examples:
      | function                    |
      | GIZMOSQL_VERSION()          |
      | GIZMOSQL_CURRENT_SESSION()  |
      | GIZMOSQL_CURRENT_INSTANCE() |
      | GIZMOSQL_USER()             |
      | GIZMOSQL_ROLE()             |

  # What follows a comment must still be replaced, whatever quotes the comment has.
  @function.only-calls
  Scenario Outline: A comment that reads <function> changes nothing
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT -- it's <function>, "<function>
        'before' AS before, /* don't <function>
        -- <function> */ GIZMOSQL_ROLE() AS role, -- $$ <function>
        '<function> -- /*' AS literal -- <function>
      """
    Then the rows are:
      | before   | role          | literal            |
      | 'before' | ${alice.role} | '<function> -- /*' |

    Examples:
      | function                    |
      | GIZMOSQL_VERSION()          |
      | GIZMOSQL_CURRENT_SESSION()  |
      | GIZMOSQL_CURRENT_INSTANCE() |
      | GIZMOSQL_USER()             |
      | GIZMOSQL_ROLE()             |

  # A name that would end the comment, were it put into it. Such a user needs a login made for it.
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
