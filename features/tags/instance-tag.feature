Feature: The tag of an instance
  It is given at the start of the server, as a JSON text, from the revision 1.21 on.

  @config.instance-tag
  @instances.instance_tag
  @needs:start
  Scenario Outline: The tag by <setting>
    Given a lent server with:
      | <setting> | {"env":"staging","region":"us-east-1"} |
    And a session "alice" as admin
    Then the column "instance_tag" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | instance_tag | the JSON {"env":"staging","region":"us-east-1"} |
    When "alice" executes:
      """
      SELECT instance_tag->>'env' AS env FROM _gizmosql_instr.main.instances WHERE instance_id = '${alice.instance}'
      """
    Then the rows are:
      | env       |
      | 'staging' |

    Examples:
      | setting               |
      | instance tag          |
      | instance tag variable |

  @config.instance-tag
  @needs:start
  Scenario: The flag precedes the variable
    Given a lent server with:
      | instance tag          | {"by":"flag"}     |
      | instance tag variable | {"by":"variable"} |
    And a session "alice" as admin
    Then the instance of "alice" is recorded with:
      | instance_tag | the JSON {"by":"flag"} |

  @instances.instance_tag
  @needs:start
  Scenario: Without a tag it is NULL
    Given a lent server
    And a session "alice" as admin
    Then the instance of "alice" is recorded with:
      | instance_tag | NULL |

  @config.instance-tag
  @needs:start
  Scenario Outline: <text> is no tag
    Then no server starts, and it names "JSON", with:
      | <setting> | <text> |

    Examples:
      | setting               | text          |
      | instance tag          | production    |
      | instance tag          | {"env":       |
      | instance tag          | {"a":1} x     |
      | instance tag variable | {env: 'prod'} |

  # Tags of sessions are not tags of the instance, and no client can change that.
  @instances.instance_tag
  @needs:start
  Scenario: Nothing changes it while the server runs
    Given a lent server with:
      | instance tag | {"env":"kept"} |
    And a session "alice" as admin
    When "alice" executes:
      """
      SET gizmosql.session_tag = '{"env":"of a session"}'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = '{"env":"of a query"}'
      """
    And "alice" tries to execute:
      """
      SET gizmosql.instance_tag = '{"env":"changed"}'
      """
    And "alice" tries to execute:
      """
      SET GLOBAL gizmosql.instance_tag = '{"env":"changed"}'
      """
    Then the session of "alice" is recorded with:
      | session_tag | the JSON {"env":"of a session"} |
    And the instance of "alice" is recorded with:
      | instance_tag | the JSON {"env":"kept"} |

  @instances.instance_tag
  @needs:start
  @needs:kill
  Scenario: Each instance has the tag of its own start
    Given a server of its own with:
      | instance tag | {"run":1} |
    And a session "alice" as admin
    Then the instance of "alice" is recorded with:
      | instance_tag | the JSON {"run":1} |
    When the server is stopped and started again with:
      | instance tag | {"run":2} |
    And a session "bob" as admin
    Then the instance of "alice" is recorded with:
      | instance_tag | the JSON {"run":1} |
    And the instance of "bob" is recorded with:
      | instance_tag | the JSON {"run":2} |

  @example.tags
  @needs:start
  Scenario: The documented queries of tags
    Given a server of its own with:
      | instance tag | {"env":"production"} |
    And a session "alice" as admin
    And a session "bob" as admin
    When "alice" executes:
      """
      SET gizmosql.session_tag = '{"team":"data-eng","cost_center":"CC-123"}'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = '{"request_id":"req-abc-123","pipeline":"daily-etl"}'
      """
    And "alice" executes:
      """
      SELECT 'tagged'
      """
    And "alice" executes:
      """
      SET gizmosql.query_tag = ''
      """
    And "bob" executes:
      """
      SELECT session_id, username FROM (
        SELECT * FROM _gizmosql_instr.sessions
        WHERE session_tag->>'team' = 'data-eng'
      )
      """
    Then within the visibility time the rows are:
      | session_id | username      |
      | ${alice}   | ${alice.user} |
    When "bob" executes:
      """
      SELECT DISTINCT sql_text, query_tag FROM (
        SELECT sql_text, query_tag, created_time
        FROM _gizmosql_instr.sql_statements
        WHERE query_tag->>'request_id' = 'req-abc-123'
      ) WHERE sql_text NOT LIKE 'SET %'
      """
    Then within the visibility time the rows are:
      | sql_text            | query_tag                                                    |
      | 'SELECT ''tagged''' | the JSON {"request_id":"req-abc-123","pipeline":"daily-etl"} |
    When "bob" executes:
      """
      SELECT i.instance_tag->>'env' AS environment,
             COUNT(*) AS total_executions,
             AVG(e.duration_ms) AS avg_duration_ms
      FROM _gizmosql_instr.execution_details e
      JOIN _gizmosql_instr.instances i ON e.instance_id = i.instance_id
      GROUP BY 1;
      """
    Then within the visibility time the rows are:
      | environment  | total_executions | avg_duration_ms |
      | 'production' | >= 3             | >= 0            |
