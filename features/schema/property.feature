Feature: Whatever a client sends
  Generated texts, parameters and names; the setting `property-runs` says how many.

  @sql_statements.sql_text
  Scenario: Any generated text is recorded as it was sent
    Then the property "each generated text is the sql_text of its record" holds

  @sql_executions.bind_parameters
  Scenario: Any generated parameters are recorded as they were bound
    Then the property "all generated parameters are the bind_parameters of their record" holds

  @sessions.user_agent
  @needs:direct
  Scenario: Any generated user agent is recorded as it was sent
    Then the property "each generated user agent is in the user_agent of its record" holds
