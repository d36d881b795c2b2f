Feature: Whatever clients read, and however slowly
  Generated timelines of one to three sessions at the same time: results of any size, by queries and
  by prepared statements that are executed several times, read at once, slowly or in part, kept open
  or not, updates and failures. The client's own times are the bounds. The setting `property-runs`
  says how many, for all of these together.

  Scenario Outline: In any generated timeline <aspect>
    Then the property "in each generated timeline <aspect>" holds

    @timeline.order
    Examples:
      | aspect                 |
      | the times are in order |

    @sql_executions.execution_end_time
    @sql_executions.duration_ms
    @since:1.34
    Examples:
      | aspect                                  |
      | the engine's end and its duration agree |

    @sql_executions.fetch_end_time
    @sql_executions.total_duration_ms
    Examples:
      | aspect                                           |
      | the end of delivery and the whole duration agree |

    @sql_executions.fetch_start_time
    Examples:
      | aspect                                   |
      | a first batch is told where one went out |

    @timeline.slow-reader
    Examples:
      | aspect                                    |
      | a slow reader lengthens only the delivery |

    @timeline.idle-cursor
    @sql_executions.cursor_close_time
    Examples:
      | aspect                                                    |
      | an idle cursor lengthens only the time until it is closed |
