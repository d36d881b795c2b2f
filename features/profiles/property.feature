Feature: However the capture of profiles is set
  Generated spellings of SET. The setting `property-runs` says how many.

  # As for tags, only the specification's spelling must take effect.
  Scenario Outline: In any generated spelling <change>, or the statement is refused
    Then the property "in each generated spelling <change>, or the statement is refused" holds

    @profile.standard
    Examples:
      | change                            |
      | capture_query_profile is standard |

    @profile.off-again
    Examples:
      | change                             |
      | capture_query_profile is off again |
