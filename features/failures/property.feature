Feature: Whatever the role readonly writes
  Generated statements. The setting `property-runs` says how many.

  @failed.readonly-write
  @needs:roles
  Scenario: Generated writes are refused and have no effect
    Given a session "owner" as admin
    And a table "${home}kept_${unique}" of "owner" with the columns "number INTEGER PRIMARY KEY, text VARCHAR"
    And "owner" executes by an update:
      """
      INSERT INTO ${home}kept_${unique} VALUES (1, 'one'), (2, 'two'), (3, NULL)
      """
    Then the property "each generated write by the role readonly is refused and has no effect" holds
