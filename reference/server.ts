import { homedir } from 'node:os';
import { join } from 'node:path';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { Authenticator } from './access/authenticator.js';
import { BootstrapTokens } from './access/bootstrap-tokens.js';
import { createGuard } from './access/engine-guard.js';
import type { Guard } from './access/guard.js';
import { withoutLogFiles } from './access/limited-guard.js';
import { Passwords } from './access/passwords.js';
import { ProtectedFiles } from './access/protected-files.js';
import { SessionTokens } from './access/session-tokens.js';
import { systemClock } from './clock.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { accessLog } from './flight/access-log.js';
import { Caller } from './flight/caller.js';
import { Connections } from './flight/connections.js';
import { createFlightService } from './flight/flight-service.js';
import { Listener } from './flight/listener.js';
import { messageLimits } from './flight/message-limits.js';
import { arrowVersion, hostFacts, serverIp } from './instrumentation/host-facts.js';
import { nullRecorder } from './instrumentation/recorder.js';
import type { Recorder } from './instrumentation/recorder.js';
import { openEngines } from './open-engines.js';
import type { EngineParts } from './open-engines.js';
import { openHealth } from './open-health.js';
import type { Instrumentation } from './open-instrumentation.js';
import { createLog, isAtLeast } from './log.js';
import type { Log } from './log.js';
import { watchMemory } from './memory-return.js';
import { instrumentationPath, serverFiles } from './server-files.js';
import { SessionRegistry } from './sessions/session-registry.js';
import { GizmosqlSettings } from './statements/gizmosql-settings.js';
import { KillSession } from './statements/kill-session.js';
import type { Kill } from './statements/kill-session.js';
import { substitutePseudoFunctions } from './statements/pseudo-functions.js';
import type { PseudoFunctions } from './statements/pseudo-functions.js';
import { createSqlInfo } from './statements/sql-info-facts.js';
import { RecordsReading } from './statements/records-reading.js';
import { StatementService } from './statements/statement-service.js';
import { gizmosqlVersion } from './version.js';
import { watchFiles } from './watch-files.js';

/** Parts that may be replaced: what a non-conforming server does differently, it does in one of these. */
export interface ServerParts extends EngineParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Makes of the guard that would be used the one that is. */
  readonly guard: (original: Guard) => Guard;
  readonly pseudoFunctions: PseudoFunctions;
  /** Makes of the recorder that would be used the one that is. */
  readonly recorder: (original: Recorder) => Recorder;
  readonly kill: (sessions: SessionRegistry) => Kill;
  /** Makes of the RPCs that would be served those that are. */
  readonly service: (original: UntypedServiceImplementation) => UntypedServiceImplementation;
}

/** What a stopped server leaves behind. */
export interface StopReport {
  /** Instrumentation records that could not be written, from its start on. */
  readonly lostRecords: number;
}

/** A server that accepts connections. */
export interface RunningServer {
  readonly port: number;
  readonly healthPort: number | null;
  /** A UUID, new at each start. */
  readonly instanceId: string;
  /**
   * Ends all sessions and resolves when every record is on disk or given up. `reason` becomes the instance's
   * stop_reason.
   */
  stop(reason: string): Promise<StopReport>;
}

/** The edition it presents itself as: it offers everything. */
const edition = 'Enterprise';

/**
 * Starts a server: the composition root. Throws a Failure, with nothing left
 * open, when a file, a port or the init SQL is not what it should be.
 */
