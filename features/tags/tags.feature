Feature: Tags of sessions and statements
  A client tags its session, or all its later statements, with a JSON text, from the revision 1.21
  on.

  @sessions.session_tag
  @tag.session-set
  Scenario: session_tag is NULL, then the tag that was set last
    Given a session "alice" as admin
    Then the column "session_tag" of "sessions" has the documented type
    And the session of "alice" is recorded with:
      | session_tag | NULL |
    When "alice" executes:
      """
      SET gizmosql.session_tag = '{"team":"data-eng","cost_center":"CC-123"}'
      """
    Then the session of "alice" is recorded with:
      | session_tag | the JSON {"team":"data-eng","cost_center":"CC-123"} |
      | status      | 'active'                                            |
    When "alice" executes:
      """
      SET gizmosql.session_tag = '{"team":"other"}'
      """
    Then the session of "alice" is recorded with:
      | session_tag | the JSON {"team":"other"} |

  @tag.session-set
  @sessions.session_tag
  Scenario: A session keeps its tag when it ends
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.session_tag = '{"run":"${unique}"}'
      """
    And "alice" closes its session
    Then the session of "alice" is recorded with:
      | session_tag | the JSON {"run":"${unique}"} |
      | stop_time   | a timestamp                  |

  @tag.session-clear
  @sessions.session_tag
  Scenario: The empty text clears the session's tag
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.session_tag = '{"team":"data-eng"}'
      """
    Then the session of "alice" is recorded with:
      | session_tag | the JSON {"team":"data-eng"} |
    When "alice" executes:
      """
      SET gizmosql.session_tag = ''
      """
    Then the session of "alice" is recorded with:
      | session_tag | NULL     |
      | status      | 'active' |

  # Whether the SET itself is tagged is not specified, so only other statements are looked at.
  @sql_statements.query_tag
  @tag.query-set
  @tag.query-clear
  Scenario Outline: query_tag is that of the time of the statement, by <door>
    Given a session "alice" as admin
    And "alice" executes by <door>:
      """
      SELECT 'before ${unique}'
      """
    When "alice" executes:
      """
      SET gizmosql.query_tag = '{"request_id":"req-1"}'
      """
    And "alice" executes by <door>, line by line:
      """
      SELECT 'first ${unique}'
      SELECT 'second ${unique}'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = '{"request_id":"req-2"}'
      """
    And "alice" executes by <door>:
      """
      SELECT 'third ${unique}'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = ''
      """
    And "alice" executes by <door>:
      """
      SELECT 'after ${unique}'
      """
    Then the column "query_tag" of "sql_statements" has the documented type
    When "alice" executes:
      """
      SELECT DISTINCT sql_text AS text, query_tag AS tag FROM _gizmosql_instr.main.sql_statements
      WHERE session_id = '${alice}' AND sql_text LIKE 'SELECT ''%' ORDER BY text
      """
    Then within the visibility time the rows are:
      | text                          | tag                             |
      | 'SELECT ''after ${unique}'''  | NULL                            |
      | 'SELECT ''before ${unique}''' | NULL                            |
      | 'SELECT ''first ${unique}'''  | the JSON {"request_id":"req-1"} |
      | 'SELECT ''second ${unique}''' | the JSON {"request_id":"req-1"} |
      | 'SELECT ''third ${unique}'''  | the JSON {"request_id":"req-2"} |

    Examples:
      | door             |
      | a query          |
      | a prepared query |

  # The statement is made before the tag is changed, and executed after that.
  @sql_statements.query_tag
  @tag.query-set
  Scenario: A prepared statement has the tag of its preparation
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.query_tag = '{"step":1}'
      """
    And "alice" prepares:
      """
      SELECT 'prepared ${unique}'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = '{"step":2}'
      """
    And "alice" executes the prepared statement
    And "alice" executes:
      """
      SELECT sql_text AS text, query_tag AS tag FROM _gizmosql_instr.main.sql_statements
      WHERE session_id = '${alice}' AND sql_text LIKE 'SELECT ''prepared%'
      """
    Then within the visibility time the rows are:
      | text                            | tag                 |
      | 'SELECT ''prepared ${unique}''' | the JSON {"step":1} |

  @sql_statements.query_tag
  @tag.query-set
  Scenario: Statements that fail have the tag as well
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.query_tag = '{"failing":true}'
      """
    And "alice" tries to execute:
      """
      SELECT * FROM nowhere_${unique}
      """
    And "alice" executes:
      """
      SELECT DISTINCT prepare_success AS prepared, query_tag AS tag FROM _gizmosql_instr.main.sql_statements
      WHERE session_id = '${alice}' AND sql_text = 'SELECT * FROM nowhere_${unique}'
      """
    Then within the visibility time the rows are:
      | prepared | tag                       |
      | false    | the JSON {"failing":true} |

  @tag.session-set
  @tag.query-set
  Scenario Outline: Every role may tag, as <role>
    Given a session "alice" as <role>
    When "alice" executes:
      """
      SET gizmosql.session_tag = '{"by":"<role>"}'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = '{"by":"<role>","what":"query"}'
      """
    And "alice" executes:
      """
      SELECT 'tagged ${unique}'
      """
    Then the session of "alice" is recorded with:
      | session_tag | the JSON {"by":"<role>"} |
    Given a session "auditor" as admin
    When "auditor" executes:
      """
      SELECT DISTINCT query_tag AS tag FROM _gizmosql_instr.main.sql_statements
      WHERE session_id = '${alice}' AND sql_text = 'SELECT ''tagged ${unique}'''
      """
    Then within the visibility time the rows are:
      | tag                                     |
      | the JSON {"by":"<role>","what":"query"} |

    @needs:roles
    Examples:
      | role     |
      | user     |
      | readonly |

  @tag.session-set
  @tag.query-set
  Scenario Outline: A tag may be <what>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.session_tag = '<text>'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = '<text>'
      """
    And "alice" executes:
      """
      SELECT 'tagged ${unique}'
      """
    Then the session of "alice" is recorded with:
      | session_tag | the JSON <text> |
    When "alice" executes:
      """
      SELECT DISTINCT query_tag AS tag FROM _gizmosql_instr.main.sql_statements
      WHERE session_id = '${alice}' AND sql_text = 'SELECT ''tagged ${unique}'''
      """
    Then within the visibility time the rows are:
      | tag             |
      | the JSON <text> |

    Examples:
      | what              | text                                   |
      | a nested object   | {"a":{"b":[{"c":{"d":[1,2,[3]]}}]}}    |
      | an array          | ["one","two"]                          |
      | an empty object   | {}                                     |
      | a text            | "plain"                                |
      | letters of others | {"naïve":"über Größe, 東京, 🦆"}         |
      | escaped letters   | {"line":"one\u000atwo","tab":"\u0009"} |

  @tag.invalid-json
  Scenario Outline: <text> is no JSON, and the tags stay as they were
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.session_tag = '{"kept":1}'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = '{"kept":2}'
      """
    Then "alice" is refused each of:
      | SET gizmosql.session_tag = '<text>' |
      | SET gizmosql.query_tag = '<text>'   |
    When "alice" executes:
      """
      SELECT 'still tagged ${unique}'
      """
    And "alice" executes:
      """
      SELECT DISTINCT query_tag AS tag FROM _gizmosql_instr.main.sql_statements
      WHERE session_id = '${alice}' AND sql_text = 'SELECT ''still tagged ${unique}'''
      """
    Then within the visibility time the rows are:
      | tag                 |
      | the JSON {"kept":2} |
    And the session of "alice" is recorded with:
      | session_tag | the JSON {"kept":1} |

    Examples:
      | text             |
      | team=data-eng    |
      | {"team":         |
      | {"team" "other"} |
      | {"a":1} x        |
      | [1, 2            |

  @tag.own-session
  Scenario: No other session gets the tags, whichever began first
    Given a session "earlier" as admin
    And a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.session_tag = '{"of":"alice"}'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = '{"of":"alice"}'
      """
    And "alice" executes:
      """
      SELECT 'by alice ${unique}'
      """
    Given a session "later" as admin
    When "earlier" executes:
      """
      SELECT 'by earlier ${unique}'
      """
    And "later" executes:
      """
      SELECT 'by later ${unique}'
      """
    And "alice" executes:
      """
      SELECT 'by alice ${unique}'
      """
    And "alice" executes:
      """
      SELECT DISTINCT sql_text AS text, query_tag AS tag FROM _gizmosql_instr.main.sql_statements
      WHERE session_id IN ('${earlier}', '${alice}', '${later}') AND sql_text LIKE 'SELECT ''by%' ORDER BY text
      """
    Then within the visibility time the rows are:
      | text                              | tag                     |
      | 'SELECT ''by alice ${unique}'''   | the JSON {"of":"alice"} |
      | 'SELECT ''by earlier ${unique}''' | NULL                    |
      | 'SELECT ''by later ${unique}'''   | NULL                    |
    And the session of "alice" is recorded with:
      | session_tag | the JSON {"of":"alice"} |
    And the session of "earlier" is recorded with:
      | session_tag | NULL |
    And the session of "later" is recorded with:
      | session_tag | NULL |

  @tag.json-functions
  Scenario: DuckDB's JSON functions take the tags as they are
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.session_tag = '{"team":"${unique}","sizes":[1,2,3]}'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = '{"request":{"id":"${unique}"}}'
      """
    And "alice" executes:
      """
      SELECT 'tagged'
      """
    And "alice" executes:
      """
      SELECT session_tag->>'team' AS team, json_array_length(session_tag->'sizes') AS sizes, session_tag->>'$.sizes[1]' AS second
      FROM _gizmosql_instr.main.sessions WHERE session_tag->>'team' = '${unique}'
      """
    Then within the visibility time the rows are:
      | team        | sizes | second |
      | '${unique}' | 3     | '2'    |
    When "alice" executes:
      """
      SELECT DISTINCT sql_text AS text, json_extract_string(query_tag, '$.request.id') AS id FROM _gizmosql_instr.main.sql_statements
      WHERE query_tag->>'$.request.id' = '${unique}' AND sql_text LIKE 'SELECT ''tag%'
      """
    Then within the visibility time the rows are:
      | text                | id          |
      | 'SELECT ''tagged''' | '${unique}' |

  @tag.session-set
  @tag.query-set
  Scenario Outline: SET in another spelling: <what>
    Given a session "alice" as admin
    When "alice" executes:
      """
      <set>.session_tag <to> '{"as":"<what>"}'
      """
    And "alice" executes:
      """
      <set>.query_tag <to> '{"as":"<what>"}'
      """
    And "alice" executes:
      """
      SELECT 'spelt ${unique}'
      """
    Then the session of "alice" is recorded with:
      | session_tag | the JSON {"as":"<what>"} |
    When "alice" executes:
      """
      SELECT DISTINCT query_tag AS tag FROM _gizmosql_instr.main.sql_statements
      WHERE session_id = '${alice}' AND sql_text = 'SELECT ''spelt ${unique}'''
      """
    Then within the visibility time the rows are:
      | tag                      |
      | the JSON {"as":"<what>"} |

    Examples:
      | what          | set          | to |
      | small letters | set gizmosql | =  |
      | without space | SET gizmosql | =  |
