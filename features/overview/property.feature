Feature: Whatever several sessions do
  Generated scripts of connecting, querying, letting go of results, closing them early, failing,
  preparing, executing, cancelling, transactions, closing, hanging up, coming back on another
  connection and KILL SESSION, in sequence and in parallel. The setting `property-runs` says how
  many.

  @needs:roles
  Scenario Outline: After any generated script the <kind> records are what was done, and nothing else
    Then the property "after each generated script the <kind> records are those of the model" holds

    @overview.sessions
    Examples:
      | kind    |
      | session |

    @overview.statements
    Examples:
      | kind      |
      | statement |

    @overview.executions
    Examples:
      | kind      |
      | execution |
