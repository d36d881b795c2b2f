import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { bootstrapUsername } from './access/authenticator.js';
import { logFormats, logLevels, mostStatements, profileModes } from './config.js';
import type { Config, InitSql, LogConfig } from './config.js';
import { isJson } from './engine/is-json.js';
import { isUrl } from './engine/is-url.js';
import { Failure } from './errors.js';
import {
  createCommand,
  createTolerantCommand,
  defaults,
  refusedFlags,
  releaseFlag,
  usualUsername,
} from './options.js';
import { readBootstrapTokenConfig } from './read-bootstrap-tokens.js';
import { readTlsConfig } from './read-tls.js';
import { isFrom, newestRelease, oldestRelease, parseRelease, usualRelease } from './release.js';
import type { Release } from './release.js';
import { usualSettings } from './sessions/query-settings.js';
import { Settings } from './settings.js';

const mostPort = 65_535;
/** The longest timer of Node.js: 2^31 - 1 milliseconds. */
const mostTimeoutSeconds = 2_147_483;

/**
 * Reads the configuration from the flags `argv` (without program and script) and the environment. Throws
 * Failure('invalid-argument') for invalid or unsupported settings, and CommanderError for an unknown flag and
 * after --help and --version.
 */
export function readConfig(argv: readonly string[]): Config {
  const release = readRelease(argv);
  const command = createCommand(release).parse(argv, { from: 'user' });
  const settings = new Settings(command);
  refuseUnserved(settings);
  const hostname = settings.text('--hostname');
  return {
    release,
    clusterId: readClusterId(settings),
    instanceTag: readInstanceTag(settings),
    statements: isFrom(release, '1.27') ? readStatementSettings(settings) : usualStatements,
    hostnameArg: hostname ?? null,
    hostname: hostname ?? defaults.hostname,
    ...readPorts(settings),
    healthCheckQuery: settings.text('--health-check-query') ?? defaults.healthCheckQuery,
    databaseFilename: readDatabaseFilename(settings),
    readonly: settings.isOn('--readonly'),
    initSql: readInitSql(settings),
    allowedDirectories: readAllowedDirectories(settings),
    sessionIdleTimeoutSeconds:
      settings.integer('--session-idle-timeout', 'seconds, 0 for no limit', mostTimeoutSeconds) ??
      defaults.sessionIdleTimeoutSeconds,
    maxMessageBytes: readMaxMessageBytes(settings),
    queryTimeoutSeconds:
      settings.integer('--query-timeout', 'seconds, 0 for no limit', mostTimeoutSeconds) ?? 0,
    username: readUsername(settings, release),
    password: readPassword(settings),
    secretKey: settings.text('--secret-key') ?? randomBytes(32).toString('base64url'),
    allowCrossInstanceTokens: settings.boolean('--allow-cross-instance-tokens'),
    bootstrapTokens: readBootstrapTokenConfig(settings),
    tls: readTlsConfig(settings),
    instrumentation: {
      enabled: settings.boolean('--enable-instrumentation'),
      databasePath: settings.text('--instrumentation-db-path') ?? null,
      catalog: settings.text('--instrumentation-catalog') ?? null,
      schema: settings.text('--instrumentation-schema') ?? defaults.instrumentationSchema,
    },
    log: readLogConfig(settings),
    // Must be last, after all files have been read.
    filesRead: settings.filesRead,
  };
}

/** The release is found first, because it determines which flags there are. */
function readRelease(argv: readonly string[]): Release {
  const settings = new Settings(createTolerantCommand().parse(argv, { from: 'user' }));
  const text = settings.text(releaseFlag);
  const release = text === undefined ? usualRelease : parseRelease(text);
  if (release === null) {
    throw settings.wrong(
      releaseFlag,
      `is '${text ?? ''}'; it must be a release of GizmoSQL from ${oldestRelease} to ${newestRelease}, such as 1.28.0 or v${newestRelease}.0-LTS`,
    );
  }
  return release;
}

function refuseUnserved(settings: Settings): void {
  for (const { flag, instead } of refusedFlags) {
    if (settings.text(flag) !== undefined) {
      throw settings.wrong(flag, `is not served: ${instead}`);
    }
  }
  const backend = settings.choice('--backend', ['duckdb', 'sqlite']);
  if (backend === 'sqlite') {
    throw settings.wrong('--backend', 'sqlite is not served: this server runs DuckDB only');
  }
}

/** A UUID in its usual form, in any letter case. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function readClusterId(settings: Settings): string | null {
  const flag = '--cluster-id';
  const text = settings.textIfKnown(flag);
  if (text !== undefined && !uuid.test(text)) {
    throw settings.wrong(
      flag,
      `is '${text}'; it must be a UUID, such as 0b4ec1d8-7a66-4e5b-9d53-5b8f5f6f1a2e`,
    );
  }
  return text?.toLowerCase() ?? null;
}

function readInstanceTag(settings: Settings): string | null {
  const flag = '--instance-tag';
  const text = settings.textIfKnown(flag);
  if (text !== undefined && !isJson(text)) {
    throw settings.wrong(flag, `is '${text}'; it must be valid JSON, such as '{"env": "test"}'`);
  }
  return text ?? null;
}

function readPorts(settings: Settings): Pick<Config, 'port' | 'healthPort'> {
  const port = settings.integer('--port', 'a port', mostPort) ?? defaults.port;
  const healthPort = settings.integer('--health-port', 'a port', mostPort) ?? defaults.healthPort;
  if (port !== 0 && port === healthPort) {
    throw new Failure(
      'invalid-argument',
      `The Flight service and the health service cannot share port ${port}: give --health-port another one, or 0 for none`,
    );
  }
  return { port, healthPort: healthPort === 0 ? null : healthPort };
}

/** The maximum of gRPC: the length of a message has four bytes. */
const mostMessageBytes = 2 ** 32 - 1;
const leastMessageBytes = 64 * 1024;
const units: Readonly<Record<string, number>> = { b: 1, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };

