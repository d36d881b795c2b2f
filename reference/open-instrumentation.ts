import { resolve } from 'node:path';
import type { NamedCatalog } from './access/catalog-rules.js';
import type { Connection } from './engine/connection.js';
import { quoteLiteral } from './engine/identifiers.js';
import { useCatalog } from './instrumentation/instrumentation-catalog.js';
import { instrumentationCatalog } from './instrumentation/instrumentation-database.js';
import { catalogPace } from './instrumentation/pace.js';
import { QueueRecorder } from './instrumentation/queue-recorder.js';
import type { Recorder } from './instrumentation/recorder.js';
import type { WriteRows } from './instrumentation/row-writer.js';
import type { Log } from './log.js';

/** Where the records go, what writes them and what the guard protects. */
export interface Instrumentation {
  readonly place: { readonly catalog: string; readonly schema: string };
  /** Whether its tables have keys. */
  readonly keys: boolean;
  readonly recorder: Recorder;
  /** What the guard knows it by. */
  readonly guarded: NamedCatalog;
  /** Where an attached catalog is: its files and folders. */
  readonly files?: readonly string[];
  readonly folders?: readonly string[];
}

/** Opens the file at `path`; what an earlier server left open in it is completed by `recover`. */
export async function openFile(
  connection: Connection,
  {
    path,
    attach,
    recover,
    writeRows,
    log,
  }: {
    path: string;
    attach: (connection: Connection, path: string) => Promise<void>;
    recover: (connection: Connection) => Promise<void>;
    writeRows: WriteRows;
    log: Log;
  },
): Promise<Instrumentation> {
  await attach(connection, path);
  await recover(connection);
  return {
    place: { catalog: instrumentationCatalog, schema: 'main' },
    keys: true,
    recorder: new QueueRecorder(connection, log, { writeRows }),
    guarded: { catalog: instrumentationCatalog, remote: false },
  };
}

/**
 * Opens an attached catalog. Nothing in it is recovered, unless `recover` says otherwise: what is
 * open there may belong to a server that runs.
 */
export async function openCatalog(
  connection: Connection,
  {
    catalog,
    schema,
    recover,
    writeRows,
    log,
  }: {
    catalog: string;
    schema: string;
    recover?: (connection: Connection) => Promise<void>;
    writeRows?: WriteRows | undefined;
    log: Log;
  },
): Promise<Instrumentation> {
  const { name, type, path } = await useCatalog(connection, catalog, schema);
  await recover?.(connection);
  const recorder = new QueueRecorder(connection, log, {
    pace: catalogPace,
    ...(writeRows && { writeRows }),
  });
  const common = { place: { catalog: name, schema }, keys: type === 'duckdb', recorder };
  const guarded = { catalog: name.toLowerCase() };
  if (type !== 'ducklake') {
    const files = path === '' ? [] : [resolve(path), `${resolve(path)}.wal`];
    const remote = type !== 'duckdb' && type !== 'sqlite';
    return { ...common, guarded: { ...guarded, remote }, files };
  }
  const [[kind, data] = []] = await connection.rows(
    `SELECT catalog_type, data_path FROM system.main.ducklake_settings(${quoteLiteral(name)})`,
  );
  const remote = kind !== 'duckdb' && kind !== 'sqlite';
  const metadata = resolve(path.replace(/^(ducklake:|duckdb:|sqlite:)+/i, ''));
  const files = remote || path === '' ? [] : [metadata, `${metadata}.wal`, `${metadata}-wal`];
  return {
    ...common,
    guarded: { ...guarded, remote },
    files,
    folders: [String(data)],
  };
}
