Feature: Constraints and indexes of the instrumentation file
  Its tables have them from the revision 1.28 on, as DuckDB itself lists them.

  @store.file-constraints
  @needs:instrumentation-file
  Scenario: Each table has its id as the primary key
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT table_name AS "table", array_to_string(constraint_column_names, ', ') AS key FROM duckdb_constraints()
      WHERE database_name = '_gizmosql_instr' AND schema_name = 'main' AND constraint_type = 'PRIMARY KEY' ORDER BY table_name
      """
    Then the rows are:
      | table            | key            |
      | 'instances'      | 'instance_id'  |
      | 'sessions'       | 'session_id'   |
      | 'sql_executions' | 'execution_id' |
      | 'sql_statements' | 'statement_id' |

  @store.file-constraints
  @needs:instrumentation-file
  Scenario Outline: The status of <table> has a CHECK that knows <status>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT count(*) > 0 AS checked FROM duckdb_constraints() WHERE database_name = '_gizmosql_instr' AND schema_name = 'main'
      AND table_name = '<table>' AND constraint_type = 'CHECK' AND constraint_text LIKE '%status%' AND constraint_text LIKE '%''<status>''%'
      """
    Then the rows are:
      | checked |
      | true    |

    Examples:
      | table          | status    |
      | instances      | running   |
      | instances      | stopped   |
      | sessions       | active    |
      | sessions       | killed    |
      | sql_executions | queued    |
      | sql_executions | executing |
      | sql_executions | cancelled |

  # The expressions of an index are listed as "[session_id]".
  @store.file-constraints
  @needs:instrumentation-file
  Scenario Outline: <table> has an index on <columns>
    Given a session "alice" as admin
    When "alice" executes:
      """
      SELECT count(*) > 0 AS indexed FROM duckdb_indexes() WHERE database_name = '_gizmosql_instr' AND schema_name = 'main'
      AND table_name = '<table>' AND regexp_matches(expressions, '^\[[''"]*(<columns>)\b')
      """
    Then the rows are:
      | indexed |
      | true    |

    Examples: columns that refer to another table
      | table          | columns      |
      | sessions       | instance_id  |
      | sql_statements | session_id   |
      | sql_executions | statement_id |

    # Which of the times is not said, so one of each table is enough.
    Examples: columns of times
      | table          | columns                                                |
      | instances      | start_time\|stop_time                                  |
      | sessions       | start_time\|stop_time                                  |
      | sql_statements | created_time                                           |
      | sql_executions | execution_start_time\|execution_end_time\|enqueue_time |
