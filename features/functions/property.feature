Feature: Whatever a query has of GIZMOSQL functions
  Generated queries and user names; the setting `property-runs` says how many.

  Scenario Outline: Generated calls <calls> have the right values, by <door>
    Then the property "generated calls <calls> have the right values, by <door>" holds

    @function.any-context
    Examples:
      | calls                            | door             |
      | wherever an expression may stand | a query          |
      | wherever an expression may stand | a prepared query |

    @function.case-insensitive
    Examples:
      | calls              | door             |
      | in any letter case | a query          |
      | in any letter case | a prepared query |

    @function.only-calls
    Examples:
      | calls                           | door             |
      | among what only looks like them | a query          |
      | among what only looks like them | a prepared query |

  # Logins of any name can only be made for a server that the suite started.
  @function.user
  @needs:roles
  @needs:start
  Scenario: GIZMOSQL_USER() is the name of each generated user
    Given a lent server
    Then the property "each generated user is told its own name" holds
