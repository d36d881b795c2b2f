import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { quoteLiteral } from './identifiers.js';
import { NameChanges } from './name-changes.js';
import { PreparedQuery } from './prepared-query.js';

/**
 * One DuckDB connection: a client's session has its own, and with it its
 * transaction, its temporary tables and its settings. It runs one query at a
 * time; whoever uses it sees to that. What the server itself asks on it names its functions with
 * `system.main`: a client may have made macros of any name, and of an operator's, too.
 */
export class Connection {
  private knownCoordinateSystems: ReadonlyMap<string, string> | null = null;

  constructor(
    private readonly duckdb: DuckDBConnection,
    readonly names = new NameChanges(),
  ) {}

  /** Parses and binds one statement. Throws what the engine says of it. */
  async prepare(sql: string): Promise<PreparedQuery> {
    if (sql.includes('\0')) {
      // The engine reads up to the first NUL and would run half a statement.
      throw new Error('Parser Error: the statement contains a NUL character');
    }
    return new PreparedQuery(await this.duckdb.prepare(sql), this);
  }

  /** Runs statements whose results nobody needs. */
  async execute(sql: string): Promise<void> {
    await this.duckdb.run(sql);
  }

  /** The rows of a small query, by position. */
  async rows(sql: string, values: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    return (await this.duckdb.run(sql, values)).getRows();
  }

  /**
   * The tables a query reads, as `catalog.schema.table`, followed through views,
   * macros, CTEs and query(). Empty for what is no query.
   */
  tableNames(sql: string): readonly string[] {
    return this.duckdb.getTableNames(sql, true);
  }

  /**
   * Whether a transaction is open that the client began. Outside of one, each
   * statement has a transaction, and so a transaction id, of its own. (Trying
   * BEGIN would break the transaction that is open.)
   */
  async inTransaction(): Promise<boolean> {
    const id = async () => String((await this.rows('SELECT system.main.txid_current()'))[0]?.[0]);
    try {
      return (await id()) === (await id());
    } catch {
      return true; // Open and broken: it takes nothing but its end.
    }
  }

  /** Whether an open transaction has failed: it takes nothing but its end. */
  async isAborted(): Promise<boolean> {
    try {
      await this.execute('SELECT 1');
      return false;
    } catch {
      return true;
    }
  }

  /** Where names without a catalog are looked up: the current catalog and the search path, as text. */
  async searchPath(): Promise<string> {
    const sql = "SELECT system.main.current_database(), system.main.current_setting('search_path')";
    const [names = []] = await this.rows(sql);
    return names.map(String).join(',');
  }

  /** The session's time zone, which Arrow's timestamps with time zone carry. */
  async timeZone(): Promise<string> {
    const [[zone] = []] = await this.rows("SELECT system.main.current_setting('TimeZone')");
    return String(zone);
  }

  /** The PROJJSON of the coordinate systems of these names, and of OGC's, as far as the engine knows them. */
  async coordinateSystems(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const known = this.knownCoordinateSystems;
    if (known && names.every((name) => known.has(name))) {
      return known;
    }
    const found = await this.rows(
      `SELECT crs_name, projjson FROM system.main.duckdb_coordinate_systems()
       WHERE projjson IS NOT NULL AND (auth_name = 'OGC' OR crs_name IN (${['', ...names].map(quoteLiteral).join(', ')}))`,
    );
    return (this.knownCoordinateSystems = new Map(
      found.map(([name, definition]) => [String(name), String(definition)]),
    ));
  }

  /** Appends rows to a table through `append`; they belong to the open transaction, if any. */
  get raw(): DuckDBConnection {
    return this.duckdb;
  }

  /**
   * Lets go of a result that was not read to its end, and so of the transaction
   * that the statement had of its own; the engine does that for the next query.
   */
  async endResult(): Promise<void> {
    await this.execute('SELECT 1').catch(() => undefined);
  }

  /** Makes the running query end with an error; harmless when none runs. */
  interrupt(): void {
    this.duckdb.interrupt();
  }

  close(): void {
    this.duckdb.closeSync();
  }
}
