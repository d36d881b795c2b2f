import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseStore } from './choose-store.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { claimFile } from './engine/claim-file.js';
import type { Connection } from './engine/connection.js';
import { Database } from './engine/database.js';
import { ProfileFolder } from './engine/profile-folder.js';
import { isFrom } from './release.js';
import { limitDirectories } from './engine/limit-directories.js';
import { lockDown } from './engine/lock-down.js';
import { separateSpillFiles } from './engine/session-state.js';
import { runInitSql } from './init-sql.js';
import type { Revision } from './instrumentation/revision.js';
import { attachShell } from './instrumentation/shell.js';
import type { AttachRecords } from './instrumentation/stores/file-store.js';
import type { Store } from './instrumentation/stores/store.js';
import type { Log } from './log.js';
import { noInstrumentation, openInstrumentation } from './open-instrumentation.js';
import type { Instrumentation, InstrumentationParts } from './open-instrumentation.js';

/** Replaceable parts of the engines. */
export interface EngineParts extends InstrumentationParts {
  /** Opens the engine of the records; by default a second engine, separate from the clients'. */
  readonly recordsEngine: (clients: Database, profiles: ProfileFolder | null) => Promise<Database>;
  readonly attach: AttachRecords;
}

/** The inputs for opening the engines. */
export interface EngineContext {
  readonly config: Config;
  readonly revision: Revision;
  readonly parts: Partial<EngineParts>;
  readonly clock: Clock;
  readonly log: Log;
  /** Cleanup functions, added by each step and run in reverse order. */
  readonly closing: (() => unknown)[];
}

/** The engines of a server. */
export interface Engines {
  /** Runs the clients' statements. */
  readonly clients: Database;
  /** Has the records. Without records, or if a replaced part decides so, it is the clients' engine. */
  readonly records: Database;
  readonly instrumentation: Instrumentation;
}

/** Opens the engines and runs the init SQL. The clients' engine has only a shell of the records. */
export async function openEngines(context: EngineContext): Promise<Engines> {
  const { config, parts, closing } = context;
  const store = chooseStore(config, parts.attach);
  // Claimed first and so released last, when all files are closed.
  claimFiles(config, store?.ownFiles ?? [], closing);
  const profiles = hasProfiles(config) ? new ProfileFolder() : null;
  const clients = await Database.open({
    path: config.databaseFilename,
    readonly: config.readonly,
    profiles,
  });
  closing.push(() => {
    clients.close();
  });
  const setting = await openConnection(clients, closing);
  const engines =
    store === null
      ? await withoutRecords(context, clients, setting)
      : await withRecords(context, store, { clients, setting, profiles });
  if (config.allowedDirectories !== null) {
    const own = profiles === null ? [] : [profiles.path];
    await limitDirectories(setting, [...config.allowedDirectories, ...own]);
  }
  return engines;
}

/** Whether profiles can be recorded. */
function hasProfiles({ release, instrumentation }: Config): boolean {
  return instrumentation.enabled && isFrom(release, '1.27');
}

async function withoutRecords(
  { config }: EngineContext,
  clients: Database,
  setting: Connection,
): Promise<Engines> {
  await runInitSql(config.initSql, { clients: setting, records: setting, attached: [] });
  return { clients, records: clients, instrumentation: noInstrumentation };
}

/** The clients' engine, a connection to it, and where both engines may write profiles. */
interface ClientsEngine {
  readonly clients: Database;
  readonly setting: Connection;
  readonly profiles: ProfileFolder | null;
}

/** Opens the engine of the records with its store. */
async function withRecords(
  context: EngineContext,
  store: Store,
  { clients, setting, profiles }: ClientsEngine,
): Promise<Engines> {
  const { config, revision, parts, closing } = context;
  const own = config.readonly ? readonlyEngine : ownEngine;
  const records = await (parts.recordsEngine ?? own)(clients, profiles);
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
  // A newer server may bring a shared catalog up to date. Then times without a zone, which this server writes,
  // are cast. It fails if the init SQL has locked the settings.
  await recording.execute("SET TimeZone = 'UTC'").catch(() => undefined);
  const instrumentation = await openInstrumentation(recording, store, context);
  if (isApart) {
    const { place, keys, folders } = instrumentation;
    await attachShell(setting, { ...place, revision, keys, records: recording });
    await lockDown(recording, folders, profiles);
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

/** Opens an engine that runs no client's statement. */
function ownEngine(clients: Database, profiles: ProfileFolder | null): Promise<Database> {
  return Database.open({ path: null, readonly: false, beside: clients, profiles });
}

/**
 * The same, whose main database is read-only like that of the clients' engine: DuckDB attaches other databases
 * read-only then, unless ATTACH says READ_WRITE. A database in memory cannot be read-only.
 */
async function readonlyEngine(
  clients: Database,
  profiles: ProfileFolder | null,
): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'gizmosql-main-'));
  try {
    // The catalog has the name of the file: like a database in memory.
    const path = join(folder, 'memory.db');
    const made = await Database.open({ path, readonly: false });
    made.close();
    return await Database.open({ path, readonly: true, beside: clients, profiles });
  } finally {
    // It remains usable while it is open.
    await rm(folder, { recursive: true, force: true });
  }
}
