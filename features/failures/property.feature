Feature: Whatever the role readonly writes
  Generated statements. The setting `property-runs` says how many.

  @failed.readonly-write
  @needs:roles
  Scenario: Generated writes are refused and have no effect
    Given a table that readonly sessions try to change
    Then the property "each generated write by the role readonly is refused and has no effect" holds
