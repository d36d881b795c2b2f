Feature: Whatever a role other than admin tries
  Generated statements. The setting `property-runs` says how many.

  @role.indirect
  @needs:roles
  Scenario: No generated query reads the instrumentation for other roles than admin
    Given a session "alice" as admin
    And a secret of "alice" is on record
    Then the property "no generated query shows a record to a non-admin" holds

  # All sessions share the settings that find files, so the server is one that the suite started.
  @role.indirect
  @needs:roles
  @needs:start
  @needs:files
  Scenario: No generated path leads other roles than admin to the instrumentation file
    Given a lent server
    And a session "alice" as admin
    And at the end an admin executes "RESET GLOBAL home_directory"
    And at the end an admin executes "RESET GLOBAL file_search_path"
    And a secret of "alice" is on record
    Then the property "no generated path shows a record to a non-admin" holds
