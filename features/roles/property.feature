Feature: Whatever somebody tries who is no admin
  Generated statements; the setting `property-runs` says how many.

  @role.indirect
  @needs:roles
  Scenario: No generated query reads the instrumentation for other roles than admin
    Given a session "alice" as admin
    And "alice" has left a canary in the records
    Then the property "no generated query shows a record to a non-admin" holds

  # What finds files is set for all sessions, so the server is one that the suite started.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario: No generated path leads other roles than admin to the instrumentation file
    Given a lent server
    And a session "alice" as admin
    And at the end an admin executes "RESET GLOBAL home_directory"
    And at the end an admin executes "RESET GLOBAL file_search_path"
    And "alice" has left a canary in the records
    Then the property "no generated path shows a record to a non-admin" holds
