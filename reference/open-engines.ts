import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { claimFile } from './engine/claim-file.js';
import type { Connection } from './engine/connection.js';
import { Database } from './engine/database.js';
import { limitDirectories } from './engine/limit-directories.js';
import { lockDown } from './engine/lock-down.js';
import { separateSpillFiles } from './engine/session-state.js';
import { runInitSql } from './init-sql.js';
import { attachInstrumentation } from './instrumentation/instrumentation-database.js';
import { recoverStaleRecords } from './instrumentation/recovery.js';
import { writeRowsByKeptPlans } from './instrumentation/row-writer.js';
import type { WriteRows } from './instrumentation/row-writer.js';
import { attachShell } from './instrumentation/shell.js';
import type { Log } from './log.js';
import { openCatalog, openFile } from './open-instrumentation.js';
import type { Instrumentation } from './open-instrumentation.js';
import { instrumentationPath } from './server-files.js';

/** Parts of the engines that may be replaced. */
export interface EngineParts {
  readonly writeRows: WriteRows;
  /** The engine that keeps the records, given that of the clients: one of its own. */
  readonly recordsEngine: (clients: Database) => Promise<Database>;
  /** Attaches the instrumentation database of the file at `path` and makes what it lacks. */
  readonly attach: (connection: Connection, path: string) => Promise<void>;
  /** Completes the records that a crashed server left open; in a catalog that others may share nothing does. */
  readonly recovery: (connection: Connection, now: bigint) => Promise<void>;
}

/** What the engines are opened with. */
export interface EngineContext {
  readonly config: Config;
  readonly parts: Partial<EngineParts>;
  readonly clock: Clock;
  readonly log: Log;
  /** Gets what undoes each step, in order. */
  readonly closing: (() => unknown)[];
}

/** The engines of a server. */
export interface Engines {
  /** What clients' statements run in. */
  readonly clients: Database;
  /** What keeps the records, and in which only an admin reads; null where there are none. */
  readonly records: Database | null;
  readonly instrumentation: Instrumentation | null;
}

/** Opens the engines, runs the init SQL, and has the clients' engine see no more of the records than a shell. */
export async function openEngines(context: EngineContext): Promise<Engines> {
  const { config, parts, closing } = context;
  // Closed in reverse order: a file is given free when nothing of it is open any more.
  claimFiles(config, closing);
  const clients = await Database.open({ path: config.databaseFilename, readonly: config.readonly });
  closing.push(() => {
    clients.close();
  });
  const setting = await openConnection(clients, closing);
  if (!config.instrumentation.enabled) {
    await runInitSql(config.initSql, { clients: setting, records: null });
    await limit(setting, config);
    return { clients, records: null, instrumentation: null };
  }
  const records = await (parts.recordsEngine ?? ownEngine)(clients);
  const isApart = records !== clients;
  if (isApart) {
    closing.push(() => {
      records.close();
    });
  }
  const recording = await openConnection(records, closing);
  if (isApart) {
    await separateSpillFiles(setting, recording);
  }
  const { catalog } = config.instrumentation;
  await runInitSql(config.initSql, {
    clients: setting,
    records: isApart && catalog !== null ? { connection: recording, catalog } : null,
  });
  const instrumentation = await openInstrumentation(context, recording);
  if (isApart) {
    await attachShell(setting, {
      ...instrumentation.place,
      keys: instrumentation.keys,
      records: catalog === null ? undefined : recording,
    });
    await lockDown(recording, instrumentation.folders ?? []);
  }
  await limit(setting, config);
  return { clients, records, instrumentation };
}

function claimFiles(config: Config, closing: (() => unknown)[]): void {
  if (config.databaseFilename !== null && !config.readonly) {
    closing.push(claimFile(config.databaseFilename));
  }
  if (config.instrumentation.enabled && config.instrumentation.catalog === null) {
    closing.push(claimFile(instrumentationPath(config)));
  }
}

async function openConnection(database: Database, closing: (() => unknown)[]): Promise<Connection> {
  const connection = await database.connect();
  closing.push(() => {
    connection.close();
  });
  return connection;
}

/** The records have an engine of their own, which no client's statement is given to. */
function ownEngine(clients: Database): Promise<Database> {
  return Database.open({ path: null, readonly: false, beside: clients });
}

async function limit(connection: Connection, { allowedDirectories }: Config): Promise<void> {
  if (allowedDirectories !== null) {
    await limitDirectories(connection, allowedDirectories);
  }
}

async function openInstrumentation(
  { config, parts, clock, log }: EngineContext,
  connection: Connection,
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
