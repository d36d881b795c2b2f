Feature: The table instances
  One row for each start of a server, kept after it stopped.

  @instances.instance_id
  Scenario: instance_id is unique and is GIZMOSQL_CURRENT_INSTANCE()
    Given a session "alice" as admin
    Then the column "instance_id" of "instances" has the documented type
    When "alice" executes:
      """
      SELECT count(*) = count(DISTINCT instance_id) AS unique,
        count(*) FILTER (instance_id = '${alice.instance}') AS this_one
      FROM _gizmosql_instr.main.instances
      """
    Then within the visibility time the rows are:
      | unique | this_one |
      | true   | 1        |

  @instances.gizmosql_version
  Scenario: gizmosql_version is GIZMOSQL_VERSION()
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT GIZMOSQL_VERSION()
      """
    And its value is remembered as "version"
    Then the column "gizmosql_version" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | gizmosql_version | ${version} |
    And the instance of "alice" is recorded with:
      | gizmosql_version | matches /^v?\d+\.\d+\.\d+/ |

  @instances.gizmosql_edition
  Scenario: gizmosql_edition is 'Core' or 'Enterprise'
    Given a session "alice" as admin
    Then the column "gizmosql_edition" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | gizmosql_edition | one of 'Core', 'Enterprise' |

  @instances.duckdb_version
  Scenario: duckdb_version is version()
    Given a session "alice" as admin
    And "alice" executes:
      """
      SELECT version()
      """
    And its value is remembered as "version"
    Then the column "duckdb_version" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | duckdb_version | ${version} |

  @instances.arrow_version
  Scenario: arrow_version is a version of Apache Arrow
    Given a session "alice" as admin
    Then the column "arrow_version" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | arrow_version | matches /^v?\d+\.\d+(\.\d+)?/ |

  @instances.hostname
  Scenario: hostname is the host name the server resolved
    Given a session "alice" as admin
    Then the column "hostname" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | hostname | matches /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/ |

  # The suite knows the machine only where it started the server on its own.
  @needs:this-machine
  Scenario Outline: <column> is that of the machine that the server runs on
    Given a session "alice" as admin
    Then the instance of "alice" is recorded with:
      | <column> | <fact> of this machine |

    @instances.hostname
    Examples:
      | column   | fact   |
      | hostname | a name |

    @instances.server_ip
    Examples:
      | column    | fact       |
      | server_ip | an address |

    @instances.os_version
    Examples:
      | column     | fact             |
      | os_version | a system version |

    @instances.cpu_model
    Examples:
      | column    | fact        |
      | cpu_model | a processor |

  @instances.hostname_arg
  @needs:start
  Scenario Outline: hostname_arg with the host name <argument>
    Given a server of its own with:
      | host name | <argument> |
    And a session "alice" as admin
    Then the column "hostname_arg" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | hostname_arg | <recorded> |

    Examples:
      | argument  | recorded    |
      | not given | NULL        |
      | 127.0.0.1 | '127.0.0.1' |
      | 0.0.0.0   | '0.0.0.0'   |

  @instances.server_ip
  Scenario: server_ip is an IP address
    Given a session "alice" as admin
    Then the column "server_ip" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | server_ip | matches /^(\d{1,3}(\.\d{1,3}){3}\|[0-9a-fA-F]*:[0-9a-fA-F:.]*(%\w+)?)$/ |

  @instances.port
  @needs:direct
  Scenario: port is the port the client is connected to
    Given a session "alice" as admin
    Then the column "port" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | port | ${server.port} |

  # The system picked this port; it is not the default.
  @instances.port
  @needs:direct
  @needs:start
  Scenario: port is the one that another server listens on
    Given a lent server
    And a session "alice" as admin
    Then the instance of "alice" is recorded with:
      | port | ${server.port} |

  @instances.database_path
  @needs:start
  Scenario Outline: database_path is the path of the main database <file>
    Given a server of its own with:
      | database | <file> |
    And a session "alice" as admin
    Then the column "database_path" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | database_path | ${server.database} |

    Examples:
      | file             |
      | main.db          |
      | it's a näme.duck |

  @instances.tls_enabled
  @needs:direct
  Scenario: tls_enabled is as the endpoint is
    Given a session "alice" as admin
    Then the column "tls_enabled" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | tls_enabled | ${server.tls} |

  # To see both values, servers with and without TLS are needed.
  @instances.tls_enabled
  @needs:direct
  @needs:start
  Scenario Outline: tls_enabled is <enabled> with the security <security>
    Given a lent server with:
      | security | <security> |
    And a session "alice" as admin
    Then the instance of "alice" is recorded with:
      | tls_enabled | <enabled> |

    Examples:
      | security | enabled |
      | none     | false   |
      | tls      | true    |
      | mtls     | true    |

  @instances.tls_cert_path
  @needs:start
  Scenario Outline: tls_cert_path with the security <security>
    Given a lent server with:
      | security | <security> |
    And a session "alice" as admin
    Then the column "tls_cert_path" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | tls_cert_path | <path> |

    Examples:
      | security | path                  |
      | none     | NULL                  |
      | tls      | ${server.certificate} |

  @instances.tls_key_path
  @needs:start
  Scenario Outline: tls_key_path with the security <security>
    Given a lent server with:
      | security | <security> |
    And a session "alice" as admin
    Then the column "tls_key_path" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | tls_key_path | <path> |

    Examples:
      | security | path          |
      | none     | NULL          |
      | tls      | ${server.key} |

  @instances.mtls_required
  @needs:start
  Scenario Outline: mtls_required is <required> with the security <security>
    Given a lent server with:
      | security | <security> |
    And a session "alice" as admin
    Then the column "mtls_required" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | mtls_required | <required> |

    Examples:
      | security | required |
      | none     | false    |
      | tls      | false    |
      | mtls     | true     |

  @instances.mtls_ca_cert_path
  @needs:start
  Scenario Outline: mtls_ca_cert_path with the security <security>
    Given a lent server with:
      | security | <security> |
    And a session "alice" as admin
    Then the column "mtls_ca_cert_path" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | mtls_ca_cert_path | <path> |

    Examples:
      | security | path                       |
      | none     | NULL                       |
      | tls      | NULL                       |
      | mtls     | ${server.client-authority} |

  # A database must exist before it can be opened read-only, so the server starts twice.
  @instances.readonly
  @needs:start
  @needs:kill
  Scenario: readonly is false, and true of a start in read-only mode
    Given a server of its own
    And a session "alice" as admin
    Then the column "readonly" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | readonly | false |
    When the server is stopped and started again with:
      | access | read-only |
    And a session "bob" as admin
    Then the instance of "bob" is recorded with:
      | readonly | true |
    And the instance of "alice" is recorded with:
      | readonly | false |

  @instances.os_platform
  Scenario: os_platform is the platform that DuckDB runs on
    Given a session "alice" as admin
    Then the column "os_platform" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | os_platform | some text |
    When "alice" executes:
      """
      SELECT CASE
          WHEN platform LIKE 'linux%' THEN lower(os_platform) = 'linux'
          WHEN platform LIKE 'osx%' THEN lower(os_platform) IN ('darwin', 'macos')
          ELSE lower(os_platform) LIKE 'win%'
        END AS fits
      FROM _gizmosql_instr.main.instances, pragma_platform()
      WHERE instance_id = '${alice.instance}'
      """
    Then the rows are:
      | fits |
      | true |

  @instances.os_name
  Scenario: os_name is the name of the operating system
    Given a session "alice" as admin
    Then the column "os_name" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | os_name | matches /[A-Za-z]/ |

  @instances.os_version
  Scenario: os_version is the version of the operating system
    Given a session "alice" as admin
    Then the column "os_version" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | os_version | some text |

  @instances.cpu_arch
  Scenario: cpu_arch is the architecture that DuckDB runs on
    Given a session "alice" as admin
    Then the column "cpu_arch" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | cpu_arch | some text |
    When "alice" executes:
      """
      SELECT CASE
          WHEN platform LIKE '%_amd64%' THEN lower(cpu_arch) IN ('x86_64', 'amd64', 'x64')
          WHEN platform LIKE '%_arm64%' THEN lower(cpu_arch) IN ('arm64', 'aarch64')
          ELSE true
        END AS fits
      FROM _gizmosql_instr.main.instances, pragma_platform()
      WHERE instance_id = '${alice.instance}'
      """
    Then the rows are:
      | fits |
      | true |

  @instances.cpu_model
  Scenario: cpu_model is the processor's model name
    Given a session "alice" as admin
    Then the column "cpu_model" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | cpu_model | some text |

  @instances.cpu_count
  Scenario: cpu_count is above zero
    Given a session "alice" as admin
    Then the column "cpu_count" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | cpu_count | > 0 |

  @instances.memory_total_bytes
  Scenario: memory_total_bytes is above zero, and in bytes
    Given a session "alice" as admin
    Then the column "memory_total_bytes" of "instances" has the documented type
    # No machine that runs this has less than 64 MiB.
    And the instance of "alice" is recorded with:
      | memory_total_bytes | > 67108864 |

  @instances.start_time
  Scenario: start_time is before every session of the instance
    Given a session "alice" as admin
    Then the column "start_time" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | start_time | a timestamp |
    And the session of "alice" is recorded with:
      | start_time | a timestamp |
    When "alice" executes:
      """
      SELECT count(*) > 0 AS some, bool_and(i.start_time <= s.start_time) AS all_after,
        bool_and(epoch(i.start_time) <= epoch(now())) AS in_the_past
      FROM _gizmosql_instr.main.instances i JOIN _gizmosql_instr.main.sessions s USING (instance_id)
      WHERE instance_id = '${alice.instance}'
      """
    Then the rows are:
      | some | all_after | in_the_past |
      | true | true      | true        |

  # The time of the start is known only where the suite started the server.
  @instances.start_time
  @needs:start
  Scenario: start_time is when a server of its own was started, in UTC
    Given a session "outside" as admin
    And "outside" executes:
      """
      SELECT epoch_ms(now())
      """
    And its value is remembered as "before"
    When a server of its own
    And a session "alice" as admin
    Then the instance of "alice" is recorded with:
      | start_time | a timestamp |
    When "alice" executes:
      """
      SELECT epoch_ms(start_time) BETWEEN ${before} - 1000 AND epoch_ms(now()) + 1000 AS then
      FROM _gizmosql_instr.main.instances WHERE instance_id = '${alice.instance}'
      """
    Then the rows are:
      | then |
      | true |

  @instances.stop_time
  @needs:kill
  @needs:start
  Scenario: stop_time is NULL while the server runs and set by its stop
    Given a server of its own
    And a session "alice" as admin
    Then the column "stop_time" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | stop_time | NULL |
    When the server is stopped and started again
    And a session "bob" as admin
    Then the instance of "alice" is recorded with:
      | stop_time | a timestamp |
    When "bob" executes:
      """
      SELECT before.stop_time >= before.start_time AS not_before_start,
        before.stop_time <= after.start_time AS before_the_next_start
      FROM _gizmosql_instr.main.instances before, _gizmosql_instr.main.instances after
      WHERE before.instance_id = '${alice.instance}' AND after.instance_id = '${bob.instance}'
      """
    Then within the visibility time the rows are:
      | not_before_start | before_the_next_start |
      | true             | true                  |
    And the instance of "bob" is recorded with:
      | stop_time | NULL |

  @instances.status
  @needs:kill
  @needs:start
  Scenario: status is 'running', and 'stopped' after a stop
    Given a server of its own
    And a session "alice" as admin
    Then the column "status" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | status | 'running' |
    When the server is stopped and started again
    And a session "bob" as admin
    # Otherwise the clean-up of the next start set it.
    Then the instance of "alice" is recorded with:
      | status      | 'stopped'                          |
      | stop_reason | matches /^(?!unclean_shutdown$)\S/ |
    And the instance of "bob" is recorded with:
      | status | 'running' |

  @instances.stop_reason
  @needs:kill
  @needs:start
  Scenario: stop_reason is NULL while the server runs, and the reason after a stop
    Given a server of its own
    And a session "alice" as admin
    Then the column "stop_reason" of "instances" has the documented type
    And the instance of "alice" is recorded with:
      | stop_reason | NULL |
    When the server is stopped and started again
    And a session "bob" as admin
    # A requested stop is no unclean shutdown.
    Then the instance of "alice" is recorded with:
      | stop_reason | matches /^(?!unclean_shutdown$)\S/ |
    And the instance of "bob" is recorded with:
      | stop_reason | NULL |
