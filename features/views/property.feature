Feature: The views agree with the tables after any script
  Generated scripts of several sessions; the setting `property-runs` says how many.

  @view.session_stats
  @needs:roles
  Scenario: session_stats counts what any generated script did
    Then the property "after each generated script the view session_stats agrees with the tables" holds

  @view.session_activity
  @needs:roles
  Scenario: session_activity has what any generated script executed
    Then the property "after each generated script the view session_activity agrees with the tables" holds

  @view.execution_details
  @needs:roles
  Scenario: execution_details has what any generated script executed
    Then the property "after each generated script the view execution_details agrees with the tables" holds

  @view.active_sessions.rows
  @needs:roles
  Scenario: active_sessions has the sessions that any generated script left active
    Then the property "after each generated script the view active_sessions agrees with the tables" holds
