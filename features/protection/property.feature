Feature: Whatever would change the instrumentation
  Generated statements, spelled and sent in many ways. The setting `property-runs` says how many.

  @protect.unchanged
  @needs:roles
  Scenario Outline: Generated changes are refused and change nothing: <change>
    Given the records of a session that is over
    Then the property "each generated <change> change of the instrumentation is refused and changes nothing" holds

    @protect.insert
    Examples:
      | change |
      | INSERT |

    @protect.update
    Examples:
      | change |
      | UPDATE |

    @protect.delete
    Examples:
      | change |
      | DELETE |

    @protect.otherwise
    Examples:
      | change |
      | other  |

  @failed.instrumentation-write
  @needs:roles
  Scenario Outline: Generated changes are recorded as failed: <change>
    Then the property "each generated <change> change of the instrumentation is recorded as failed" holds

    Examples:
      | change |
      | INSERT |
      | other  |
