Feature: Instrumentation in a DuckLake
  Init SQL attaches the catalog. Here its metadata is in a DuckDB file, the simplest case.

  Background:
    Given an empty folder "lake"
    And the init SQL "attach" with the DuckDB extension "ducklake":
      """
      ${load}
      ATTACH 'ducklake:${lake}/meta.ducklake' AS instr_lake (DATA_PATH '${lake}/data/');
      """

  @config.catalog-flag
  @needs:start
  @needs:lake
  Scenario Outline: The catalog by <catalog>
    When a server of its own with:
      | init SQL  | ${attach}  |
      | <catalog> | instr_lake |
    And a session "alice" as admin
    # The schema does not matter here.
    And "alice" executes:
      """
      SELECT DISTINCT database_name AS catalog FROM duckdb_tables() WHERE table_name IN ('instances', 'sessions', 'sql_statements', 'sql_executions')
      """
    Then the rows are:
      | catalog      |
      | 'instr_lake' |

    Examples:
      | catalog          |
      | catalog          |
      | catalog variable |

  @config.schema-flag
  @needs:start
  @needs:lake
  Scenario Outline: The schema by <schema>
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
      | <schema> | audit      |
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT username, status FROM instr_lake.audit.sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | username      | status   |
      | ${alice.user} | 'active' |

    Examples:
      | schema          |
      | schema          |
      | schema variable |

  @config.schema-flag
  @lake.location
  @needs:start
  @needs:lake
  Scenario: Without a schema it is main
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | status   |
      | 'active' |

  @lake.location
  @needs:start
  @needs:lake
  Scenario: After USE the bare names do
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "alice" as admin
    And "alice" executes:
      """
      USE instr_lake.main
      """
    And "alice" executes:
      """
      SELECT session_id FROM active_sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | session_id |
      | ${alice}   |
    When "alice" executes:
      """
      SELECT status, username FROM sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | status   | username      |
      | 'active' | ${alice.user} |

  # The catalog is attached but not named, so the records go to the file.
  @config.catalog-flag
  @needs:start
  @needs:lake
  @needs:instrumentation-file
  Scenario: With neither flag nor variable the records go to the file
    When a server of its own with:
      | init SQL | ${attach} |
    And a session "alice" as admin
    Then the session of "alice" is recorded with:
      | status | 'active' |
    When "alice" executes:
      """
      SELECT count(*) AS tables FROM information_schema.tables WHERE table_catalog = 'instr_lake'
      """
    Then the rows are:
      | tables |
      | 0      |

  @lake.preattached
  @needs:start
  @needs:lake
  Scenario: A catalog that nothing attached keeps the server from starting
    Then no server starts, and it names "instr_lake", with:
      | init SQL | ${load} ATTACH 'ducklake:${lake}/meta.ducklake' AS another_lake (DATA_PATH '${lake}/data/'); |
      | catalog  | instr_lake                                                                                   |

  @lake.no-file
  @needs:start
  @needs:files
  @needs:lake
  Scenario: There is no instrumentation file, wherever one was configured
    Given an empty folder "data"
    And an empty folder "elsewhere"
    When a server of its own with:
      | folder               | ${data}                |
      | working directory    | ${data}                |
      | instrumentation path | ${elsewhere}/custom.db |
      | init SQL             | ${attach}              |
      | catalog              | instr_lake             |
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | status   |
      | 'active' |
    And the folder "${elsewhere}" is empty
    And the folder "${data}" has no instrumentation file

  @lake.creates-tables
  @needs:start
  @needs:lake
  Scenario: The server makes the tables and the views
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
      | schema   | audit      |
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT table_name FROM information_schema.tables
      WHERE table_catalog = 'instr_lake' AND table_schema = 'audit' ORDER BY table_name
      """
    Then the rows are:
      | table_name          |
      | 'active_sessions'   |
      | 'execution_details' |
      | 'instances'         |
      | 'session_activity'  |
      | 'session_stats'     |
      | 'sessions'          |
      | 'sql_executions'    |
      | 'sql_statements'    |
    When "alice" executes:
      """
      SELECT 'a statement to be found'
      """
    And "alice" executes:
      """
      SELECT e.status, e.rows_fetched, i.status AS instance FROM instr_lake.audit.sql_executions e
      JOIN instr_lake.audit.sql_statements s ON s.statement_id = e.statement_id
      JOIN instr_lake.audit.sessions USING (session_id) JOIN instr_lake.audit.instances i USING (instance_id)
      WHERE session_id = '${alice}' AND sql_text = 'SELECT ''a statement to be found'''
      """
    Then within the visibility time the rows are:
      | status    | rows_fetched | instance  |
      | 'success' | 1            | 'running' |
    When "alice" executes:
      """
      SELECT (SELECT count(*) FROM instr_lake.audit.active_sessions WHERE session_id = '${alice}') AS active,
        (SELECT count(*) FROM instr_lake.audit.session_stats WHERE session_id = '${alice}') AS stats,
        (SELECT count(*) > 0 FROM instr_lake.audit.session_activity WHERE session_id = '${alice}') AS activity,
        (SELECT count(*) > 0 FROM instr_lake.audit.execution_details WHERE session_id = '${alice}') AS details
      """
    Then the rows are:
      | active | stats | activity | details |
      | 1      | 1     | true     | true    |

  @lake.admin-reads
  @needs:start
  @needs:lake
  @needs:roles
  Scenario Outline: The role <role> reads nothing in the catalog, an admin everything
    Given the init SQL "attach with notes" with the DuckDB extension "ducklake":
      """
      ${load}
      ATTACH 'ducklake:${lake}/meta.ducklake' AS instr_lake (DATA_PATH '${lake}/data/');
      CREATE SCHEMA instr_lake.other;
      CREATE TABLE instr_lake.other.notes AS SELECT 'secret' AS note;
      """
    When a server of its own with:
      | init SQL | ${attach with notes} |
      | catalog  | instr_lake           |
    And a session "bob" as <role>
    And a session "auditor" as admin
    Then "bob" is refused each of:
      | SELECT count(*) FROM instr_lake.main.instances                            |
      | SELECT count(*) FROM instr_lake.main.sessions                             |
      | SELECT count(*) FROM "INSTR_LAKE".MAIN.sql_statements                     |
      | SELECT count(*) FROM instr_lake.main.sql_executions                       |
      | SELECT count(*) FROM instr_lake.main.active_sessions                      |
      | SELECT count(*) FROM instr_lake.main.session_stats                        |
      | SELECT count(*) FROM instr_lake.other.notes                               |
      | SELECT (SELECT count(*) FROM instr_lake.main.sessions)                    |
      | WITH s AS (SELECT * FROM instr_lake.main.sessions) SELECT count(*) FROM s |
      | SELECT count(*) FROM ducklake_table_info('instr_lake')                    |
      | SELECT count(*) FROM __ducklake_metadata_instr_lake.ducklake_table        |
      | SELECT count(*) FROM query('SELECT * FROM instr_lake.main.sessions')      |
    When "auditor" executes:
      """
      SELECT username, (SELECT note FROM instr_lake.other.notes) AS note FROM instr_lake.main.sessions
      WHERE session_id = '${bob}'
      """
    Then within the visibility time the rows are:
      | username    | note     |
      | ${bob.user} | 'secret' |
    And "bob" is still served

    Examples:
      | role     |
      | user     |
      | readonly |

  @lake.session-secrets
  @needs:start
  @needs:lake
  Scenario: Secrets made anew at every start are good enough
    Given the init SQL "attach" with the DuckDB extension "ducklake":
      """
      ${load}
      CREATE OR REPLACE SECRET lake_secret
        (TYPE ducklake, METADATA_PATH '${lake}/meta.ducklake', DATA_PATH '${lake}/data/');
      ATTACH 'ducklake:lake_secret' AS instr_lake;
      """
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "first" as admin
    And the server is stopped and started again
    And a session "second" as admin
    And "second" executes:
      """
      SELECT session_id, status FROM instr_lake.main.sessions WHERE session_id IN ('${first}', '${second}') ORDER BY status
      """
    Then within the visibility time the rows are:
      | session_id | status   |
      | ${second}  | 'active' |
      | ${first}   | 'closed' |

  @lake.persistent-secrets
  @needs:start
  @needs:kill
  @needs:lake
  Scenario: A secret kept from an earlier start is good enough, and later starts make none
    Given an empty folder "secrets"
    And the init SQL "make the secret" with the DuckDB extension "ducklake":
      """
      SET secret_directory = '${secrets}';
      ${load}
      CREATE PERSISTENT SECRET lake_secret
        (TYPE ducklake, METADATA_PATH '${lake}/meta.ducklake', DATA_PATH '${lake}/data/');
      ATTACH 'ducklake:lake_secret' AS instr_lake;
      """
    And the init SQL "use the secret" with the DuckDB extension "ducklake":
      """
      SET secret_directory = '${secrets}';
      ${load}
      ATTACH 'ducklake:lake_secret' AS instr_lake;
      """
    When a server of its own with:
      | init SQL | ${make the secret} |
      | catalog  | instr_lake         |
    And a session "first" as admin
    And the server is stopped and started again with:
      | init SQL | ${use the secret} |
      | catalog  | instr_lake        |
    And a session "second" as admin
    And "second" executes:
      """
      SELECT session_id, status FROM instr_lake.main.sessions WHERE session_id IN ('${first}', '${second}') ORDER BY status
      """
    Then within the visibility time the rows are:
      | session_id | status   |
      | ${second}  | 'active' |
      | ${first}   | 'closed' |

  # The restarted server must assume that the killed one still runs elsewhere.
  @lake.no-stale-cleanup
  @needs:start
  @needs:kill
  @needs:lake
  Scenario: A start completes nothing that another server left open
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "alice" as admin
    And a session "bob" as admin
    Given "alice" starts executing:
      """
      SELECT sum(random()) FROM range(1000000000000) WHERE ${within a minute}
      """
    When "bob" executes:
      """
      SELECT e.status, s.status AS session FROM instr_lake.main.sql_executions e
      JOIN instr_lake.main.sql_statements st ON st.statement_id = e.statement_id
      JOIN instr_lake.main.sessions s ON s.session_id = st.session_id
      WHERE s.session_id = '${alice}' AND st.sql_text LIKE '%sum(random())%'
      """
    Then within the visibility time the rows are:
      | status      | session  |
      | 'executing' | 'active' |
    When the server is killed and started again
    And a session "after" as admin
    And "after" executes:
      """
      SELECT i.status AS instance, i.stop_reason, s.status AS session, s.stop_time, e.status AS execution, e.execution_end_time
      FROM instr_lake.main.instances i JOIN instr_lake.main.sessions s ON s.instance_id = i.instance_id
      JOIN instr_lake.main.sql_statements st ON st.session_id = s.session_id
      JOIN instr_lake.main.sql_executions e ON e.statement_id = st.statement_id
      WHERE s.session_id = '${alice}' AND st.sql_text LIKE '%sum(random())%'
      """
    Then the rows are:
      | instance  | stop_reason | session  | stop_time | execution   | execution_end_time |
      | 'running' | NULL        | 'active' | NULL      | 'executing' | NULL               |
    When "after" executes:
      """
      SELECT instance_id FROM instr_lake.main.sessions WHERE session_id = '${after}'
      """
    Then within the visibility time the rows are:
      | instance_id       |
      | ${after.instance} |
    And "alice.instance" and "after.instance" are different

  @lake.deprecated
  @needs:start
  @needs:lake
  @needs:logs
  Scenario: A start with a DuckLake as the store is warned of
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    Then the log has a warning that says "deprecated"

  # The lake is attached, but the records go to the file.
  @lake.deprecated
  @needs:start
  @needs:lake
  @needs:logs
  @needs:instrumentation-file
  Scenario: A DuckLake that is not the store is no cause of a warning
    When a server of its own with:
      | init SQL | ${attach} |
    Then the log has no warning that says "deprecated"

  @lake.no-constraints
  @needs:start
  @needs:lake
  Scenario: The tables in a DuckLake have no keys, checks and indexes
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT (SELECT count(*) FROM duckdb_constraints() WHERE database_name = 'instr_lake' AND constraint_type <> 'NOT NULL') AS constraints,
        (SELECT count(*) FROM duckdb_indexes() WHERE database_name = 'instr_lake') AS indexes,
        (SELECT count(*) FROM duckdb_tables() WHERE database_name = 'instr_lake') AS tables
      """
    Then the rows are:
      | constraints | indexes | tables |
      | 0           | 0       | 4      |

  # The main database must exist before it is opened read-only.
  @lake.readonly-attach
  @needs:start
  @needs:kill
  @needs:lake
  Scenario: With --readonly a lake attached READ_WRITE is written, and another keeps the server from starting
    Given an empty folder "data"
    When a server of its own with:
      | folder | ${data} |
    And the server is stopped and started again with:
      | access   | read-only                                                                                              |
      | catalog  | instr_lake                                                                                             |
      | init SQL | ${load} ATTACH 'ducklake:${lake}/meta.ducklake' AS instr_lake (DATA_PATH '${lake}/data/', READ_WRITE); |
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT i.readonly, s.status FROM instr_lake.main.sessions s JOIN instr_lake.main.instances i USING (instance_id)
      WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | readonly | status   |
      | true     | 'active' |

  @lake.readonly-attach
  @needs:start
  @needs:kill
  @needs:lake
  Scenario: With --readonly a lake attached without READ_WRITE keeps the server from starting
    Given an empty folder "data"
    And a server of its own with:
      | folder | ${data} |
    Then the server does not start again, and names "instr_lake", with:
      | access   | read-only  |
      | catalog  | instr_lake |
      | init SQL | ${attach}  |

  @needs:start
  @needs:lake
  @needs:instrumentation
  Scenario Outline: <call> names the lake and its schema
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
      | schema   | audit      |
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT <call> AS value
      """
    Then the rows are:
      | value   |
      | <value> |

    @function.instrumentation_catalog
    Examples:
      | call                               | value        |
      | GIZMOSQL_INSTRUMENTATION_CATALOG() | 'instr_lake' |

    @function.instrumentation_schema
    Examples:
      | call                              | value   |
      | GIZMOSQL_INSTRUMENTATION_SCHEMA() | 'audit' |

  @function.discovery
  @needs:start
  @needs:lake
  @needs:instrumentation
  Scenario: By the functions alone a client finds the tables in the lake
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
      | schema   | audit      |
    And a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_INSTRUMENTATION_CATALOG() AS catalog
      """
    Given its value is remembered as "catalog"
    When "alice" executes:
      """
      SELECT GIZMOSQL_INSTRUMENTATION_SCHEMA() AS schema
      """
    Given its value is remembered as "schema"
    When "alice" executes:
      """
      SELECT username FROM ${catalog}.${schema}.sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | username      |
      | ${alice.user} |
