Feature: Whatever went on when a server ended
  Generated scripts in which the server is stopped or killed and started again; the setting
  `property-runs` says
  how many.

  @recovery.completed-untouched
  @recovery.sessions
  @recovery.graceful
  @needs:start
  @needs:kill
  @needs:roles
  @needs:instrumentation-file
  Scenario: After any generated script with a restart the records are what was done
    Given a server of its own
    Then after each generated script with a restart the records are those of the model
