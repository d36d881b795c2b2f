import { DuckDBInstanceCache, version } from '@duckdb/node-api';
import type { DuckDBInstance } from '@duckdb/node-api';
import { Failure } from '../errors.js';
import { Connection } from './connection.js';
import { engineMessage } from './engine-error.js';
import { quoteLiteral } from './identifiers.js';
import { NameChanges } from './name-changes.js';
import type { ProfileFolder } from './profile-folder.js';

/** The location of the main database, and how to open it. */
export interface DatabaseOptions {
  /** A path; null for a database in memory. */
  readonly path: string | null;
  readonly readonly: boolean;
  /** Another engine in this process. Neither of the two can attach a file that the other has open. */
  readonly beside?: Database;
  /** Where the engine may write profiles; by default, it can make none. Closed with the database. */
  readonly profiles?: ProfileFolder | null;
}

const settings = {
  // DuckDB 1.5 plans a statement with the table statistics of the moment when it is prepared, and keeps the
  // plan. Rows that are committed before it runs may exceed them: then it sorts by truncated keys and returns
  // wrong values, or bytes of its memory.
  disabled_optimizers: 'statistics_propagation',
  // A query runs on the thread that fetches its rows, so sessions still run in parallel. With more threads,
  // DuckDB wakes one for every 2,048 rows it streams, which doubles the cost of the rows.
  threads: '1',
  // Otherwise any role's statement that names a function or a setting of an extension would make the server
  // download it during preparation. Admins can still INSTALL explicitly.
  autoinstall_known_extensions: 'false',
};

/**
 * A failure within this much of a result is known before its first row is sent, so the client gets the
 * engine's message.
 */
const streamingBuffer = '4MiB';

const trimThreshold = 'allocator_bulk_deallocation_flush_threshold';

/** A DuckDB instance: the one that runs clients' statements, or the one that stores the records. */
export class Database {
  private readonly names = new NameChanges();

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly family: DuckDBInstanceCache,
    private readonly profiles: ProfileFolder | null,
  ) {}

  /** Opens the database. Throws Failure('invalid-argument') that names the path if DuckDB cannot. */
  static async open({ path, readonly, beside, profiles }: DatabaseOptions): Promise<Database> {
    // Instances of one cache cannot open each other's files.
    const family = beside?.family ?? new DuckDBInstanceCache();
    try {
      const instance = await family.getOrCreateInstance(path ?? ':memory:', {
        ...settings,
        ...(readonly ? { access_mode: 'READ_ONLY' } : {}),
      });
      return new Database(instance, family, profiles ?? null);
    } catch (cause) {
      throw new Failure(
        'invalid-argument',
        `Cannot open the database '${path ?? ':memory:'}': ${engineMessage(cause)}`,
        { cause },
      );
    }
  }

  async connect(): Promise<Connection> {
    const connection = new Connection(await this.instance.connect(), this.names, this.profiles);
    // Fails if an admin has locked the settings. Sessions then still work, but failures may come later in a
    // result.
    await connection
      .execute(`SET streaming_buffer_size = '${streamingBuffer}'`)
      .catch(() => undefined);
    return connection;
  }

  /**
   * Returns memory that was freed, but kept by the C library, to the operating system. The engine does so
   * when a statement reserves more memory than a threshold, which is set to zero for a moment. Does nothing
   * if the settings are locked or the database is closed.
   */
  async trimMemory(): Promise<void> {
    const connection = await this.connect().catch(() => null);
    if (connection === null) {
      return;
    }
    const set = (value: string) =>
      connection.execute(`SET GLOBAL ${trimThreshold} = ${quoteLiteral(value)}`);
    try {
      const [[usual] = []] = await connection.rows(
        `SELECT system.main.current_setting('${trimThreshold}')`,
      );
      await set('0 bytes');
      try {
        await connection.rows('SELECT 1');
      } finally {
        await set(String(usual));
      }
    } catch {
      // The memory is returned at the next attempt, or kept.
    } finally {
      connection.close();
    }
  }

  /** DuckDB's version, as `version()` returns it. */
  get version(): string {
    return version();
  }

  close(): void {
    this.instance.closeSync();
    this.profiles?.close();
  }
}
