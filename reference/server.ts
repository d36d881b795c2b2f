import type { Config } from './config.js';
import { composeStatements } from './compose-statements.js';
import { arrowVersion } from './instrumentation/host-facts.js';
import type { Recorder } from './instrumentation/recorder.js';
import { revisionAt } from './instrumentation/revisions/all.js';
import { instanceRecord } from './instance-record.js';
import { watchMemory } from './memory-return.js';
import { openEngines } from './open-engines.js';
import type { Engines } from './open-engines.js';
import { openHealth } from './open-health.js';
import { openListener } from './open-listener.js';
import type { Instrumentation } from './open-instrumentation.js';
import { createContext } from './server-context.js';
import type { ServerContext } from './server-context.js';
import { unchanged } from './server-parts.js';
import type { ServerParts } from './server-parts.js';
import { SessionRegistry } from './sessions/session-registry.js';
import { createSqlInfo } from './statements/sql-info-facts.js';
import { watchFiles } from './watch-files.js';

/** The result of a stop. */
export interface StopReport {
  /** The number of records that could not be written since the server started. */
  readonly lostRecords: number;
}

/** A server that accepts connections. */
export interface RunningServer {
  readonly port: number;
  readonly healthPort: number | null;
  /** A UUID, new at each start. */
  readonly instanceId: string;
  /**
   * Ends all sessions. Resolves when every record is on disk or given up. `reason` becomes the instance's
   * stop_reason.
   */
  stop(reason: string): Promise<StopReport>;
}

/**
 * Starts a server: the composition root. Throws a Failure if a file, a port or the init SQL is wrong, and
 * then leaves nothing open.
 */
export async function startServer(
  config: Config,
  parts: Partial<ServerParts> = {},
): Promise<RunningServer> {
  const closing: (() => unknown)[] = [];
  try {
    const revision = revisionAt(config.release);
    return await compose(createContext(config, { revision, ...parts }, closing));
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

async function closeAll(closing: (() => unknown)[]): Promise<void> {
  for (const close of closing.reverse()) {
    await close();
  }
}

async function compose(context: ServerContext): Promise<RunningServer> {
  const { config, parts, clock, log, instanceId, closing } = context;
  const startTime = clock.now();
  const engines = await openEngines(context);
  await watch(context, engines);
  const recorder = (parts.recorder ?? unchanged)(engines.instrumentation.recorder);
  const sessions = composeSessions(context, engines, recorder);
  const statements = composeStatements(context, { engines, sessions, recorder });
  const versions = { duckdbVersion: engines.clients.version, arrowVersion: await arrowVersion() };
  const sqlInfo = createSqlInfo({
    ...versions,
    readonly: config.readonly,
    instrumentation: engines.instrumentation.place,
  });
  const listener = await openListener(context, { sessions, statements, sqlInfo });
  const { port } = listener;
  const health = await openHealth(config, engines.clients, log, closing);
  recorder.instanceStarted(
    await instanceRecord(config, { instanceId, startTime, port, ...versions }),
  );
  return {
    port,
    healthPort: health?.port ?? null,
    instanceId,
    stop: async (reason) => {
      // Concurrently, because a client that neither sends nor reads would keep its session open.
      await Promise.all([sessions.endAll('closed', 'server stopped'), listener.close()]);
      recorder.instanceStopped(instanceId, clock.now(), reason);
      const lostRecords = await recorder.close();
      await closeAll(closing);
      return { lostRecords };
    },
  };
}

/** Watches memory and files while the server runs. */
async function watch(
  { config, log, closing }: ServerContext,
  { records, instrumentation }: Engines,
): Promise<void> {
  closing.push(watchMemory(() => records.trimMemory()));
  closing.push(await watchFiles(ownFiles(config, instrumentation), log));
}

/** The files whose deletion would otherwise go unnoticed. */
function ownFiles(
  { databaseFilename }: Config,
  instrumentation: Instrumentation,
): { what: string; path: string }[] {
  return [
    ...(databaseFilename === null ? [] : [{ what: 'the database', path: databaseFilename }]),
    ...instrumentation.ownFiles.map((path) => ({ what: 'the instrumentation database', path })),
  ];
}

function composeSessions(
  { config, clock, log, instanceId }: ServerContext,
  { clients }: Engines,
  recorder: Recorder,
): SessionRegistry {
  return new SessionRegistry({
    instanceId,
    connect: () => clients.connect(),
    recorder,
    clock,
    log,
    idleTimeoutSeconds: config.sessionIdleTimeoutSeconds,
  });
}