export async function startServer(
  config: Config,
  parts: Partial<ServerParts> = {},
): Promise<RunningServer> {
  const closing: (() => unknown)[] = [];
  try {
    return await compose(config, parts, closing);
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

function unchanged<T>(part: T): T {
  return part;
}

async function closeAll(closing: (() => unknown)[]): Promise<void> {
  for (const close of closing.reverse()) {
    await close();
  }
}

/** Puts the parts together; `closing` gets what undoes each step, in order. */
async function compose(
  config: Config,
  parts: Partial<ServerParts>,
  closing: (() => unknown)[],
): Promise<RunningServer> {
  const clock = parts.clock ?? systemClock;
  const log = parts.log ?? createLog(config.log);
  const instanceId = crypto.randomUUID();
  const startTime = clock.now();

  const { clients, records, instrumentation } = await openEngines({
    ...{ config, parts, clock, log, closing },
  });
  closing.push(watchMemory(() => (records ?? clients).trimMemory()));
  closing.push(await watchFiles(ownFiles(config), log));
  const recorder = (parts.recorder ?? unchanged)(instrumentation?.recorder ?? nullRecorder);
  const sessions = new SessionRegistry({
    instanceId,
    connect: () => clients.connect(),
    recorder,
    clock,
    log,
    idleTimeoutSeconds: config.sessionIdleTimeoutSeconds,
  });
  const statements = new StatementService({
    recorder,
    clock,
    log,
    printQueries: config.log.printQueries,
    settings: new GizmosqlSettings({
      queryTimeoutSeconds: config.queryTimeoutSeconds,
      queryLogLevel: config.log.queryLevel,
    }),
    guard: (parts.guard ?? unchanged)(
      (config.allowedDirectories === null ? unchanged : withoutLogFiles)(
        createGuard(instrumentation?.guarded ?? null, protectedFiles(config, instrumentation)),
      ),
    ),
    pseudoFunctions: parts.pseudoFunctions ?? substitutePseudoFunctions,
    reading:
      instrumentation === null || records === null || records === clients
        ? null
        : new RecordsReading({ ...instrumentation.place, connect: () => records.connect() }),
    kill: parts.kill?.(sessions) ?? new KillSession(sessions),
    valuesFor: ({ id, identity }) => ({
      GIZMOSQL_VERSION: gizmosqlVersion,
      GIZMOSQL_EDITION: edition,
      GIZMOSQL_CURRENT_SESSION: id,
      GIZMOSQL_CURRENT_INSTANCE: instanceId,
      GIZMOSQL_USER: identity.username,
      GIZMOSQL_ROLE: identity.role,
    }),
  });

  const connections = new Connections(sessions);
  const authenticator = new Authenticator({
    passwords: new Passwords(config.username, config.password),
    sessionTokens: new SessionTokens({
      secretKey: config.secretKey,
      instanceId,
      allowCrossInstanceTokens: config.allowCrossInstanceTokens,
      clock,
    }),
    bootstrapTokens:
      config.bootstrapTokens && new BootstrapTokens({ ...config.bootstrapTokens, clock }),
  });
  const caller = new Caller({
    authenticator,
    sessions,
    connections,
    protocol: config.tls === null ? 'plaintext' : config.tls.mtls ? 'mtls' : 'tls',
    logAuth: (message, fields) => {
      if (isAtLeast(config.log.authLevel, config.log.level)) {
        log.at(config.log.authLevel, message, fields);
      }
    },
  });
  const arrow = await arrowVersion();
  const service = createFlightService({
    caller,
    sessions,
    statements,
    log,
    sqlInfo: createSqlInfo({
      duckdbVersion: clients.version,
      arrowVersion: arrow,
      readonly: config.readonly,
      instrumentation: instrumentation?.place ?? null,
    }),
  });
  const listener = await Listener.open({
    hostname: config.hostname,
    port: config.port,
    tls: config.tls,
    service: (parts.service ?? unchanged)(service),
    interceptors: [
      messageLimits({
        mostBytes: config.maxMessageBytes,
        isLoggedIn: (authorization) => authenticator.knows(authorization),
      }),
      ...(config.log.access ? [accessLog(log)] : []),
    ],
    onConnection: (http2) => {
      connections.opened(http2);
    },
  });
  closing.push(() => listener.close());
  const health = await openHealth(config, clients, log, closing);

  recorder.instanceStarted({
    instanceId,
    gizmosqlVersion,
    gizmosqlEdition: edition,
    duckdbVersion: clients.version,
    arrowVersion: arrow,
    hostnameArg: config.hostnameArg,
    serverIp: await serverIp(config.hostname),
    port: listener.port,
    databasePath: config.databaseFilename ?? ':memory:',
    tlsEnabled: config.tls !== null,
    tlsCertPath: config.tls?.certPath ?? null,
    tlsKeyPath: config.tls?.keyPath ?? null,
    mtlsRequired: config.tls?.mtls != null,
    mtlsCaCertPath: config.tls?.mtls?.caCertPath ?? null,
    readonly: config.readonly,
    ...(await hostFacts()),
    startTime,
  });
  return {
    port: listener.port,
    healthPort: health?.port ?? null,
    instanceId,
    stop: async (reason) => {
      // Together: a client that neither sends nor reads on would hold its session back.
      await Promise.all([sessions.endAll('closed', 'server stopped'), listener.close()]);
      recorder.instanceStopped(instanceId, clock.now(), reason);
      const lostRecords = await recorder.close();
      await closeAll(closing);
      return { lostRecords };
    },
  };
}

/** What no statement is to read or to write: what the server itself has open or was told to read, and secrets. */
function protectedFiles(config: Config, instrumentation: Instrumentation | null): ProtectedFiles {
  const { files = [], folders = [] } = instrumentation ?? {};
  const secrets = join(homedir(), '.duckdb', 'stored_secrets');
  return new ProtectedFiles([...serverFiles(config), ...files], [...folders, secrets]);
}

/** The files whose disappearance nobody else would notice. */
function ownFiles(config: Config): { what: string; path: string }[] {
  const { databaseFilename, instrumentation } = config;
  const records = instrumentation.enabled && instrumentation.catalog === null;
  return [
    ...(databaseFilename === null ? [] : [{ what: 'the database', path: databaseFilename }]),
    ...(records
      ? [{ what: 'the instrumentation database', path: instrumentationPath(config) }]
      : []),
  ];
}
