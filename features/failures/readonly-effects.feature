Feature: The role readonly has no effect that others could see
  A write is more than INSERT and CREATE: it may be the next value of a sequence, a setting of all
  sessions, or a file. The server may refuse what would have such an effect, or do it without the
  effect.

  @failed.readonly-write
  @needs:roles
  Scenario Outline: <door> for the next value of an admin's sequence takes none
    Given a session "alice" as admin
    And at the end an admin executes "DROP SEQUENCE IF EXISTS ${home}numbers_${unique}"
    And "alice" executes, line by line:
      """
      CREATE SEQUENCE ${home}numbers_${unique}
      """
    And a session "carol" as readonly
    When "carol" tries to execute, line by line:
      """
      <first>
      <then>
      COMMIT
      """
    And "alice" executes:
      """
      SELECT nextval('${home}numbers_${unique}') AS next
      """
    Then the rows are:
      | next |
      | 1    |
    And "carol" is still served

    Examples:
      | door               | first                                                           | then                                                            |
      | A query            | SELECT 1                                                        | SELECT nextval('${home}numbers_${unique}')                      |
      | EXECUTE in SQL     | PREPARE mine AS SELECT nextval('${home}numbers_${unique}')      | EXECUTE mine                                                    |
      | query()            | SELECT 1                                                        | FROM query($$SELECT nextval('${home}numbers_${unique}')$$)      |
      | A macro of its own | CREATE TEMP MACRO mine() AS nextval('${home}numbers_${unique}') | SELECT mine()                                                   |
      | A variable         | SELECT 1                                                        | SET VARIABLE mine = nextval('${home}numbers_${unique}')         |
      | EXPLAIN ANALYZE    | SELECT 1                                                        | EXPLAIN ANALYZE SELECT nextval('${home}numbers_${unique}')      |
      | A computed name    | SELECT 1                                                        | SELECT nextval('${home}numbers' \|\| '_${unique}')              |
      | A transaction      | BEGIN                                                           | SELECT sum(nextval('${home}numbers_${unique}')) FROM range(100) |

  @failed.readonly-write
  @needs:roles
  @needs:start
  Scenario Outline: <setting> of all sessions stays as it is
    Given a lent server
    And a session "alice" as admin
    And a session "carol" as readonly
    And at the end an admin executes "RESET GLOBAL <setting>"
    And "alice" executes:
      """
      SELECT current_setting('<setting>')
      """
    And its value is remembered as "before"
    When "carol" tries to execute, line by line:
      """
      SET GLOBAL <setting> = <value>
      PRAGMA <setting> = <value>
      """
    Given a session "later" as user
    When "later" executes:
      """
      SELECT current_setting('<setting>') AS now
      """
    Then the rows are:
      | now       |
      | ${before} |
    When "alice" executes:
      """
      SELECT current_setting('<setting>') AS now
      """
    Then the rows are:
      | now       |
      | ${before} |

    Examples:
      | setting            | value            |
      | TimeZone           | 'Asia/Kathmandu' |
      | default_order      | 'DESC'           |
      | default_null_order | 'NULLS FIRST'    |
      | threads            | 3                |
      | memory_limit       | '900MB'          |

  @failed.readonly-write
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: <what> leaves no file
    Given a lent server
    And an empty folder "reports"
    And a session "carol" as readonly
    And at the end an admin executes "DETACH DATABASE IF EXISTS new_${unique}"
    When "carol" tries to execute, line by line:
      """
      <first>
      <then>
      SELECT 1
      PRAGMA disable_profiling
      CALL disable_logging()
      RESET log_query_path
      """
    Then the folder "${reports}" is empty
    And "carol" is still served

    Examples: By what the engine writes itself
      | what                     | first                            | then                                                                          |
      | The output of profiling  | SET enable_profiling = 'json'    | SET profiling_output = '${reports}/profile.json'                              |
      | PRAGMA profile_output    | PRAGMA enable_profiling = 'json' | PRAGMA profile_output = '${reports}/profile.json'                             |
      | A function for profiling | SELECT 1                         | CALL enable_profiling(format := 'json', save_location := '${reports}/a.json') |
      | A query of that function | SELECT 1                         | FROM enable_profiling(format := 'json', save_location := '${reports}/a.json') |
      | A log of queries         | SELECT 1                         | SET log_query_path = '${reports}/queries.log'                                 |
      | A log of the engine      | SELECT 1                         | CALL enable_logging(storage := 'file', storage_path := '${reports}')          |

    Examples: By what the client writes
      | what                       | first                                       | then                                                               |
      | COPY TO                    | SELECT 1                                    | COPY (SELECT 1) TO '${reports}/one.csv'                            |
      | EXPLAIN ANALYZE of COPY TO | SELECT 1                                    | EXPLAIN ANALYZE COPY (SELECT 1) TO '${reports}/one.csv'            |
      | EXPORT DATABASE            | SELECT 1                                    | EXPORT DATABASE '${reports}'                                       |
      | ATTACH                     | ATTACH '${reports}/new.db' AS new_${unique} | CREATE TABLE new_${unique}.t AS SELECT 1 AS a                      |
      | A secret                   | SET secret_directory = '${reports}'         | CREATE PERSISTENT SECRET s_${unique} (TYPE http, BEARER_TOKEN 'x') |

  @failed.readonly-write
  @needs:roles
  @needs:start
  @needs:files
  Scenario: The folder for temporary files stays empty
    Given a lent server
    And an empty folder "reports"
    And a session "carol" as readonly
    When "carol" tries to execute, line by line:
      """
      SET temp_directory = '${reports}/temporary'
      SET memory_limit = '100MB'
      SELECT count(*) FROM (SELECT DISTINCT hash(range) FROM range(5000000))
      """
    Then the folder "${reports}" is empty
    And "carol" is still served

  # A checkpoint writes the database's files, and may abort the transactions of others or wait for them.
  @failed.readonly-write
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: <checkpoint> leaves the database's files and others' transactions as they were
    Given a lent server
    And a session "alice" as admin
    And a session "carol" as readonly that waits no longer than 3 s
    And a table "kept_${unique}" of "alice" with the columns "number INTEGER"
    And "alice" executes, line by line:
      """
      BEGIN TRANSACTION
      INSERT INTO kept_${unique} VALUES (1)
      """
    When "carol" tries to execute, line by line:
      """
      <sql>
      <then>
      """
    And "alice" executes:
      """
      COMMIT
      """
    Given what the database "${server.database}" holds is remembered
    When "carol" tries to execute, line by line:
      """
      <sql>
      <then>
      """
    Then the database "${server.database}" holds what it held
    When "alice" executes:
      """
      SELECT number FROM kept_${unique}
      """
    Then the rows are:
      | number |
      | 1      |
    And "carol" is still served

    Examples:
      | checkpoint       | sql                                              | then         |
      | CHECKPOINT       | CHECKPOINT                                       | SELECT 1     |
      | FORCE CHECKPOINT | FORCE CHECKPOINT                                 | SELECT 1     |
      | checkpoint()     | FROM checkpoint()                                | SELECT 1     |
      | PRAGMA           | PRAGMA force_checkpoint                          | SELECT 1     |
      | CALL             | CALL checkpoint()                                | SELECT 1     |
      | EXPLAIN ANALYZE  | EXPLAIN ANALYZE SELECT * FROM force_checkpoint() | SELECT 1     |
      | PREPARE          | PREPARE mine AS SELECT * FROM checkpoint()       | EXECUTE mine |
