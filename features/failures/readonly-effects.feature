Feature: The role readonly has no effect that others could see
  A write is more than INSERT and CREATE: a sequence's next value, a setting of all sessions, a
  file.
  A server may refuse what would have such an effect, or do it without.

  @failed.readonly-write
  @needs:roles
  Scenario Outline: <door> for the next value of an admin's sequence takes none
    Given a session "alice" as admin
    And at the end an admin executes "DROP SEQUENCE IF EXISTS ${home}numbers_${unique}"
    And "alice" has executed:
      """
      CREATE SEQUENCE ${home}numbers_${unique}
      """
    And a session "carol" as readonly
    When "carol" tries to execute, line by line:
      """
      <lines>
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
      | door                | lines                                                                         |
      | A query             | SELECT nextval('${home}numbers_${unique}')                                    |
      | A query of many     | SELECT sum(nextval('${home}numbers_${unique}')) FROM range(100)               |
      | PREPARE and EXECUTE | PREPARE mine AS SELECT nextval('${home}numbers_${unique}')\nEXECUTE mine       |
      | query()             | FROM query($$SELECT nextval('${home}numbers_${unique}')$$)                    |
      | A macro of its own  | CREATE TEMP MACRO mine() AS nextval('${home}numbers_${unique}')\nSELECT mine() |
      | A variable          | SET VARIABLE mine = nextval('${home}numbers_${unique}')                       |
      | EXPLAIN ANALYZE     | EXPLAIN ANALYZE SELECT nextval('${home}numbers_${unique}')                    |
      | A name put together | SELECT nextval('${home}numbers' \|\| '_${unique}')                            |
      | A transaction       | BEGIN\nSELECT nextval('${home}numbers_${unique}')\nCOMMIT                       |

  # A setting of all sessions is more than the reader's own.
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
    When "carol" tries to execute, line by line:
      """
      <lines>
      """
    Then the folder "${reports}" is empty
    And "carol" is still served

    Examples:
      | what                           | lines                                                                                                                                         |
      | The output of profiling        | SET enable_profiling = 'json'\nSET profiling_output = '${reports}/profile.json'\nSELECT 1\nPRAGMA disable_profiling                              |
      | PRAGMA profile_output          | PRAGMA enable_profiling = 'json'\nPRAGMA profile_output = '${reports}/profile.json'\nSELECT 1\nPRAGMA disable_profiling                          |
      | A function for profiling       | CALL enable_profiling(format := 'json', save_location := '${reports}/profile.json')\nSELECT 1\nCALL disable_profiling()                         |
      | A query of that function       | FROM enable_profiling(format := 'json', save_location := '${reports}/profile.json')\nSELECT 1\nFROM disable_profiling()                         |
      | A log of queries               | SET log_query_path = '${reports}/queries.log'\nSELECT 1\nRESET log_query_path                                                                   |
      | A log of the engine            | CALL enable_logging(storage := 'file', storage_path := '${reports}')\nSELECT 1\nCALL disable_logging()                                          |
      | A folder for what memory holds | SET temp_directory = '${reports}/temporary'\nSET memory_limit = '100MB'\nSELECT count(*) FROM (SELECT DISTINCT hash(range) FROM range(5000000)) |
      | COPY TO                        | COPY (SELECT 1) TO '${reports}/one.csv'                                                                                                       |
      | EXPLAIN ANALYZE of COPY TO     | EXPLAIN ANALYZE COPY (SELECT 1) TO '${reports}/one.csv'                                                                                       |
      | EXPORT DATABASE                | EXPORT DATABASE '${reports}'                                                                                                                  |
      | ATTACH                         | ATTACH '${reports}/new.db' AS new_${unique}\nCREATE TABLE new_${unique}.t AS SELECT 1 AS a\nDETACH new_${unique}                                |
      | A secret                       | SET secret_directory = '${reports}'\nCREATE PERSISTENT SECRET s_${unique} (TYPE http, BEARER_TOKEN 'x')                                        |

  # What it would abort is somebody else's.
  @failed.readonly-write
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: <checkpoint> leaves the database's files and others' transactions as they were
    Given a lent server
    And a session "alice" as admin
    And a session "carol" as readonly
    And a table "kept_${unique}" of "alice" with the columns "number INTEGER"
    When "alice" executes:
      """
      BEGIN TRANSACTION
      """
    And "alice" executes:
      """
      INSERT INTO kept_${unique} VALUES (1)
      """
    And "carol" tries to execute, line by line:
      """
      <lines>
      """
    And "alice" executes:
      """
      COMMIT
      """
    Given what the database "${server.database}" holds is remembered
    When "carol" tries to execute, line by line:
      """
      <lines>
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
      | checkpoint         | lines                                                   |
      | CHECKPOINT         | CHECKPOINT                                              |
      | FORCE CHECKPOINT   | FORCE CHECKPOINT                                        |
      | checkpoint()       | FROM checkpoint()                                       |
      | force_checkpoint() | FROM force_checkpoint()                                 |
      | PRAGMA             | PRAGMA force_checkpoint                                 |
      | CALL               | CALL checkpoint()                                       |
      | EXPLAIN ANALYZE    | EXPLAIN ANALYZE SELECT * FROM checkpoint()              |
      | PREPARE            | PREPARE mine AS SELECT * FROM checkpoint()\nEXECUTE mine |
