import { Command, Option } from 'commander';
import { roles } from './access/identity.js';
import { logFormats, logLevels, profileModes } from './config.js';
import { isFrom, newestRelease, oldestRelease, usualRelease } from './release.js';
import type { Release } from './release.js';
import { packageVersion } from './version.js';

/** The values of settings that are given neither by flag nor by variable. */
export const defaults = {
  hostname: '0.0.0.0',
  port: 31337,
  healthPort: 31338,
  healthCheckQuery: 'SELECT 1',
  // As long as the lifetime of a token, so that no client with a valid token is refused.
  sessionIdleTimeoutSeconds: 24 * 60 * 60,
  maxMessageSize: '256MiB',
  instrumentationSchema: 'main',
  logLevel: 'info',
  logFormat: 'text',
} as const;

/** The user name of the admin in a release, unless another is given. */
export function usualUsername(release: Release): string {
  return isFrom(release, '1.18.3') ? 'gizmosql_user' : 'gizmosql_username';
}

/** GizmoSQL's flags that this server recognizes and refuses, with an alternative for each. */
export const refusedFlags: readonly { flag: string; variable: string; instead: string }[] = [
  ...['client-id', 'client-secret', 'scopes', 'port', 'base-url', 'redirect-uri', 'disable-tls'],
].map((name) => ({
  flag: `--oauth-${name}`,
  variable: `GIZMOSQL_OAUTH_${name.replaceAll('-', '_').toUpperCase()}`,
  instead:
    'there is no login by browser; log in with a token of the issuer, see --token-allowed-issuer',
}));

/** The heading of the refused flags in --help. */
export const refusedHeading = 'Not served, and refused:';

const trueOrFalse = 'true|false';
const levels = logLevels.join('|');

/** The flag that selects the release, and with it the flags that there are. */
export const releaseFlag = '--gizmosql-version';

/**
 * The command line of a release: every flag with its environment variable and help text. A flag overrides its
 * variable. Values are not validated here: `readConfig` validates them, so that flag and variable get the
 * same messages. Parsing throws CommanderError and prints only help and version.
 */
export function createCommand(release: Release = usualRelease): Command {
  return commandWithFlags(release)
    .description(
      `A Flight SQL server on DuckDB that behaves as GizmoSQL ${release.name} is specified to: the reference of the GizmoSQL conformance suite.`,
    )
    .usage('--password PASSWORD [flags]')
    .helpOption('-h, --help', 'show this text and exit')
    .version(
      `GizmoSQL ${release.name} (gizmosql-reference ${packageVersion})`,
      '--version',
      'show the GizmoSQL version this server presents itself as, and its own, and exit',
    )
    .addHelpText('after', closingHelp)
    .configureHelp({ minWidthToWrap: 30 });
}

/** The same flags, but parsing accepts any others and prints nothing: for finding the release. */
export function createTolerantCommand(): Command {
  return commandWithFlags(usualRelease)
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments();
}

function commandWithFlags(release: Release): Command {
  const command = new Command('gizmosql-reference')
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  for (const [heading, flags] of Object.entries(flagGroups(release))) {
    for (const flag of flags) {
      command.addOption(flag.helpGroup(heading));
    }
  }
  return command;
}

function flag(flags: string, description: string, variable?: string): Option {
  const option = new Option(flags, description);
  return variable === undefined ? option : option.env(variable);
}

