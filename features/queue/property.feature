Feature: Whoever comes and goes while statements wait
  Generated arrivals at a server with one to three slots, some of which keep theirs, and some of
  which are killed while they execute or wait. Each next step begins when the records have the state
  that a model has. Admins pass the queue, so here users wait. The setting `property-runs` says how
  many, for all of these together.

  @needs:start
  @needs:queue
  @needs:roles
  Scenario Outline: Whoever waits for one of <slots> slots, <aspect>
    Given a lent server with:
      | concurrent statements | <slots> |
    Then the property "with <slots> slots <aspect>" holds

    @sql_executions.enqueue_time
    @sql_executions.status
    @since:1.27
    Examples:
      | slots | aspect                    |
      | 1     | everybody keeps its place |
      | 2     | everybody keeps its place |
      | 3     | everybody keeps its place |

    @timeline.queue-wait
    Examples:
      | slots | aspect                          |
      | 1     | the wait is in neither duration |
      | 2     | the wait is in neither duration |

    @timeline.order
    Examples:
      | slots | aspect                 |
      | 2     | the times are in order |
