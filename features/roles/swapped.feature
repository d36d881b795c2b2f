Feature: What another user puts in the place of a name shows no role but admin anything
  A name may stand for something else by the time a statement runs, and who made it so may be
  somebody
  else. A server may refuse the statement, or go on with what the name stood for.

  # What is in the main database is everybody's; the names are the scenario's own.
  @role.indirect
  @needs:roles
  Scenario Outline: Another <kind>, made by another user between <preparation> and execution, shows nothing
    Given a session "alice" as admin
    And a session "mallory" as user
    And a session "bob" as user
    And a session "carol" as readonly
    And "alice" has left a canary in the records
    And at the end an admin executes "DROP TABLE IF EXISTS ${home}base_${unique}"
    And at the end an admin executes "DROP <kind> IF EXISTS ${home}own_${unique}"
    And "mallory" has executed:
      """
      CREATE TABLE ${home}base_${unique} AS SELECT 'nothing' AS sql_text
      CREATE <kind> ${home}own_${unique} <first>
      """
    When "bob" tries to execute, line by line:
      """
      <prepare>
      """
    And "carol" tries to execute, line by line:
      """
      <prepare>
      """
    And "mallory" tries to execute, line by line:
      """
      CREATE OR REPLACE <kind> ${home}own_${unique} <second>
      """
    Then neither "bob" nor "carol" finds the canary by:
      """
      <execute>
      """
    And "bob" is still served
    And "carol" is still served

    Examples:
      | kind  | preparation   | first                         | second                                                                                       | prepare                                                            | execute                          |
      | VIEW  | PREPARE       | AS FROM ${home}base_${unique} | AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                 | PREPARE mine AS FROM ${home}own_${unique}                          | EXECUTE mine                     |
      | VIEW  | a view        | AS FROM ${home}base_${unique} | AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                 | CREATE TEMP VIEW mine AS SELECT sql_text FROM ${home}own_${unique} | SELECT sql_text FROM mine        |
      | VIEW  | a transaction | AS FROM ${home}base_${unique} | AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}                 | BEGIN\nFROM ${home}base_${unique}                                   | FROM ${home}own_${unique}\nCOMMIT |
      | MACRO | PREPARE       | () AS 'nothing'               | () AS (SELECT any_value(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${its row}) | PREPARE mine AS SELECT ${home}own_${unique}()                      | EXECUTE mine                     |
      | MACRO | a macro       | () AS 'nothing'               | () AS (SELECT any_value(sql_text) FROM _gizmosql_instr.main.sql_statements WHERE ${its row}) | CREATE TEMP MACRO mine() AS ${home}own_${unique}()                 | SELECT mine()                    |

  @role.indirect
  @needs:roles
  Scenario Outline: Another view, made by another user after a statement was prepared by the role <role>, shows nothing
    Given a session "alice" as admin
    And a session "mallory" as user
    And a session "bob" as <role>
    And "alice" has left a canary in the records
    And at the end an admin executes "DROP TABLE IF EXISTS ${home}base_${unique}"
    And at the end an admin executes "DROP VIEW IF EXISTS ${home}own_${unique}"
    And "mallory" has executed:
      """
      CREATE TABLE ${home}base_${unique} AS SELECT 'nothing' AS sql_text
      CREATE VIEW ${home}own_${unique} AS FROM ${home}base_${unique}
      """
    When "bob" prepares:
      """
      FROM ${home}own_${unique}
      """
    And "mallory" tries to execute, line by line:
      """
      CREATE OR REPLACE VIEW ${home}own_${unique} AS SELECT sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}
      """
    And "bob" tries to execute the prepared statement
    Then "bob" was not shown the canary
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
    And "alice" has left a canary in the records
    And at the end an admin executes "DROP VIEW IF EXISTS ${home}own_${unique}"
    And "mallory" has executed:
      """
      CREATE VIEW ${home}own_${unique} AS SELECT CASE WHEN range < 299000 THEN repeat('x', 100) ELSE error('the end') END AS sql_text FROM range(300000)
      """
    When "bob" starts executing:
      """
      SELECT sql_text FROM ${home}own_${unique}
      """
    And "bob" has got some rows of it
    And "mallory" tries to execute, line by line:
      """
      CREATE OR REPLACE VIEW ${home}own_${unique} AS SELECT error(sql_text) AS sql_text FROM _gizmosql_instr.main.sql_statements WHERE ${its row}
      """
    And "bob" reads what is left of it
    Then "bob" was not shown the canary
    And "bob" is still served

    Examples:
      | role     |
      | user     |
      | readonly |
