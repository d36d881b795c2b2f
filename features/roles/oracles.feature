Feature: Other roles than admin cannot even tell whether a record is there
  A server may have to compute something to decide about a statement. Its client must not see what
  came of that.

  @role.indirect
  @needs:roles
  Scenario Outline: <expression> tells other roles nothing
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" cannot tell whether the secret is on record, when they execute line by line:
      """
      <before> <found> FROM _gizmosql_instr.main.sql_statements WHERE ${condition}<after>
      """
    And "bob" is still served
    And "carol" is still served

    Examples: A path, a name or a text that depends on it
      | expression               | before                   | found                                                            | after |
      | The path of read_text    | FROM read_text((SELECT   | CASE WHEN count(*) > 0 THEN '/dev/null' ELSE '/nowhere' END      | ))    |
      | The path of read_csv     | FROM read_csv((SELECT    | CASE WHEN count(*) > 0 THEN '/dev/null' ELSE '/nowhere' END      | ))    |
      | The pattern of glob      | FROM glob((SELECT        | CASE WHEN count(*) > 0 THEN '/dev/null' ELSE '/nowhere' END      | ))    |
      | The table of query_table | FROM query_table((SELECT | CASE WHEN count(*) > 0 THEN 'duckdb_settings' ELSE 'nowhere' END | ))    |
      | The text of query        | FROM query((SELECT       | CASE WHEN count(*) > 0 THEN 'SELECT 1' ELSE 'SELECT 2' END       | ))    |

    Examples: A number or an error that depends on it
      | expression       | before                 | found                                                          | after |
      | A bound of range | FROM range((SELECT     | count(*)                                                       | ))    |
      | A limit          | SELECT 1 LIMIT (SELECT | count(*)                                                       | )     |
      | An error         | SELECT                 | CASE WHEN count(*) > 0 THEN error('one') ELSE error('two') END |       |
      | A plan           | EXPLAIN SELECT         | sql_text                                                       |       |

  @role.indirect
  @needs:roles
  Scenario: A query in the path of read_blob, given as text, tells other roles nothing
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" cannot tell whether the secret is on record, when they execute line by line:
      """
      FROM read_blob((SELECT if(count(*) > 0, '/dev/null', '/nowhere') FROM query($q$FROM _gizmosql_instr.main.sql_statements WHERE ${condition}$q$)))
      """
    And "bob" is still served
    And "carol" is still served

  @role.indirect
  @needs:roles
  Scenario Outline: <expression>, used by a later statement, tells other roles nothing
    Given a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" cannot tell whether the secret is on record, when they execute line by line:
      """
      PREPARE mine AS SELECT $1::VARCHAR
      <before> (SELECT <found> FROM _gizmosql_instr.main.sql_statements WHERE ${condition})<after>
      <then>
      FROM mine
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | expression             | before                                | found                                  | after | then                                |
      | A variable             | SET VARIABLE seen =                   | count(*) > 0                           |       | SELECT getvariable('seen')          |
      | A path in a variable   | SET VARIABLE path =                   | if(count(*) > 0, '/dev/null', '/none') |       | FROM read_text(getvariable('path')) |
      | A setting              | SET search_path =                     | if(count(*) > 0, 'main', 'temp')       |       | SELECT current_schema()             |
      | An argument of EXECUTE | EXECUTE mine(                         | count(*)                               | )     | SELECT 1                            |
      | A default              | CREATE TEMP TABLE mine (a INT DEFAULT | count(*)                               | )     | INSERT INTO mine DEFAULT VALUES     |

  # Whether a path is that of the records decides about some statements.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario Outline: <expression> that may be the file's tells other roles nothing
    Given a lent server
    And a session "alice" as admin
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    Then "bob" and "carol" cannot tell whether the secret is on record, when they execute line by line:
      """
      <before>(SELECT if(count(*) > 0, '${server.records}', '/nowhere/x') FROM _gizmosql_instr.main.sql_statements WHERE ${condition})<after>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | expression                                 | before                         | after |
      | A path                                     | FROM read_text(                | )     |
      | A path, to read a column that is not there | SELECT nothing FROM read_text( | )     |
      | A path to write to                         | COPY (SELECT 1) TO (           | )     |
      | A path of a log                            | SET log_query_path =           |       |
