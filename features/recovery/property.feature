Feature: Whatever went on when a server ended
  Generated scripts in which the server is stopped or killed and started again; the setting
  `property-runs` says how many, for all of these together.

  @needs:start
  @needs:kill
  @needs:roles
  @needs:instrumentation-file
  Scenario Outline: After any generated script with a restart the records of <what> are as they should be
    Given a server of its own
    Then the property "after each generated script with a restart the records of <what> are those of the model" holds

    @recovery.graceful
    Examples:
      | what                    |
      | sessions open at a stop |

    @recovery.sessions
    Examples:
      | what                    |
      | sessions open at a kill |

    @recovery.completed-untouched
    Examples:
      | what                  |
      | what had ended before |
