Feature: A DuckLake whose data is in an object store
  As in the specification's examples, the metadata is in PostgreSQL and the data in S3. The
  secrets for both are made once or at every start.

  Background:
    Given an empty PostgreSQL database "pg"
    And an empty object store "store"
    And the init SQL "attach" with the DuckDB extensions "ducklake, postgres_scanner, httpfs":
      """
      ${load}
      CREATE OR REPLACE SECRET s3_secret (TYPE s3, KEY_ID '${store.key}', SECRET '${store.secret}',
        ENDPOINT '${store.endpoint}', REGION '${store.region}', URL_STYLE 'path', USE_SSL false);
      CREATE OR REPLACE SECRET pg_secret (TYPE postgres, HOST '${pg.host}', PORT ${pg.port},
        DATABASE '${pg.database}', USER '${pg.user}', PASSWORD '${pg.password}');
      CREATE OR REPLACE SECRET ducklake_secret
        (TYPE ducklake, METADATA_PATH '', DATA_PATH 's3://${store.bucket}/instrumentation/',
        METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'pg_secret'});
      ATTACH 'ducklake:ducklake_secret' AS instr_lake (DATA_INLINING_ROW_LIMIT 0);
      """

  @lake.session-secrets
  @needs:start
  @needs:lake
  @needs:object-store
  Scenario: Secrets for both are made at every start
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "first" as admin
    Given "first" executes:
      """
      SELECT 'recorded in the object store'
      """
    When "first" executes:
      """
      SELECT e.status, e.rows_fetched FROM instr_lake.main.sql_executions e
      JOIN instr_lake.main.sql_statements USING (statement_id)
      WHERE session_id = '${first}' AND sql_text = 'SELECT ''recorded in the object store'''
      """
    Then within the visibility time the rows are:
      | status    | rows_fetched |
      | 'success' | 1            |
    And within the visibility time the object store "store" holds objects below "instrumentation/"
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

  @lake.persistent-secrets
  @needs:start
  @needs:kill
  @needs:lake
  @needs:object-store
  Scenario: Secrets for both are kept from an earlier start, and later starts make none
    Given an empty folder "secrets"
    And the init SQL "make the secrets" with the DuckDB extensions "ducklake, postgres_scanner, httpfs":
      """
      SET secret_directory = '${secrets}';
      ${load}
      CREATE PERSISTENT SECRET s3_secret (TYPE s3, KEY_ID '${store.key}', SECRET '${store.secret}',
        ENDPOINT '${store.endpoint}', REGION '${store.region}', URL_STYLE 'path', USE_SSL false);
      CREATE PERSISTENT SECRET pg_secret (TYPE postgres, HOST '${pg.host}', PORT ${pg.port},
        DATABASE '${pg.database}', USER '${pg.user}', PASSWORD '${pg.password}');
      CREATE PERSISTENT SECRET ducklake_secret
        (TYPE ducklake, METADATA_PATH '', DATA_PATH 's3://${store.bucket}/instrumentation/',
        METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'pg_secret'});
      ATTACH 'ducklake:ducklake_secret' AS instr_lake (DATA_INLINING_ROW_LIMIT 0);
      """
    And the init SQL "use the secrets" with the DuckDB extensions "ducklake, postgres_scanner, httpfs":
      """
      SET secret_directory = '${secrets}';
      ${load}
      ATTACH 'ducklake:ducklake_secret' AS instr_lake (DATA_INLINING_ROW_LIMIT 0);
      """
    When a server of its own with:
      | init SQL | ${make the secrets} |
      | catalog  | instr_lake          |
    And a session "first" as admin
    And the server is stopped and started again with:
      | init SQL | ${use the secrets} |
      | catalog  | instr_lake         |
    And a session "second" as admin
    And "second" executes:
      """
      SELECT session_id, status FROM instr_lake.main.sessions WHERE session_id IN ('${first}', '${second}')
      """
    Then within the visibility time the rows are, in any order:
      | session_id | status   |
      | ${first}   | 'closed' |
      | ${second}  | 'active' |
    And within the visibility time the object store "store" holds objects below "instrumentation/"

  @lake.admin-reads
  @needs:start
  @needs:lake
  @needs:roles
  @needs:object-store
  Scenario: The role user does not read the objects either
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |
    And a session "bob" as user
    And a session "auditor" as admin
    And "auditor" executes:
      """
      SELECT count(*) AS sessions FROM instr_lake.main.sessions WHERE session_id = '${bob}'
      """
    Then within the visibility time the rows are:
      | sessions |
      | 1        |
    And within the visibility time the object store "store" holds objects below "instrumentation/"
    And "bob" is refused each of:
      | SELECT count(*) FROM instr_lake.main.sessions                                                     |
      | SELECT count(*) FROM read_parquet('s3://${store.bucket}/instrumentation/main/sessions/*.parquet') |
      | SELECT count(*) FROM read_blob('s3://${store.bucket}/instrumentation/main/sessions/*')            |
      | SELECT count(*) FROM read_parquet('s3://${store.bucket}/inst*/main/sess*/*.parquet')              |
    And "bob" is still served
