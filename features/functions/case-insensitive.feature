Feature: The GIZMOSQL functions are case-insensitive

  @function.case-insensitive
  Scenario Outline: <call>
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION()
      """
    And its value is remembered as "version"
    When "alice" executes:
      """
      SELECT <call> AS value
      """
    Then the rows are:
      | value   |
      | <value> |
    When "alice" prepares:
      """
      SELECT <call> AS value
      """
    And "alice" executes the prepared statement
    Then the rows are:
      | value   |
      | <value> |

    Examples:
      | call                        | value             |
      | GIZMOSQL_VERSION()          | ${version}        |
      | gizmosql_version()          | ${version}        |
      | Gizmosql_Version()          | ${version}        |
      | GiZmOsQl_vErSiOn()          | ${version}        |
      | gIzMoSqL_VeRsIoN()          | ${version}        |
      | GIZMOSQL_CURRENT_SESSION()  | ${alice}          |
      | gizmosql_current_session()  | ${alice}          |
      | Gizmosql_Current_Session()  | ${alice}          |
      | GiZmOsQl_cUrReNt_sEsSiOn()  | ${alice}          |
      | gIzMoSqL_CuRrEnT_SeSsIoN()  | ${alice}          |
      | GIZMOSQL_CURRENT_INSTANCE() | ${alice.instance} |
      | gizmosql_current_instance() | ${alice.instance} |
      | Gizmosql_Current_Instance() | ${alice.instance} |
      | GiZmOsQl_cUrReNt_iNsTaNcE() | ${alice.instance} |
      | gIzMoSqL_CuRrEnT_InStAnCe() | ${alice.instance} |
      | GIZMOSQL_USER()             | ${alice.user}     |
      | gizmosql_user()             | ${alice.user}     |
      | Gizmosql_User()             | ${alice.user}     |
      | GiZmOsQl_uSeR()             | ${alice.user}     |
      | gIzMoSqL_UsEr()             | ${alice.user}     |
      | GIZMOSQL_ROLE()             | ${alice.role}     |
      | gizmosql_role()             | ${alice.role}     |
      | Gizmosql_Role()             | ${alice.role}     |
      | GiZmOsQl_rOlE()             | ${alice.role}     |
      | gIzMoSqL_RoLe()             | ${alice.role}     |
