import { dirname, resolve } from 'node:path';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { Authenticator } from './access/authenticator.js';
import { BootstrapTokens } from './access/bootstrap-tokens.js';
import { createGuard } from './access/engine-guard.js';
import type { Guard } from './access/guard.js';
import { Passwords } from './access/passwords.js';
import { SessionTokens } from './access/session-tokens.js';
import { systemClock } from './clock.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { claimFile } from './engine/claim-file.js';
import { Database } from './engine/database.js';
import type { Connection } from './engine/connection.js';
import { accessLog } from './flight/access-log.js';
import { Caller } from './flight/caller.js';
import { Connections } from './flight/connections.js';
import { createFlightService } from './flight/flight-service.js';
import { Listener } from './flight/listener.js';
import { messageLimits } from './flight/message-limits.js';
import { arrowVersion, hostFacts, serverIp } from './instrumentation/host-facts.js';
import { attachInstrumentation } from './instrumentation/instrumentation-database.js';
import { nullRecorder } from './instrumentation/recorder.js';
import type { Recorder } from './instrumentation/recorder.js';
import { recoverStaleRecords } from './instrumentation/recovery.js';
import { writeRowsByKeptPlans } from './instrumentation/row-writer.js';
import type { WriteRows } from './instrumentation/row-writer.js';
import { attachShell } from './instrumentation/shell.js';
import { openHealth } from './open-health.js';
import { runInitSql } from './init-sql.js';
import { openCatalog, openFile } from './open-instrumentation.js';
import type { Instrumentation } from './open-instrumentation.js';
import { createLog, isAtLeast } from './log.js';
import type { Log } from './log.js';
import { watchMemory } from './memory-return.js';
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
export interface ServerParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Makes of the guard that would be used the one that is. */
  readonly guard: (original: Guard) => Guard;
  readonly pseudoFunctions: PseudoFunctions;
  /** Makes of the recorder that would be used the one that is. */
  readonly recorder: (original: Recorder) => Recorder;
  readonly writeRows: WriteRows;
  /** The engine that keeps the records, given that of the clients: one of its own. */
  readonly recordsEngine: (clients: Database) => Promise<Database>;
  /** Attaches the instrumentation database of the file at `path` and makes what it lacks. */
  readonly attach: (connection: Connection, path: string) => Promise<void>;
  /** Completes the records that a crashed server left open; in a catalog that others may share nothing does. */
  readonly recovery: (connection: Connection, now: bigint) => Promise<void>;
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
const instrumentationFile = 'gizmosql_instrumentation.db';

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

  // Closed in reverse order: a file is given free when nothing of it is open any more.
  claimFiles(config, closing);
  const database = await Database.open({
    path: config.databaseFilename,
    readonly: config.readonly,
  });
  closing.push(() => {
    database.close();
  });
  const records = config.instrumentation.enabled
    ? await (parts.recordsEngine ?? ownEngine)(database)
    : null;
  if (records !== null && records !== database) {
    closing.push(() => {
      records.close();
    });
  }
  const recording = records === null ? null : await openConnection(records, closing);
  const setting = await openConnection(database, closing);
  const named = config.instrumentation.catalog;
  const apart = records !== database && recording !== null && named !== null;
  await runInitSql(config.initSql, {
    clients: setting,
    records: apart ? { connection: recording, catalog: named } : null,
  });
  closing.push(watchMemory(() => (records ?? database).trimMemory()));

  const instrumentation =
    recording === null ? null : await openInstrumentation(config, parts, recording, clock, log);
  if (instrumentation !== null && records !== database) {
    await attachShell(setting, {
      ...instrumentation.place,
      keys: instrumentation.keys,
      records: named === null ? undefined : (recording ?? undefined),
    });
  }
  closing.push(await watchFiles(ownFiles(config), log));
  const recorder = (parts.recorder ?? unchanged)(instrumentation?.recorder ?? nullRecorder);
  const sessions = new SessionRegistry({
    instanceId,
    connect: () => database.connect(),
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
    guard: (parts.guard ?? unchanged)(createGuard(instrumentation?.guarded ?? null)),
    pseudoFunctions: parts.pseudoFunctions ?? substitutePseudoFunctions,
    reading:
      instrumentation === null || records === null || records === database
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
      duckdbVersion: database.version,
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
  const health = await openHealth(config, database, log, closing);

  recorder.instanceStarted({
    instanceId,
    gizmosqlVersion,
    gizmosqlEdition: edition,
    duckdbVersion: database.version,
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

function claimFiles(config: Config, closing: (() => unknown)[]): void {
  if (config.databaseFilename !== null && !config.readonly) {
    closing.push(claimFile(config.databaseFilename));
  }
  if (config.instrumentation.enabled && config.instrumentation.catalog === null) {
    closing.push(claimFile(instrumentationPath(config)));
  }
}

/** The records have an engine of their own, which no client's statement is given to. */
function ownEngine(clients: Database): Promise<Database> {
  return Database.open({ path: null, readonly: false, beside: clients });
}

async function openConnection(database: Database, closing: (() => unknown)[]): Promise<Connection> {
  const connection = await database.connect();
  closing.push(() => {
    connection.close();
  });
  return connection;
}

async function openInstrumentation(
  config: Config,
  parts: Partial<ServerParts>,
  connection: Connection,
  clock: Clock,
  log: Log,
): Promise<Instrumentation> {
  const { catalog, schema } = config.instrumentation;
  if (catalog !== null) {
    return openCatalog(connection, {
      catalog,
      schema,
      recover: async (recovering) => parts.recovery?.(recovering, clock.now()),
      writeRows: parts.writeRows,
      log,
    });
  }
  return openFile(connection, {
    path: instrumentationPath(config),
    attach: parts.attach ?? attachInstrumentation,
    recover: (recovering) => (parts.recovery ?? recoverStaleRecords)(recovering, clock.now()),
    writeRows: parts.writeRows ?? writeRowsByKeptPlans(),
    log,
  });
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

/** Beside the main database; beside nothing, in the working directory. */
function instrumentationPath({ instrumentation, databaseFilename }: Config): string {
  return resolve(
    instrumentation.databasePath ??
      resolve(databaseFilename === null ? '.' : dirname(databaseFilename), instrumentationFile),
  );
}
