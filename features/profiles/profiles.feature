@needs:start
Feature: Profiles of queries
  DuckDB's own profile is kept with the execution if a session, or an admin for all, wants that,
  from the revision 1.27 on. Each query here has words of its own, which are found in its profile
  only.

  Background:
    Given a lent server

  @profile.default-off
  @sql_executions.query_profile
  @needs:start
  Scenario: By default there is none
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT count(*) AS number FROM range(1000) t (i) WHERE i % 7 = 3
      """
    And "alice" executes by a prepared query:
      """
      SELECT 'prepared' AS text
      """
    Then the column "query_profile" of "sql_executions" has the documented type
    And the executions of "alice" are recorded as:
      | status    | query_profile |
      | 'success' | NULL          |
      | 'success' | NULL          |

  @sql_executions.query_profile
  Scenario Outline: It is a JSON object about the query, by <door>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.capture_query_profile = 'standard'
      """
    And "alice" executes by <door>:
      """
      SELECT i || 'sought' AS word FROM range(1000) t (i) WHERE i % 7 = 3 ORDER BY hash(i)
      """
    And "alice" executes:
      """
      SELECT json_valid(query_profile::VARCHAR) AS json, json_type(query_profile) AS kind,
        query_profile::VARCHAR LIKE '%sought%' AS about_it
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text LIKE 'SELECT i || ''sought%' AND status = 'success'
      """
    Then within the visibility time the rows are:
      | json | kind     | about_it |
      | true | 'OBJECT' | true     |

    Examples:
      | door             |
      | a query          |
      | a prepared query |

  @profile.standard
  Scenario Outline: 'standard' captures the operators with times and cardinalities, by <door>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.capture_query_profile = 'standard'
      """
    And "alice" executes by <door>:
      """
      SELECT i AS number, 'sought ${unique}' AS word FROM range(1000) t (i) WHERE i % 7 = 3 ORDER BY hash(i)
      """
    And "alice" executes:
      """
      SELECT query_profile::VARCHAR LIKE '%"children"%' AS tree, regexp_matches(query_profile::VARCHAR, '"[a-z_]*(timing|time)"') AS times,
        query_profile::VARCHAR LIKE '%cardinality"%' AS cardinalities
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text LIKE 'SELECT i AS number%' AND status = 'success'
      """
    Then within the visibility time the rows are:
      | tree | times | cardinalities |
      | true | true  | true          |

    Examples:
      | door             |
      | a query          |
      | a prepared query |

  @profile.detailed
  Scenario: 'detailed' has more than 'standard' of the same query
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.capture_query_profile = 'standard'
      """
    And "alice" executes:
      """
      SELECT 'measured' AS mode, sum(sqrt(i) + i % 7) AS total FROM range(1000) t (i) WHERE i % 7 = 3
      """
    And "alice" executes:
      """
      SET gizmosql.capture_query_profile = 'detailed'
      """
    And "alice" executes:
      """
      SELECT 'measured' AS mode, sum(sqrt(i) + i % 7) AS total FROM range(1000) t (i) WHERE i % 7 = 3
      """
    And "alice" executes:
      """
      SELECT count(*) AS profiles, last(words ORDER BY execution_start_time) > first(words ORDER BY execution_start_time) AS more FROM (
        SELECT execution_start_time, len(list_distinct(regexp_extract_all(query_profile::VARCHAR, '"\w+"\s*:'))) AS words
        FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
        WHERE session_id = '${alice}' AND sql_text LIKE 'SELECT ''measured''%' AND query_profile IS NOT NULL)
      """
    Then within the visibility time the rows are:
      | profiles | more |
      | 2        | true |

  @profile.off-again
  Scenario: After 'off' there is none, and the earlier one stays
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.capture_query_profile = 'standard'
      """
    And "alice" executes:
      """
      SELECT 'with' AS marked
      """
    And "alice" executes:
      """
      SET gizmosql.capture_query_profile = 'off'
      """
    And "alice" executes:
      """
      SELECT 'without' AS marked
      """
    And "alice" executes:
      """
      SELECT sql_text AS text, query_profile IS NOT NULL AS profiled
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text LIKE 'SELECT ''with%' AND status = 'success' ORDER BY text
      """
    Then within the visibility time the rows are:
      | text                           | profiled |
      | 'SELECT ''with'' AS marked'    | true     |
      | 'SELECT ''without'' AS marked' | false    |

  @profile.own-query
  Scenario: Each of many executions has the profile of its own query
    Given a session "alice" as admin
    And a session "bob" as admin
    When "alice" executes:
      """
      SET gizmosql.capture_query_profile = 'standard'
      """
    And "bob" executes:
      """
      SET gizmosql.capture_query_profile = 'standard'
      """
    And the sessions "alice, bob" execute at once, 6 times each:
      """
      SELECT i || 'word${n}x' AS word FROM range(2000) t (i) WHERE i % 7 = 3 ORDER BY hash(i)
      """
    And "alice" prepares:
      """
      SELECT i || 'word7x' AS word FROM range(?::INTEGER) t (i)
      """
    And "alice" executes the prepared statement once with each of the parameters:
      | INTEGER |
      | '10'    |
      | '20'    |
    And "alice" executes:
      """
      SELECT count(*) AS executions, bool_and(query_profile::VARCHAR LIKE '%' || word || '%') AS own,
        bool_or(regexp_replace(query_profile::VARCHAR, word, '', 'g') LIKE '%word_x%') AS of_another
      FROM (SELECT query_profile, regexp_extract(sql_text, 'word\dx') AS word FROM _gizmosql_instr.main.sql_executions
        JOIN _gizmosql_instr.main.sql_statements USING (statement_id) WHERE session_id IN ('${alice}', '${bob}')
        AND sql_text LIKE 'SELECT i || ''word%' AND status = 'success')
      """
    Then within the visibility time the rows are:
      | executions | own  | of_another |
      | 14         | true | false      |

  @profile.global
  @needs:start
  @needs:roles
  Scenario: An admin sets the default of all sessions without a setting of their own
    Given a server of its own
    And a session "earlier" as user
    And a session "admin" as admin
    When "earlier" executes:
      """
      SELECT 'before' AS marked
      """
    And "admin" executes:
      """
      SET GLOBAL gizmosql.capture_query_profile = 'standard'
      """
    And a session "later" as user
    And "earlier" executes:
      """
      SELECT 'after, earlier' AS marked
      """
    And "later" executes:
      """
      SELECT 'after, later' AS marked
      """
    And "admin" executes:
      """
      SELECT sql_text AS text, query_profile IS NOT NULL AS profiled
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE sql_text LIKE 'SELECT ''%AS marked' AND status = 'success' ORDER BY text
      """
    Then within the visibility time the rows are:
      | text                                  | profiled |
      | 'SELECT ''after, earlier'' AS marked' | true     |
      | 'SELECT ''after, later'' AS marked'   | true     |
      | 'SELECT ''before'' AS marked'         | false    |

  @profile.global
  @needs:start
  @needs:roles
  Scenario Outline: The role <role> is refused SET GLOBAL, and no default changes
    Given a server of its own
    And a session "alice" as <role>
    And a session "admin" as admin
    Then "alice" is refused each of:
      | SET GLOBAL gizmosql.capture_query_profile = 'standard' |
    When "admin" executes:
      """
      SELECT 'after' AS marked
      """
    Then the executions of "admin" are recorded as:
      | sql_text                     | query_profile |
      | 'SELECT ''after'' AS marked' | NULL          |

    Examples:
      | role     |
      | user     |
      | readonly |

  @profile.session-wins
  @needs:start
  Scenario Outline: A session's '<own>' beats the default '<default>'
    Given a server of its own with:
      | query profile | <default> |
    And a session "alice" as admin
    And a session "bob" as admin
    When "alice" executes:
      """
      SET gizmosql.capture_query_profile = '<own>'
      """
    And "alice" executes:
      """
      SELECT 'by alice' AS marked
      """
    And "bob" executes:
      """
      SELECT 'by bob' AS marked
      """
    And "bob" executes:
      """
      SELECT sql_text AS text, query_profile IS NOT NULL AS profiled
      FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE sql_text LIKE 'SELECT ''by%' AND status = 'success' ORDER BY text
      """
    Then within the visibility time the rows are:
      | text                            | profiled    |
      | 'SELECT ''by alice'' AS marked' | <alice has> |
      | 'SELECT ''by bob'' AS marked'   | <bob has>   |

    Examples:
      | default  | own      | alice has | bob has |
      | standard | off      | false     | true    |
      | off      | standard | true      | false   |

  @profile.flag
  @needs:start
  Scenario Outline: The default by <setting>: <mode>
    Given a lent server with:
      | <setting> | <mode> |
    And a session "alice" as admin
    When "alice" executes:
      """
      SELECT 'flagged' AS marked
      """
    And "alice" executes:
      """
      SELECT query_profile IS NOT NULL AS profiled FROM _gizmosql_instr.main.sql_executions
      JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text LIKE 'SELECT ''flagged%' AND status = 'success'
      """
    Then within the visibility time the rows are:
      | profiled   |
      | <profiled> |

    Examples:
      | setting                | mode     | profiled |
      | query profile          | standard | true     |
      | query profile          | detailed | true     |
      | query profile          | off      | false    |
      | query profile variable | standard | true     |

  @profile.invalid
  Scenario Outline: '<value>' is no mode, and the session's mode stays
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.capture_query_profile = 'standard'
      """
    Then "alice" is refused each of:
      | SET gizmosql.capture_query_profile = '<value>' |
    When "alice" executes:
      """
      SELECT 'still' AS marked
      """
    And "alice" executes:
      """
      SELECT query_profile IS NOT NULL AS profiled FROM _gizmosql_instr.main.sql_executions
      JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
      WHERE session_id = '${alice}' AND sql_text LIKE 'SELECT ''still%' AND status = 'success'
      """
    Then within the visibility time the rows are:
      | profiled |
      | true     |

    Examples:
      | value     |
      | verbose   |
      | standards |
      | 1         |

  @profile.in-views
  Scenario Outline: The view <view> has the profiles
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.capture_query_profile = 'standard'
      """
    And "alice" executes:
      """
      SELECT 'viewed ${unique}' AS marked
      """
    And "alice" executes:
      """
      SELECT count(*) > 0 AS seen FROM _gizmosql_instr.main.<view> WHERE query_profile IN (
        SELECT query_profile FROM _gizmosql_instr.main.sql_executions JOIN _gizmosql_instr.main.sql_statements USING (statement_id)
        WHERE session_id = '${alice}' AND sql_text LIKE 'SELECT ''viewed%')
      """
    Then within the visibility time the rows are:
      | seen |
      | true |

    Examples:
      | view              |
      | session_activity  |
      | execution_details |

  @example.profiles
  @needs:instrumentation-file
  Scenario: The documented query of captured profiles
    Given a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.capture_query_profile = 'standard'
      """
    And "alice" executes:
      """
      SELECT 'documented ${unique}' AS marked
      """
    And "alice" executes:
      """
      USE _gizmosql_instr.main
      """
    And "alice" executes:
      """
      SELECT sql_text, duration_ms, coalesce(profile_latency, total_time) IS NOT NULL AS timed FROM (
        SELECT
            e.execution_id,
            st.sql_text,
            e.duration_ms,
            e.query_profile ->> '$.latency' AS profile_latency,
            e.query_profile ->> '$.query.total_time' AS total_time
        FROM sql_executions e
        JOIN sql_statements st ON e.statement_id = st.statement_id
        WHERE e.query_profile IS NOT NULL
        ORDER BY e.execution_start_time DESC
      ) WHERE sql_text LIKE 'SELECT ''documented ${unique}%'
      """
    Then within the visibility time the rows are:
      | sql_text                                    | duration_ms | timed |
      | 'SELECT ''documented ${unique}'' AS marked' | >= 0        | true  |
