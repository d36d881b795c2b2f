import { DuckDBInstanceCache, version } from '@duckdb/node-api';
import type { DuckDBInstance } from '@duckdb/node-api';
import { Failure } from '../errors.js';
import { Connection } from './connection.js';
import { engineMessage } from './engine-error.js';
import { quoteLiteral } from './identifiers.js';
import { NameChanges } from './name-changes.js';

/** Where the main database is and how it is opened. */
export interface DatabaseOptions {
  /** A path; null: in memory. */
  readonly path: string | null;
  readonly readonly: boolean;
  /** Another engine of this process: neither can attach a file that the other has. */
  readonly beside?: Database;
}

const settings = {
  // DuckDB 1.5 plans a statement with the statistics that the tables have when it is prepared, and keeps
  // the plan. Rows that are committed before it runs do not fit: it sorts by keys too short for them
  // and answers with other values, or with bytes of its memory.
  disabled_optimizers: 'statistics_propagation',
  // A query runs on the thread that asks for its rows, other sessions' queries on theirs. With helpers,
  // DuckDB wakes one for each 2,048 rows it streams, which costs as much again as the rows do.
  threads: '1',
  // A statement of any role that names a function or a setting of an extension would have the server
  // download it while it is prepared. INSTALL, which is an admin's, does so when somebody says so.
  autoinstall_known_extensions: 'false',
};

/** A failure within this much of a result is known, and told in the engine's words, before its first row is sent. */
const streamingBuffer = '4MiB';

const trimThreshold = 'allocator_bulk_deallocation_flush_threshold';

/** A DuckDB instance: the one that clients' statements run in, or the one that keeps the records. */
export class Database {
  private readonly names = new NameChanges();

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly family: DuckDBInstanceCache,
  ) {}

  /** Throws Failure('invalid-argument') that names the path when DuckDB cannot open it. */
  static async open({ path, readonly, beside }: DatabaseOptions): Promise<Database> {
    // What instances of one cache have open, the engine keeps apart by its path.
    const family = beside?.family ?? new DuckDBInstanceCache();
    try {
      const instance = await family.getOrCreateInstance(path ?? ':memory:', {
        ...settings,
        ...(readonly ? { access_mode: 'READ_ONLY' } : {}),
      });
      return new Database(instance, family);
    } catch (cause) {
      throw new Failure(
        'invalid-argument',
        `Cannot open the database '${path ?? ':memory:'}': ${engineMessage(cause)}`,
        { cause },
      );
    }
  }

  async connect(): Promise<Connection> {
    const connection = new Connection(await this.instance.connect(), this.names);
    // An admin may have locked the settings. Then failures come later in a result, and sessions go on.
    await connection
      .execute(`SET streaming_buffer_size = '${streamingBuffer}'`)
      .catch(() => undefined);
    return connection;
  }

  /**
   * Gives the operating system back the memory that this process has freed and the C library keeps.
   * The engine has it do so when a statement reserves more memory than a threshold allows, which is
   * none for a moment. Does nothing where the settings are locked or the database is closed.
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
      // Memory is given back another time, or stays.
    } finally {
      connection.close();
    }
  }

  /** DuckDB's version, as its version() says it. */
  get version(): string {
    return version();
  }

  close(): void {
    this.instance.closeSync();
  }
}
