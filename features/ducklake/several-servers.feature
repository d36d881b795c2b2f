Feature: Servers that share a DuckLake
  The metadata is in PostgreSQL, as the examples of the specification have it, so that several
  servers can write to one catalog.

  Background:
    Given an empty folder "lake"
    And an empty PostgreSQL database "pg"
    And the init SQL "attach" with the DuckDB extensions "ducklake, postgres_scanner":
      """
      ${load}
      CREATE OR REPLACE SECRET pg_secret (TYPE postgres, HOST '${pg.host}', PORT ${pg.port},
        DATABASE '${pg.database}', USER '${pg.user}', PASSWORD '${pg.password}');
      CREATE OR REPLACE SECRET ducklake_secret (TYPE ducklake, METADATA_PATH '', DATA_PATH '${lake}/data/',
        METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'pg_secret'});
      ATTACH 'ducklake:ducklake_secret' AS instr_lake;
      """

  @lake.postgres-catalog
  @lake.session-secrets
  @needs:start
  @needs:lake
  @needs:postgres
  Scenario: The metadata is in PostgreSQL, the secrets are made at every start
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "first" as admin
    Given "first" executes:
      """
      SELECT 'recorded in the lake'
      """
    When "first" executes:
      """
      SELECT e.status, e.rows_fetched, s.status AS session, i.status AS instance
      FROM instr_lake.main.sql_executions e JOIN instr_lake.main.sql_statements st USING (statement_id)
      JOIN instr_lake.main.sessions s USING (session_id) JOIN instr_lake.main.instances i USING (instance_id)
      WHERE session_id = '${first}' AND sql_text = 'SELECT ''recorded in the lake'''
      """
    Then within the visibility time the rows are:
      | status    | rows_fetched | session  | instance  |
      | 'success' | 1            | 'active' | 'running' |
    When the server is stopped and started again
    And a session "second" as admin
    And "second" executes:
      """
      SELECT s.session_id, s.status, i.status AS instance
      FROM instr_lake.main.sessions s JOIN instr_lake.main.instances i USING (instance_id)
      WHERE session_id IN ('${first}', '${second}')
      """
    Then within the visibility time the rows are, in any order:
      | session_id | status   | instance  |
      | ${first}   | 'closed' | 'stopped' |
      | ${second}  | 'active' | 'running' |

  @lake.shared
  @needs:start
  @needs:lake
  @needs:postgres
  Scenario: Every server has an id of its own, and instances lists them all
    When the servers "north, east, south" with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "alice" as admin on the server "north"
    And a session "bob" as admin on the server "east"
    And a session "carol" as admin on the server "south"
    Then "alice.instance" and "bob.instance" are different
    And "alice.instance" and "carol.instance" are different
    And "bob.instance" and "carol.instance" are different
    When "bob" executes:
      """
      SELECT instance_id, session_id, i.status AS instance, s.status AS session
      FROM instr_lake.main.instances i LEFT JOIN instr_lake.main.sessions s USING (instance_id)
      """
    Then within the visibility time the rows are, in any order:
      | instance_id       | session_id | instance  | session  |
      | ${alice.instance} | ${alice}   | 'running' | 'active' |
      | ${bob.instance}   | ${bob}     | 'running' | 'active' |
      | ${carol.instance} | ${carol}   | 'running' | 'active' |
    When the servers "south" are stopped
    And "alice" executes:
      """
      SELECT instance_id, status FROM instr_lake.main.instances
      """
    Then within the visibility time the rows are, in any order:
      | instance_id       | status    |
      | ${alice.instance} | 'running' |
      | ${bob.instance}   | 'running' |
      | ${carol.instance} | 'stopped' |

  # All servers write and change every kind of record at the same time, so a conflict could lose any of them.
  @lake.concurrent-writers
  @needs:start
  @needs:lake
  @needs:postgres
  Scenario: Four servers that write at once lose nothing
    When the servers "north, east, south, west" with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "n1" as admin on the server "north"
    And a session "n2" as admin on the server "north"
    And a session "e1" as admin on the server "east"
    And a session "e2" as admin on the server "east"
    And a session "s1" as admin on the server "south"
    And a session "s2" as admin on the server "south"
    And a session "w1" as admin on the server "west"
    And a session "w2" as admin on the server "west"
    And a session "auditor" as admin on the server "west"
    And the sessions "n1, n2, e1, e2, s1, s2, w1, w2" execute at once, 60 times each:
      """
      SELECT ${n} AS of_many
      """
    And "auditor" executes:
      """
      SELECT count(*) AS executions, count(DISTINCT (session_id, sql_text)) AS texts, count(DISTINCT execution_id) AS ids,
        count(DISTINCT session_id) AS sessions, count(DISTINCT instance_id) AS instances
      FROM instr_lake.main.sql_executions e JOIN instr_lake.main.sql_statements USING (statement_id)
      JOIN instr_lake.main.sessions USING (session_id) JOIN instr_lake.main.instances USING (instance_id)
      WHERE sql_text SIMILAR TO 'SELECT [0-9]+ AS of_many' AND e.status = 'success' AND rows_fetched = 1
      """
    Then within the visibility time the rows are:
      | executions | texts | ids | sessions | instances |
      | 480        | 480   | 480 | 8        | 4         |
    When "n1, n2, e1, e2, s1, s2, w1, w2" close their sessions
    And "auditor" executes:
      """
      SELECT status, count(*) AS sessions, count(stop_time) AS ended FROM instr_lake.main.sessions
      WHERE session_id <> '${auditor}' GROUP BY status
      """
    Then within the visibility time the rows are:
      | status   | sessions | ended |
      | 'closed' | 8        | 8     |
    When the servers "north, east, south, west" are stopped
    And the servers "after" with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "reader" as admin on the server "after"
    And "reader" executes:
      """
      SELECT count(DISTINCT instance_id) AS instances, count(*) AS instance_rows, count(stop_time) AS stopped,
        (SELECT count(DISTINCT execution_id) FROM instr_lake.main.sql_executions) - (SELECT count(*) FROM instr_lake.main.sql_executions) AS doubled,
        (SELECT count(DISTINCT (session_id, sql_text)) FROM instr_lake.main.sql_statements WHERE sql_text SIMILAR TO 'SELECT [0-9]+ AS of_many') AS texts
      FROM instr_lake.main.instances WHERE instance_id <> '${reader.instance}'
      """
    Then the rows are:
      | instances | instance_rows | stopped | doubled | texts |
      | 4         | 4             | 4       | 0       | 480   |

  # Its open records stay open: the other servers cannot know that it does not run any more.
  @lake.no-stale-cleanup
  @lake.shared
  @needs:start
  @needs:kill
  @needs:lake
  @needs:postgres
  Scenario: A server that is killed takes nothing of the others with it
    When the servers "north, east, south, west" with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "alice" as admin on the server "north"
    And a session "bob" as admin on the server "east"
    And a session "carol" as admin on the server "south"
    And a session "dave" as admin on the server "west"
    And the sessions "alice, bob, carol, dave" execute at once, 10 times each:
      """
      SELECT ${n} AS before_the_end
      """
    And "dave" executes:
      """
      SELECT count(*) AS executions FROM instr_lake.main.sql_executions e JOIN instr_lake.main.sql_statements USING (statement_id)
      WHERE sql_text SIMILAR TO 'SELECT [0-9]+ AS before_the_end' AND e.status = 'success'
      """
    Then within the visibility time the rows are:
      | executions |
      | 40         |
    When the server "north" is killed
    And the sessions "bob, carol, dave" execute at once, 10 times each:
      """
      SELECT ${n} AS after_the_end
      """
    And "dave" executes:
      """
      SELECT session_id, s.status AS session, s.stop_time, i.status AS instance,
        count(*) FILTER (sql_text SIMILAR TO 'SELECT [0-9]+ AS before_the_end') AS before,
        count(*) FILTER (sql_text SIMILAR TO 'SELECT [0-9]+ AS after_the_end') AS after
      FROM instr_lake.main.instances i JOIN instr_lake.main.sessions s USING (instance_id)
      JOIN instr_lake.main.sql_statements USING (session_id) JOIN instr_lake.main.sql_executions e USING (statement_id)
      WHERE e.status = 'success' GROUP BY ALL
      """
    Then within the visibility time the rows are, in any order:
      | session_id | session  | stop_time | instance  | before | after |
      | ${alice}   | 'active' | NULL      | 'running' | 10     | 0     |
      | ${bob}     | 'active' | NULL      | 'running' | 10     | 10    |
      | ${carol}   | 'active' | NULL      | 'running' | 10     | 10    |
      | ${dave}    | 'active' | NULL      | 'running' | 10     | 10    |
