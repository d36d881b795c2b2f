Feature: The GIZMOSQL functions are case-insensitive

  @function.case-insensitive
  Scenario Outline: Names <written>
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION()
      """
    And its value is remembered as "version"
    When "alice" executes:
      """
      SELECT <version>() AS version, <session>() AS session, <instance>() AS instance, <user>() AS name, <role>() AS role
      """
    Then the rows are:
      | version    | session  | instance          | name          | role          |
      | ${version} | ${alice} | ${alice.instance} | ${alice.user} | ${alice.role} |
    When "alice" prepares:
      """
      SELECT <version>() AS version, <session>() AS session, <instance>() AS instance, <user>() AS name, <role>() AS role
      """
    And "alice" executes the prepared statement
    Then the rows are:
      | version    | session  | instance          | name          | role          |
      | ${version} | ${alice} | ${alice.instance} | ${alice.user} | ${alice.role} |

    Examples:
      | written             | version          | session                  | instance                  | user          | role          |
      | in capitals         | GIZMOSQL_VERSION | GIZMOSQL_CURRENT_SESSION | GIZMOSQL_CURRENT_INSTANCE | GIZMOSQL_USER | GIZMOSQL_ROLE |
      | in small letters    | gizmosql_version | gizmosql_current_session | gizmosql_current_instance | gizmosql_user | gizmosql_role |
      | with capitals first | Gizmosql_Version | Gizmosql_Current_Session | Gizmosql_Current_Instance | Gizmosql_User | Gizmosql_Role |
      | in mixed letters    | GiZmOsQl_vErSiOn | GiZmOsQl_cUrReNt_sEsSiOn | GiZmOsQl_cUrReNt_iNsTaNcE | GiZmOsQl_uSeR | GiZmOsQl_rOlE |
      | mixed the other way | gIzMoSqL_VeRsIoN | gIzMoSqL_CuRrEnT_SeSsIoN | gIzMoSqL_CuRrEnT_InStAnCe | gIzMoSqL_UsEr | gIzMoSqL_RoLe |
