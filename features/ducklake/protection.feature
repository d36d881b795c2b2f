# Beside the records, the catalog has a table of somebody else's in another schema. Init SQL makes both before the
# server protects the catalog.
@needs:start
@needs:lake
Feature: Clients change nothing in the DuckLake of the records, and do not detach it
  The server protects the whole catalog: all of its schemas, what describes it, and its files.

  Background:
    Given an empty folder "lake"
    And the init SQL "attach" with the DuckDB extension "ducklake":
      """
      ${load}
      ATTACH 'ducklake:${lake}/meta.ducklake' AS instr_lake (DATA_PATH '${lake}/data/');
      CREATE SCHEMA instr_lake.other;
      CREATE TABLE instr_lake.other.notes AS SELECT 'kept' AS note;
      """
    When a server of its own with:
      | init SQL | ${attach}  |
      | catalog  | instr_lake |

  @lake.whole-catalog-protected
  Scenario: No row in the catalog can be changed, in whichever schema it is
    Given a session "alice" as admin
    And a session "auditor" as admin
    Then "alice" is refused each of:
      """
      DELETE FROM instr_lake.main.sessions
      UPDATE instr_lake.main.sessions SET status = 'closed'
      INSERT INTO instr_lake.main.sessions (session_id) VALUES (uuid())
      TRUNCATE instr_lake.main.sql_executions
      DELETE FROM instr_lake.other.notes
      UPDATE instr_lake.other.notes SET note = 'changed'
      INSERT INTO instr_lake.other.notes VALUES ('added')
      INSERT INTO instr_lake.other.notes SELECT 'added' WHERE false
      MERGE INTO instr_lake.other.notes USING range(1) ON note = 'kept' WHEN MATCHED THEN DELETE
      TRUNCATE instr_lake.other.notes
      EXPLAIN ANALYZE DELETE FROM instr_lake.other.notes
      WITH x AS (SELECT 'added' AS note) INSERT INTO instr_lake.other.notes FROM x
      DELETE FROM INSTR_LAKE."other".notes
      DELETE FROM "instr_lake" . other . "notes"
      DELETE /* a */ FROM instr_lake/* b */.other/* c */.notes
      SELECT 1; DELETE FROM instr_lake.other.notes
      COPY FROM DATABASE memory TO instr_lake
      """
    When "auditor" executes:
      """
      SELECT note, (SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}') AS status,
        (SELECT count(*) FROM information_schema.tables WHERE table_catalog = 'instr_lake') AS relations
      FROM instr_lake.other.notes
      """
    Then within the visibility time the rows are:
      | note   | status   | relations |
      | 'kept' | 'active' | 9         |
    And "alice" is still served

  @lake.whole-catalog-protected
  Scenario: No object in the catalog can be made, altered or dropped
    Given a session "alice" as admin
    And a session "auditor" as admin
    Then "alice" is refused each of:
      """
      CREATE SCHEMA instr_lake.mine
      CREATE TABLE instr_lake.other.mine (a INTEGER)
      CREATE TABLE instr_lake.main.mine AS SELECT 1 AS a
      CREATE OR REPLACE TABLE instr_lake.other.notes (a INTEGER)
      CREATE VIEW instr_lake.other.mine AS SELECT 1 AS a
      CREATE OR REPLACE VIEW instr_lake.main.active_sessions AS SELECT 1 AS a
      CREATE MACRO instr_lake.other.mine() AS 1
      ALTER TABLE instr_lake.other.notes ADD COLUMN more INTEGER
      ALTER TABLE instr_lake.other.notes RENAME TO moved
      ALTER TABLE instr_lake.other.notes SET PARTITIONED BY (note)
      COMMENT ON TABLE instr_lake.other.notes IS 'mine'
      DROP TABLE instr_lake.other.notes
      DROP TABLE instr_lake.main.sql_executions
      DROP VIEW instr_lake.main.active_sessions
      DROP SCHEMA instr_lake.other CASCADE
      ALTER DATABASE instr_lake SET ALIAS TO mine
      ATTACH OR REPLACE ':memory:' AS instr_lake
      """
    When "auditor" executes:
      """
      SELECT note, (SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}') AS status,
        (SELECT count(*) FROM information_schema.tables WHERE table_catalog = 'instr_lake') AS relations
      FROM instr_lake.other.notes
      """
    Then within the visibility time the rows are:
      | note   | status   | relations |
      | 'kept' | 'active' | 9         |
    And "alice" is still served

  @lake.whole-catalog-protected
  Scenario: No row in the catalog can be changed by any way of executing a statement
    Given a session "alice" as admin
    And a session "auditor" as admin
    Then "alice" is refused, by each way of executing it:
      """
      DELETE FROM instr_lake.other.notes
      """
    When "alice" tries the forbidden by a prepared update, with the parameters "'kept'":
      """
      DELETE FROM instr_lake.other.notes WHERE note = ?::VARCHAR
      """
    Then it is refused
    When "alice" tries to ingest a row into "instr_lake.other.notes", if it exists to append:
      | note    |
      | VARCHAR |
      | 'added' |
    Then it is refused
    When "alice" tries the forbidden, line by line:
      """
      PREPARE mine AS DELETE FROM instr_lake.other.notes
      EXECUTE mine
      """
    Then it is refused
    When "auditor" executes:
      """
      SELECT note, (SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}') AS status,
        (SELECT count(*) FROM information_schema.tables WHERE table_catalog = 'instr_lake') AS relations
      FROM instr_lake.other.notes
      """
    Then within the visibility time the rows are:
      | note   | status   | relations |
      | 'kept' | 'active' | 9         |
    And "alice" is still served

  @lake.whole-catalog-protected
  Scenario Outline: Nothing can be changed by a bare name after <what>
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "alice" executes:
      """
      <sql>
      """
    Then "alice" is refused each of:
      """
      DELETE FROM notes
      INSERT INTO notes VALUES ('x')
      CREATE TABLE mine (a INTEGER)
      DROP TABLE notes
      """
    When "auditor" executes:
      """
      SELECT note, (SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}') AS status,
        (SELECT count(*) FROM information_schema.tables WHERE table_catalog = 'instr_lake') AS relations
      FROM instr_lake.other.notes
      """
    Then within the visibility time the rows are:
      | note   | status   | relations |
      | 'kept' | 'active' | 9         |
    And "alice" is still served

    Examples:
      | what          | sql                                  |
      | USE           | USE instr_lake.other                 |
      | a search path | SET search_path = 'instr_lake.other' |

  @lake.whole-catalog-protected
  Scenario: Nothing can be changed by the functions of the DuckLake, nor in what describes it
    Given a session "alice" as admin
    And a session "auditor" as admin
    Then "alice" is refused each of:
      """
      CALL ducklake_expire_snapshots('instr_lake', older_than => now())
      FROM ducklake_expire_snapshots('instr_lake', older_than => now())
      CALL ducklake_delete_orphaned_files('instr_lake', cleanup_all => true)
      CALL ducklake_set_option('instr_lake', 'parquet_compression', 'zstd')
      CALL instr_lake.set_option('parquet_compression', 'zstd')
      UPDATE __ducklake_metadata_instr_lake.ducklake_metadata SET value = 'x'
      DELETE FROM __ducklake_metadata_instr_lake.main.ducklake_snapshot
      INSERT INTO __ducklake_metadata_instr_lake.ducklake_metadata (key, value) VALUES ('x', 'x')
      CREATE TABLE __ducklake_metadata_instr_lake.main.mine (a INTEGER)
      DROP TABLE "__ducklake_metadata_INSTR_LAKE".ducklake_tag
      """
    When "auditor" executes:
      """
      SELECT note, (SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}') AS status,
        (SELECT count(*) FROM information_schema.tables WHERE table_catalog = 'instr_lake') AS relations
      FROM instr_lake.other.notes
      """
    Then within the visibility time the rows are:
      | note   | status   | relations |
      | 'kept' | 'active' | 9         |
    And "alice" is still served

  # The server may refuse the ATTACH or what follows.
  @lake.whole-catalog-protected
  @needs:files
  Scenario: Nothing can be changed by the files of the DuckLake
    Given a session "alice" as admin
    And a session "auditor" as admin
    When "alice" tries the forbidden, line by line:
      """
      ATTACH 'ducklake:${lake}/meta.ducklake' AS again (DATA_PATH '${lake}/data/')
      DELETE FROM again.other.notes
      """
    Then it is refused
    When "alice" tries the forbidden, line by line:
      """
      ATTACH '${lake}/meta.ducklake' AS metadata
      UPDATE metadata.ducklake_metadata SET value = 'x'
      """
    Then it is refused
    When "alice" tries the forbidden:
      """
      COPY (SELECT 1 AS a) TO '${lake}/meta.ducklake' (FORMAT csv)
      """
    Then it is refused
    When "auditor" executes:
      """
      SELECT note, (SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}') AS status,
        (SELECT count(*) FROM information_schema.tables WHERE table_catalog = 'instr_lake') AS relations
      FROM instr_lake.other.notes
      """
    Then within the visibility time the rows are:
      | note   | status   | relations |
      | 'kept' | 'active' | 9         |
    And "alice" is still served

  @lake.whole-catalog-protected
  @needs:roles
  Scenario: No other role changes anything in the catalog
    Given a session "alice" as user
    And a session "bob" as readonly
    And a session "auditor" as admin
    Then "alice" is refused each of:
      """
      DELETE FROM instr_lake.main.sessions
      INSERT INTO instr_lake.other.notes VALUES ('added')
      CREATE TABLE instr_lake.other.mine (a INTEGER)
      DROP TABLE instr_lake.other.notes
      UPDATE __ducklake_metadata_instr_lake.ducklake_metadata SET value = 'x'
      """
    And "bob" is refused each of:
      """
      DELETE FROM instr_lake.other.notes
      UPDATE instr_lake.other.notes SET note = 'changed'
      CREATE TABLE instr_lake.other.mine (a INTEGER)
      COMMENT ON TABLE instr_lake.other.notes IS 'mine'
      """
    When "auditor" executes:
      """
      SELECT note, (SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}') AS status,
        (SELECT count(*) FROM information_schema.tables WHERE table_catalog = 'instr_lake') AS relations
      FROM instr_lake.other.notes
      """
    Then within the visibility time the rows are:
      | note   | status   | relations |
      | 'kept' | 'active' | 9         |
    And "alice" is still served
    And "bob" is still served

  @lake.no-detach
  Scenario: No spelling of DETACH detaches the catalog
    Given a session "alice" as admin
    And a session "auditor" as admin
    Then "alice" is refused each of:
      """
      DETACH instr_lake
      DETACH instr_lake;
      DETACH DATABASE instr_lake
      DETACH DATABASE IF EXISTS "INSTR_LAKE"
      DETACH "instr_lake"
      DETACH INSTR_LAKE
      detach database if exists instr_lake
      /* a */ DETACH /* b */ instr_lake -- c
      SELECT 1; DETACH instr_lake
      DETACH instr_lake; SELECT 1
      """
    When "auditor" executes:
      """
      SELECT count(*) AS attached FROM duckdb_databases() WHERE database_name = 'instr_lake'
      """
    Then the rows are:
      | attached |
      | 1        |
    When "auditor" executes:
      """
      SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | status   |
      | 'active' |
    And "alice" is still served

  @lake.no-detach
  Scenario: No way of executing DETACH detaches the catalog
    Given a session "alice" as admin
    And a session "auditor" as admin
    Then "alice" is refused, by each way of executing it:
      """
      DETACH instr_lake
      """
    When "auditor" executes:
      """
      SELECT count(*) AS attached FROM duckdb_databases() WHERE database_name = 'instr_lake'
      """
    Then the rows are:
      | attached |
      | 1        |
    When "auditor" executes:
      """
      SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | status   |
      | 'active' |
    And "alice" is still served

  # The engine keeps the default database of a session from being detached, but only by that session.
  @lake.no-detach
  Scenario Outline: DETACH <when> does not detach the catalog
    Given a session "alice" as admin
    And a session "auditor" as admin
    And "alice" executes:
      """
      <sql>
      """
    When "alice" tries to execute:
      """
      DETACH instr_lake
      """
    Then it is refused
    When "alice" tries to execute:
      """
      ROLLBACK
      """
    And "auditor" executes:
      """
      SELECT count(*) AS attached FROM duckdb_databases() WHERE database_name = 'instr_lake'
      """
    Then the rows are:
      | attached |
      | 1        |
    When "auditor" executes:
      """
      SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | status   |
      | 'active' |
    And "alice" is still served

    Examples:
      | when                               | sql                      |
      | after USE                          | USE instr_lake.main      |
      | in a transaction                   | BEGIN TRANSACTION        |
      | after another catalog was attached | ATTACH ':memory:' AS own |

  @lake.no-detach
  @needs:roles
  Scenario: No other role detaches the catalog
    Given a session "alice" as user
    And a session "bob" as readonly
    And a session "auditor" as admin
    Then "alice" is refused each of:
      """
      DETACH instr_lake
      DETACH DATABASE "INSTR_LAKE"
      """
    And "bob" is refused each of:
      """
      DETACH instr_lake
      """
    When "auditor" executes:
      """
      SELECT count(*) AS attached FROM duckdb_databases() WHERE database_name = 'instr_lake'
      """
    Then the rows are:
      | attached |
      | 1        |
    When "auditor" executes:
      """
      SELECT status FROM instr_lake.main.sessions WHERE session_id = '${alice}'
      """
    Then within the visibility time the rows are:
      | status   |
      | 'active' |
    And "alice" is still served
