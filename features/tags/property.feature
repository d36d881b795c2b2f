Feature: Whatever JSON tags are made of
  Generated JSON, of any Unicode, nested and large, texts that are no JSON, and spellings of SET.
  The setting `property-runs` says how many.

  @sessions.session_tag
  Scenario Outline: After any generated tags session_tag is <what>
    Then the property "after each generated script session_tag is <what>" holds

    @tag.session-set
    Examples:
      | what                      |
      | the tag that was set last |

    @tag.session-clear
    Examples:
      | what                        |
      | no tag after it was cleared |

  # Two sessions set and clear tags, query, prepare and execute, in turns.
  Scenario Outline: After any generated script each statement has <what>
    Then the property "after each generated script each statement has <what>" holds

    @sql_statements.query_tag
    @tag.query-set
    Examples:
      | what                                  |
      | the tag that was set when it was made |

    @sql_statements.query_tag
    @tag.query-clear
    Examples:
      | what                        |
      | no tag after it was cleared |

    @tag.own-session
    Examples:
      | what                      |
      | no tag of another session |

  @tag.invalid-json
  Scenario: Generated texts that are no JSON are refused and the tags stay
    Then the property "each generated text that is no JSON is refused and the tags stay" holds

  # The specification's spelling must take effect, with other blanks and letters of SET. Any other takes
  # effect or is refused; a server that answers success then has done what it says.
  Scenario Outline: In any generated spelling <change>, or the statement is refused
    Then the property "in each generated spelling <change>, or the statement is refused" holds

    @tag.session-set
    Examples:
      | change             |
      | session_tag is set |

    @tag.session-clear
    Examples:
      | change                 |
      | session_tag is cleared |

    @tag.query-set
    Examples:
      | change           |
      | query_tag is set |

    @tag.query-clear
    Examples:
      | change               |
      | query_tag is cleared |