function readMaxMessageBytes(settings: Settings): number {
  const flag = '--max-message-size';
  const text = settings.text(flag) ?? defaults.maxMessageSize;
  const [, digits = '', unit = 'b'] = /^(\d+)\s*([a-z]+)?$/i.exec(text) ?? [];
  const bytes = digits === '' ? NaN : Number(digits) * (units[unit.toLowerCase()] ?? NaN);
  if (!(bytes >= leastMessageBytes && bytes <= mostMessageBytes)) {
    throw settings.wrong(
      flag,
      `is '${text}'; it must be a number of bytes, or of KiB, MiB or GiB (256MiB), from 64KiB to less than 4GiB`,
    );
  }
  return bytes;
}

function readDatabaseFilename(settings: Settings): string | null {
  const filename = settings.text('--database-filename');
  return filename === undefined || filename === ':memory:' ? null : filename;
}

function readInitSql(settings: Settings): InitSql[] {
  const parts: InitSql[] = [];
  const commandsFlag = '--init-sql-commands';
  const commands = settings.text(commandsFlag);
  if (commands !== undefined) {
    parts.push({ source: settings.source(commandsFlag), sql: commands });
  }
  const fileFlag = '--init-sql-commands-file';
  const file = settings.text(fileFlag);
  if (file !== undefined) {
    parts.push({ source: file, sql: settings.read(fileFlag, file).toString('utf8') });
  }
  return parts;
}

function readAllowedDirectories(settings: Settings): string[] | null {
  const flag = '--allowed-directories';
  const parts = settings
    .text(flag)
    ?.split(',')
    .map((part) => part.trim());
  if (parts?.includes('') === true) {
    throw settings.wrong(
      flag,
      `is '${parts.join(',')}'; it must be directories, separated by commas`,
    );
  }
  return parts?.map((part) => readDirectory(settings, flag, part)) ?? null;
}

/** Returns an absolute path, or a URL unchanged. */
function readDirectory(settings: Settings, flag: string, given: string): string {
  if (isUrl(given)) {
    return given;
  }
  const directory = resolve(given.replace(/^file:(\/\/(localhost)?(?=\/))?/i, ''));
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw settings.wrong(flag, `names '${given}', which is no directory`);
  }
  return directory;
}

function readUsername(settings: Settings, release: Release): string {
  const username = settings.text('--username') ?? usualUsername(release);
  if (username === bootstrapUsername) {
    throw settings.wrong('--username', `cannot be '${username}', which announces a token`);
  }
  if (username.includes(':')) {
    throw settings.wrong(
      '--username',
      `cannot hold a colon, which ends a user name when logging in`,
    );
  }
  return username;
}

function readPassword(settings: Settings): string {
  const password = settings.text('--password');
  if (password === undefined) {
    throw new Failure(
      'invalid-argument',
      'No password: set GIZMOSQL_PASSWORD or give --password PASSWORD',
    );
  }
  return password;
}

/** The settings of releases without flags for them. */
export const usualStatements: Config['statements'] = {
  captureQueryProfile: usualSettings.captureQueryProfile,
  maxConcurrentStatements: usualSettings.maxConcurrentStatements,
  maxQueuedStatements: usualSettings.maxQueuedStatements,
  maxQueueWaitSeconds: usualSettings.maxQueueWaitSeconds,
  bypassQueue: true,
};

function readStatementSettings(settings: Settings): Config['statements'] {
  const concurrent = '--max-concurrent-statements';
  const queued = '--max-queued-statements';
  const wait = '--max-queue-wait';
  return {
    captureQueryProfile:
      settings.choice('--capture-query-profile', profileModes) ??
      usualStatements.captureQueryProfile,
    maxConcurrentStatements:
      settings.integer(concurrent, 'statements, 0 for no limit', mostStatements) ??
      usualStatements.maxConcurrentStatements,
    maxQueuedStatements:
      settings.integer(
        queued,
        'statements, 0 for no limit, -1 for eight for each that executes',
        mostStatements,
        -1,
      ) ?? usualStatements.maxQueuedStatements,
    maxQueueWaitSeconds:
      settings.integer(wait, 'seconds, 0 for no limit, -1 for 300', mostTimeoutSeconds, -1) ??
      usualStatements.maxQueueWaitSeconds,
    bypassQueue: settings.boolean('--admin-bypass-queue-default', usualStatements.bypassQueue),
  };
}

function readLogConfig(settings: Settings): LogConfig {
  const chosen = (flag: string) => settings.choice(flag, logLevels);
  const level = chosen('--log-level') ?? defaults.logLevel;
  return {
    level,
    format: settings.choice('--log-format', logFormats) ?? defaults.logFormat,
    file: settings.text('--log-file') ?? null,
    queryLevel: chosen('--query-log-level') ?? level,
    authLevel: chosen('--auth-log-level') ?? defaults.logLevel,
    printQueries: settings.isOn('--print-queries'),
    access: settings.choice('--access-log', ['on', 'off']) === 'on',
  };
}
