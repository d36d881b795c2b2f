Feature: Whatever somebody tries who is no admin
  Generated statements; the setting `property-runs` says how many.

  @role.indirect
  @needs:roles
  Scenario: No generated query reads the instrumentation for other roles than admin
    Given a session "alice" as admin
    And "alice" has left a canary in the records
    Then no generated query of the records is answered for who is no admin, nor has the canary
