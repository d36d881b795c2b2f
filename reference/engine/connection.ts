import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { PreparedQuery } from './prepared-query.js';

/**
 * One DuckDB connection: a client's session has its own, and with it its
 * transaction, its temporary tables and its settings. It runs one query at a
 * time; whoever uses it sees to that.
 */
export class Connection {
  constructor(private readonly duckdb: DuckDBConnection) {}

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

  /** The session's time zone, which Arrow's timestamps with time zone carry. */
  async timeZone(): Promise<string> {
    const [[zone] = []] = await this.rows("SELECT current_setting('TimeZone')");
    return String(zone);
  }

  /** Appends rows to a table through `append`; they belong to the open transaction, if any. */
  get raw(): DuckDBConnection {
    return this.duckdb;
  }

  /** Makes the running query end with an error; harmless when none runs. */
  interrupt(): void {
    this.duckdb.interrupt();
  }

  close(): void {
    this.duckdb.closeSync();
  }
}
