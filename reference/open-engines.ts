import { chooseStore } from './choose-store.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { claimFile } from './engine/claim-file.js';
import type { Connection } from './engine/connection.js';
import { Database } from './engine/database.js';
import { limitDirectories } from './engine/limit-directories.js';
import { lockDown } from './engine/lock-down.js';
import { separateSpillFiles } from './engine/session-state.js';
import { runInitSql } from './init-sql.js';
import { attachShell } from './instrumentation/shell.js';
import type { Store } from './instrumentation/stores/store.js';
import type { Log } from './log.js';
import { noInstrumentation, openInstrumentation } from './open-instrumentation.js';
import type { Instrumentation, InstrumentationParts } from './open-instrumentation.js';

/** Parts of the engines that may be replaced. */
export interface EngineParts extends InstrumentationParts {
  /** The engine that keeps the records, given that of the clients: one of its own. */
  readonly recordsEngine: (clients: Database) => Promise<Database>;
  /** Attaches the instrumentation database of the file at `path` and makes what it lacks. */
  readonly attach: (connection: Connection, path: string) => Promise<void>;
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
  /** What keeps the records, and in which only an admin reads; that of the clients where it has none of its own. */
  readonly records: Database;
  readonly instrumentation: Instrumentation;
}

/** Opens the engines, runs the init SQL, and has the clients' engine see no more of the records than a shell. */
export async function openEngines(context: EngineContext): Promise<Engines> {
  const { config, parts, closing } = context;
  const store = chooseStore(config, parts.attach);
  // Closed in reverse order: a file is given free when nothing of it is open any more.
  claimFiles(config, store?.ownFiles ?? [], closing);
  const clients = await Database.open({ path: config.databaseFilename, readonly: config.readonly });
  closing.push(() => {
    clients.close();
  });
  const setting = await openConnection(clients, closing);
  const engines =
    store === null
      ? await withoutRecords(context, clients, setting)
      : await withRecords(context, store, clients, setting);
  if (config.allowedDirectories !== null) {
    await limitDirectories(setting, config.allowedDirectories);
  }
  return engines;
}

async function withoutRecords(
  { config }: EngineContext,
  clients: Database,
  setting: Connection,
): Promise<Engines> {
  await runInitSql(config.initSql, { clients: setting, records: setting, attached: [] });
  return { clients, records: clients, instrumentation: noInstrumentation };
}

/** Opens the engine of the records and the store in it; `setting` is a connection of the clients' engine. */
async function withRecords(
  context: EngineContext,
  store: Store,
  clients: Database,
  setting: Connection,
): Promise<Engines> {
  const { config, parts, closing } = context;
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
  const attached = isApart ? store.attached : [];
  await runInitSql(config.initSql, { clients: setting, records: recording, attached });
  const instrumentation = await openInstrumentation(recording, store, context);
  if (isApart) {
    const { place, keys, folders } = instrumentation;
    await attachShell(setting, { ...place, keys, records: recording });
    await lockDown(recording, folders);
  }
  return { clients, records, instrumentation };
}

function claimFiles(
  { databaseFilename, readonly }: Config,
  ownFiles: readonly string[],
  closing: (() => unknown)[],
): void {
  const main = databaseFilename === null || readonly ? [] : [databaseFilename];
  for (const path of [...main, ...ownFiles]) {
    closing.push(claimFile(path));
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