function flagGroups(release: Release): Record<string, Option[]> {
  /** A flag that releases have from `number` on. */
  const from = (number: string, added: Option): Option[] =>
    isFrom(release, number) ? [added] : [];
  return {
    'Which release it is:': [
      flag(
        `${releaseFlag} <release>`,
        `the release of GizmoSQL that it behaves as, from ${oldestRelease} to ${newestRelease}: its tables, views, functions, flags and defaults (default: ${usualRelease.name})`,
        'GIZMOSQL_REFERENCE_VERSION',
      ),
    ],
    'Who may log in:': [
      flag(
        '-U, --username <name>',
        `the user name of the admin (default: ${usualUsername(release)})`,
        'GIZMOSQL_USERNAME',
      ),
      flag(
        '-P, --password <password>',
        "the admin's password; required. The variable keeps it out of process lists",
        'GIZMOSQL_PASSWORD',
      ),
      flag(
        '-S, --secret-key <key>',
        'signs the tokens that stand for sessions (default: random, so tokens end with the server)',
        'SECRET_KEY',
      ),
      flag(
        `--allow-cross-instance-tokens <${trueOrFalse}>`,
        'accept tokens that another instance signed with the same secret key (default: false)',
        'GIZMOSQL_ALLOW_CROSS_INSTANCE_TOKENS',
      ),
      flag(
        '--token-allowed-issuer <issuer>',
        "trust tokens of this issuer, given as password of the user name 'token'; needs --token-allowed-audience, and a certificate or a key set, as well",
        'TOKEN_ALLOWED_ISSUER',
      ),
      flag(
        '--token-allowed-audience <audience>',
        'the audience such a token must name',
        'TOKEN_ALLOWED_AUDIENCE',
      ),
      flag(
        '--token-signature-verify-cert-path <file>',
        "the issuer's certificate or RSA public key, PEM; tokens must be signed with RS256",
        'TOKEN_SIGNATURE_VERIFY_CERT_PATH',
      ),
      flag(
        '--token-jwks-uri <uri>',
        "the issuer's JSON Web Key Set, an http, https or file URI; not read if there is a certificate. Whoever can change it can log in: no http but in a trusted network",
        'GIZMOSQL_TOKEN_JWKS_URI',
      ),
      flag(
        `--token-default-role <${roles.join('|')}>`,
        'the role of a token that names none (default: none, such a token is refused)',
        'GIZMOSQL_TOKEN_DEFAULT_ROLE',
      ),
      flag(
        '--token-authorized-emails <patterns>',
        "who may log in with a token, by its email or else its subject: '*@example.com,bob@example.org' (default: *, everybody)",
        'GIZMOSQL_TOKEN_AUTHORIZED_EMAILS',
      ),
    ],
    'Where it listens:': [
      flag(
        '-H, --hostname <host>',
        `the name or address to bind (default: ${defaults.hostname})`,
        'GIZMOSQL_HOSTNAME',
      ),
      flag(
        '-R, --port <port>',
        `the port of the Flight service; 0: the system picks one (default: ${defaults.port})`,
        'GIZMOSQL_PORT',
      ),
      flag(
        '--health-port <port>',
        `the port of the plaintext gRPC health service; 0: none (default: ${defaults.healthPort})`,
      ),
      flag(
        '--health-check-query <sql>',
        `the health service answers NOT_SERVING while this fails or takes over 5 seconds; asked every 5 seconds (default: ${defaults.healthCheckQuery})`,
        'GIZMOSQL_HEALTH_CHECK_QUERY',
      ),
      flag(
        '-T, --tls <files...>',
        'serve TLS with this certificate and this key, two PEM files: --tls cert.pem key.pem',
      ),
      flag(
        '-M, --mtls-ca-cert-filename <file>',
        'demand client certificates of this authority, PEM; needs --tls',
      ),
    ],
    'What it serves:': [
      flag(
        '-D, --database-filename <file>',
        'the DuckDB database, made if it is missing (default: in memory)',
      ),
      flag(
        `-O, --readonly [${trueOrFalse}]`,
        'refuse every change to the database; the records are still written. Databases that the init SQL attaches are read-only, too, unless it attaches them with (READ_WRITE)',
        isFrom(release, '1.25.2') ? 'GIZMOSQL_READONLY' : undefined,
      ),
      flag('-B, --backend <engine>', 'only duckdb is served; sqlite is refused'),
      flag(
        '-I, --init-sql-commands <sql>',
        'SQL to run before the first connection',
        'INIT_SQL_COMMANDS',
      ),
      flag(
        '-F, --init-sql-commands-file <file>',
        'a file of SQL to run before the first connection, after the commands above',
        'INIT_SQL_COMMANDS_FILE',
      ),
      flag(
        '--allowed-directories <paths>',
        'the only directories that SQL may read, write or attach files in, whoever runs it, separated by commas; URLs such as s3://bucket/folder as well (default: admins may use any file)',
        'GIZMOSQL_ALLOWED_DIRECTORIES',
      ),
      flag(
        '--query-timeout <seconds>',
        'interrupt a query that runs longer; 0: never. SET gizmosql.query_timeout changes it (default: 0)',
        'GIZMOSQL_QUERY_TIMEOUT',
      ),
      flag(
        '--session-idle-timeout <seconds>',
        `end a session that makes no call for longer, whether it has a connection or not; 0: never (default: ${defaults.sessionIdleTimeoutSeconds}, a day, after which no token is good any more)`,
        'GIZMOSQL_SESSION_IDLE_TIMEOUT',
      ),
      flag(
        '--max-message-size <size>',
        `refuse a larger message, once it is unpacked: a batch of a bulk ingest, say; bytes, or with KiB, MiB or GiB. Before the login it is 64KiB (default: ${defaults.maxMessageSize})`,
        'GIZMOSQL_MAX_MESSAGE_SIZE',
      ),
    ],
    'Session instrumentation:': [
      flag(
        `--enable-instrumentation <${trueOrFalse}>`,
        'record instances, sessions, statements and executions (default: false)',
        'GIZMOSQL_ENABLE_INSTRUMENTATION',
      ),
      flag(
        '--instrumentation-db-path <file>',
        'where (default: gizmosql_instrumentation.db beside the database, or in the working directory when that is in memory)',
        'GIZMOSQL_INSTRUMENTATION_DB_PATH',
      ),
      flag(
        '--instrumentation-catalog <name>',
        'write to this catalog instead of a file: one that the init SQL attaches, DuckLake for instance, and that holds nothing else, since clients can change nothing in it',
        'GIZMOSQL_INSTRUMENTATION_CATALOG',
      ),
      flag(
        '--instrumentation-schema <name>',
        `the schema inside that catalog (default: ${defaults.instrumentationSchema})`,
        'GIZMOSQL_INSTRUMENTATION_SCHEMA',
      ),
      ...from(
        '1.21',
        flag(
          '--instance-tag <json>',
          'a JSON text for the record of this instance, such as \'{"env": "test"}\'',
          'GIZMOSQL_INSTANCE_TAG',
        ),
      ),
      ...from(
        '1.28',
        flag(
          '--cluster-id <uuid>',
          'the cluster that this instance belongs to: in its record and in every line of the log',
          'GIZMOSQL_CLUSTER_ID',
        ),
      ),
    ],
    ...(isFrom(release, '1.27') ? { 'How it executes statements:': statementFlags() } : {}),
    'What it logs:': [
      flag(
        `--log-level <${levels}>`,
        `the least that is logged (default: ${defaults.logLevel})`,
        'GIZMOSQL_LOG_LEVEL',
      ),
      flag(
        `--log-format <${logFormats.join('|')}>`,
        `key=value pairs or JSON, one line an event (default: ${defaults.logFormat})`,
        'GIZMOSQL_LOG_FORMAT',
      ),
      flag(
        '--log-file <file>',
        'append to this file; - for standard output (default: standard error)',
        'GIZMOSQL_LOG_FILE',
      ),
      flag(
        `--query-log-level <${levels}>`,
        `the least that is logged of statements; debug: the server's own, too. SET gizmosql.query_log_level changes it (default: --log-level's)`,
        'GIZMOSQL_QUERY_LOG_LEVEL',
      ),
      flag(
        `--auth-log-level <${levels}>`,
        `the level of lines about logins (default: ${defaults.logLevel})`,
        'GIZMOSQL_AUTH_LOG_LEVEL',
      ),
      flag('--access-log <on|off>', 'log every call (default: off)', 'GIZMOSQL_ACCESS_LOG'),
      flag('-Q, --print-queries', 'log the text of statements as well'),
    ],
    'Without effect:': [
      flag(
        '-L, --license-key-file <file>',
        'accepted, not read: this server offers everything without a licence',
        'GIZMOSQL_LICENSE_KEY_FILE',
      ),
    ],
    [refusedHeading]: refusedFlags.map(({ flag: name, variable, instead }) =>
      flag(`${name} <value>`, instead, variable),
    ),
  };
}

