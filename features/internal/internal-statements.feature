Feature: Internal and client statements
  The records distinguish statements that the server makes for metadata calls from a client's own.

  @internal.catalogs
  Scenario: GetCatalogs is recorded as internal, by DoGetCatalogs
    Given a session "alice" as admin
    When "alice" asks for GetCatalogs
    Then every statement of "alice" is recorded with:
      | flight_method   | 'DoGetCatalogs' |
      | is_internal     | true            |
      | prepare_success | true            |
      | sql_text        | some text       |

  @internal.tables
  Scenario: GetTables is recorded as internal, by DoGetTables
    Given a session "alice" as admin
    When "alice" asks for GetTables
    Then every statement of "alice" is recorded with:
      | flight_method   | 'DoGetTables' |
      | is_internal     | true          |
      | prepare_success | true          |
      | sql_text        | some text     |

  @internal.primary-keys
  Scenario: GetPrimaryKeys is recorded as internal, by DoGetPrimaryKeys
    Given a session "alice" as admin
    And a table "${home}keys_${unique}" of "alice" with the columns "number INTEGER PRIMARY KEY"
    And a session "bob" as admin
    When "bob" asks for GetPrimaryKeys of the table "keys_${unique}"
    Then every statement of "bob" is recorded with:
      | flight_method   | 'DoGetPrimaryKeys' |
      | is_internal     | true               |
      | prepare_success | true               |
      | sql_text        | some text          |
    And the statements of "alice" are recorded as:
      | is_internal |
      | false       |

  @internal.other-metadata
  Scenario Outline: <question> is recorded as internal, by <method>
    Given a session "alice" as admin
    And a table "${home}keys_${unique}" of "alice" with the columns "number INTEGER PRIMARY KEY"
    And a session "bob" as admin
    When "bob" asks for <question> of the table "keys_${unique}"
    Then every statement of "bob" is recorded with:
      | flight_method   | '<method>' |
      | is_internal     | true       |
      | prepare_success | true       |
      | sql_text        | some text  |

    Examples:
      | question          | method              |
      | GetDbSchemas      | DoGetDbSchemas      |
      | GetTableTypes     | DoGetTableTypes     |
      | GetImportedKeys   | DoGetImportedKeys   |
      | GetExportedKeys   | DoGetExportedKeys   |
      | GetCrossReference | DoGetCrossReference |

  @internal.client-prepared
  Scenario: A client's prepared statement is its own, by CreatePreparedStatement
    Given a session "alice" as admin
    And "alice" prepares:
      """
      SELECT 1 AS one
      """
    And "alice" executes the prepared statement
    Then the statements of "alice" are recorded as:
      | sql_text          | flight_method             | is_internal |
      | 'SELECT 1 AS one' | 'CreatePreparedStatement' | false       |

  @internal.client-direct
  Scenario: A client's direct query is its own, by GetFlightInfoStatement
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT 1 AS one
      """
    Then the statements of "alice" are recorded as:
      | sql_text          | flight_method            | is_internal |
      | 'SELECT 1 AS one' | 'GetFlightInfoStatement' | false       |

  # A client's query of the catalog looks like a metadata call, but it is the client's.
  @internal.client-direct
  Scenario: A client's own query of the catalog is not internal
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT catalog_name FROM information_schema.schemata
      """
    When "alice" asks for GetTableTypes
    And "alice" executes:
      """
      SELECT count(*) FILTER (is_internal) > 0 AS internal,
        bool_and(is_internal = starts_with(flight_method, 'DoGet')) AS told_apart
      FROM _gizmosql_instr.main.sql_statements
      WHERE session_id = '${alice}' AND flight_method <> 'DoGetStatement'
      """
    Then within the visibility time the rows are:
      | internal | told_apart |
      | true     | true       |
