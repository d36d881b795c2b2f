import { resolve } from 'node:path';
import { DuckLakeRules } from './access/ducklake-rules.js';
import type { ProtectedDatabase } from './access/engine-guard.js';
import { ProtectedFiles } from './access/protected-files.js';
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
  readonly recorder: Recorder;
  readonly guarded: ProtectedDatabase;
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
    recorder: new QueueRecorder(connection, log, { writeRows }),
    guarded: {
      catalog: instrumentationCatalog,
      files: new ProtectedFiles([path, `${path}.wal`]),
      lake: null,
    },
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
  const lower = name.toLowerCase();
  const place = { catalog: name, schema };
  if (type !== 'ducklake') {
    const files = path === '' ? [] : [resolve(path), `${resolve(path)}.wal`];
    return {
      place,
      recorder,
      guarded: { catalog: lower, files: new ProtectedFiles(files), lake: null },
    };
  }
  const [[kind, data] = []] = await connection.rows(
    `SELECT catalog_type, data_path FROM system.main.ducklake_settings(${quoteLiteral(name)})`,
  );
  const [[behind] = []] = await connection.rows(
    "SELECT system.main.map_extract_value(options, 'metadata_catalog') FROM system.main.duckdb_databases() WHERE database_name = $1",
    [name],
  );
  const remote = kind !== 'duckdb' && kind !== 'sqlite';
  const metadata = resolve(path.replace(/^(ducklake:|duckdb:|sqlite:)+/i, ''));
  const files = remote || path === '' ? [] : [metadata, `${metadata}.wal`, `${metadata}-wal`];
  return {
    place,
    recorder,
    guarded: {
      catalog: lower,
      files: new ProtectedFiles(files, [String(data)]),
      lake: new DuckLakeRules(
        lower,
        remote,
        behind == null ? undefined : String(behind).toLowerCase(),
      ),
    },
  };
}