/** The flags of the queue and of profiles. */
function statementFlags(): Option[] {
  return [
    flag(
      '--max-concurrent-statements <number>',
      'execute at most this many statements at once; others wait, first in, first out; 0: no limit (default: 0)',
      'GIZMOSQL_MAX_CONCURRENT_STATEMENTS',
    ),
    flag(
      '--max-queued-statements <number>',
      'refuse a statement while this many wait; 0: no limit; -1: eight for each that executes (default: -1)',
      'GIZMOSQL_MAX_QUEUED_STATEMENTS',
    ),
    flag(
      '--max-queue-wait <seconds>',
      'refuse a statement that has waited this long; 0: no limit; -1: 300 (default: -1)',
      'GIZMOSQL_MAX_QUEUE_WAIT',
    ),
    flag(
      `--admin-bypass-queue-default <${trueOrFalse}>`,
      "execute the admins' statements without waiting; SET gizmosql.bypass_queue changes it (default: true)",
      'GIZMOSQL_ADMIN_BYPASS_QUEUE_DEFAULT',
    ),
    flag(
      `--capture-query-profile <${profileModes.join('|')}>`,
      "record DuckDB's profile of each query; detailed: with the times of its expressions. SET gizmosql.capture_query_profile changes it (default: off)",
      'GIZMOSQL_CAPTURE_QUERY_PROFILE',
    ),
  ];
}

const closingHelp = `
A flag beats its variable; an empty variable counts as not set.
0 and 1 stand for false and true.

When it accepts connections the server logs 'GizmoSQL server - started' with its
host and port. SIGTERM, SIGINT and SIGHUP stop it gracefully, a second signal at once.
Exit codes: 0 stopped or nothing to do, 2 wrong input or surroundings, 3 a fault of its own,
4 stopped, but instrumentation records could not be written and are lost.

Examples:
  # in memory, on port 31337, the password from the environment
  GIZMOSQL_PASSWORD=secret gizmosql-reference

  # a database file with TLS and instrumentation, on a port the system picks
  GIZMOSQL_PASSWORD=secret gizmosql-reference --database-filename data/my.db \\
    --port 0 --health-port 0 --tls cert.pem key.pem --enable-instrumentation=true
`;
