Feature: What another user puts in the place of a name shows records to no role but admin
  By the time a statement runs, a name may stand for something else, and another user may have
  made it so. A server may refuse the statement, or go on with what the name stood for.

  # All users share the main database; the names are the scenario's own.
  @role.indirect
  @needs:roles
  Scenario Outline: Another view, made by another user between <preparation> and execution, shows nothing
    Given a session "alice" as admin
    And a session "mallory" as user
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And at the end an admin executes "DROP TABLE IF EXISTS ${home}base_${unique}"
    And at the end an admin executes "DROP VIEW IF EXISTS ${home}own_${unique}"
    And "mallory" executes, line by line:
      """
      CREATE TABLE ${home}base_${unique} AS SELECT 'nothing' AS sql_text
      CREATE VIEW ${home}own_${unique} AS FROM ${home}base_${unique}
      """
    When "bob" tries to execute, line by line:
      """
      <before>
      <prepare>
      """
    And "carol" tries to execute, line by line:
      """
      <before>
      <prepare>
      """
    And "mallory" tries to execute:
      """
      CREATE OR REPLACE VIEW ${home}own_${unique} AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}
      """
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      <execute>
      COMMIT
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | preparation   | before   | prepare                                            | execute                   |
      | PREPARE       | SELECT 1 | PREPARE mine AS FROM ${home}own_${unique}          | EXECUTE mine              |
      | a view        | SELECT 1 | CREATE TEMP VIEW mine AS FROM ${home}own_${unique} | FROM mine                 |
      | a transaction | BEGIN    | FROM ${home}base_${unique}                         | FROM ${home}own_${unique} |

  @role.indirect
  @needs:roles
  Scenario Outline: Another macro, made by another user between <preparation> and execution, shows nothing
    Given a session "alice" as admin
    And a session "mallory" as user
    And a session "bob" as user
    And a session "carol" as readonly
    And a secret of "alice" is on record
    And at the end an admin executes "DROP TABLE IF EXISTS ${home}base_${unique}"
    And at the end an admin executes "DROP MACRO IF EXISTS ${home}own_${unique}"
    And "mallory" executes, line by line:
      """
      CREATE TABLE ${home}base_${unique} AS SELECT 'nothing' AS sql_text
      CREATE MACRO ${home}own_${unique} () AS 'nothing'
      """
    When "bob" tries to execute, line by line:
      """
      <before>
      <prepare>
      """
    And "carol" tries to execute, line by line:
      """
      <before>
      <prepare>
      """
    And "mallory" tries to execute:
      """
      CREATE OR REPLACE MACRO ${home}own_${unique} () AS (SELECT any_value(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${secret row})
      """
    Then "bob" and "carol" do not see the secret, when they execute line by line:
      """
      <execute>
      COMMIT
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | preparation | before   | prepare                                            | execute       |
      | PREPARE     | SELECT 1 | PREPARE mine AS SELECT ${home}own_${unique}()      | EXECUTE mine  |
      | a macro     | SELECT 1 | CREATE TEMP MACRO mine() AS ${home}own_${unique}() | SELECT mine() |

  @role.indirect
  @needs:roles
  Scenario Outline: Another view, made by another user after a statement was prepared by the role <role>, shows nothing
    Given a session "alice" as admin
    And a session "mallory" as user
    And a session "bob" as <role>
    And a secret of "alice" is on record
    And at the end an admin executes "DROP TABLE IF EXISTS ${home}base_${unique}"
    And at the end an admin executes "DROP VIEW IF EXISTS ${home}own_${unique}"
    And "mallory" executes, line by line:
      """
      CREATE TABLE ${home}base_${unique} AS SELECT 'nothing' AS sql_text
      CREATE VIEW ${home}own_${unique} AS FROM ${home}base_${unique}
      """
    And "bob" prepares:
      """
      FROM ${home}own_${unique}
      """
    When "mallory" tries to execute:
      """
      CREATE OR REPLACE VIEW ${home}own_${unique} AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}
      """
    And "bob" tries to execute the prepared statement
    Then "bob" was not shown the secret
    And "bob" is still served

    Examples:
      | role     |
      | user     |
      | readonly |

  # A server that runs a statement again, to say why it broke off, runs what the name stands for by then.
  @role.indirect
  @needs:roles
  Scenario Outline: Another view, made by another user while the role <role> reads the rows of one that breaks off, shows nothing
    Given a session "alice" as admin
    And a session "mallory" as user
    And a session "bob" as <role>
    And a secret of "alice" is on record
    And at the end an admin executes "DROP VIEW IF EXISTS ${home}own_${unique}"
    And "mallory" executes, line by line:
      """
      CREATE VIEW ${home}own_${unique} AS SELECT if(range < 299000, repeat('x', 100), error('the end')) AS sql_text FROM range(300000)
      """
    And "bob" starts executing:
      """
      SELECT sql_text FROM ${home}own_${unique}
      """
    When "bob" has got some rows of it
    And "mallory" tries to execute:
      """
      CREATE OR REPLACE VIEW ${home}own_${unique} AS SELECT error(sql_text) AS sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${secret row}
      """
    And "bob" reads what is left of it
    Then "bob" was not shown the secret
    And "bob" is still served

    Examples:
      | role     |
      | user     |
      | readonly |
