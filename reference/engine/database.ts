import { DuckDBInstance, version } from '@duckdb/node-api';
import { Failure } from '../errors.js';
import { Connection } from './connection.js';
import { engineMessage } from './engine-error.js';

/** Where the main database is and how it is opened. */
export interface DatabaseOptions {
  /** A path; null: in memory. */
  readonly path: string | null;
  readonly readonly: boolean;
}

/** The DuckDB instance that everything of one server runs in. */
export class Database {
  private constructor(private readonly instance: DuckDBInstance) {}

  /** Throws Failure('invalid-argument') that names the path when DuckDB cannot open it. */
  static async open({ path, readonly }: DatabaseOptions): Promise<Database> {
    try {
      const options = readonly ? { access_mode: 'READ_ONLY' } : {};
      return new Database(await DuckDBInstance.create(path ?? ':memory:', options));
    } catch (cause) {
      throw new Failure(
        'invalid-argument',
        `Cannot open the database '${path ?? ':memory:'}': ${engineMessage(cause)}`,
        { cause },
      );
    }
  }

  async connect(): Promise<Connection> {
    return new Connection(await this.instance.connect());
  }

  /** DuckDB's version, as its version() says it. */
  get version(): string {
    return version();
  }

  close(): void {
    this.instance.closeSync();
  }
}
