import { StatementType } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { Failure } from '../errors.js';
import { quoteLiteral } from './identifiers.js';
import { isWithoutTransaction, wasInterrupted } from './engine-error.js';
import { mayDefine, NameChanges } from './name-changes.js';
import type { Defined } from './name-changes.js';
import { PreparedQuery } from './prepared-query.js';
import type { ProfileFolder } from './profile-folder.js';
import { requestedProfile } from './profile-request.js';
import { Profiler } from './profiler.js';

const aboutTransactions = /^[\s;]*(BEGIN|START|COMMIT|END|ROLLBACK|ABORT)\b/i;

/**
 * One DuckDB connection. Each client session has its own, and with it its transaction, temporary tables and
 * settings. It runs one query at a time; the caller must ensure that. The server's own queries on it call
 * functions as `system.main.…`, because clients may create macros of any name, even of an operator's.
 */
export class Connection {
  /** Whether the client has a transaction open; null if the engine must be asked. */
  private transactionOpen: boolean | null = false;
  /** The kinds of objects that may have been created since a transaction last began or ended. */
  private defined: readonly Defined[] = [];
  private definesTemporary = false;
  /** The number of statements that are being prepared. */
  private preparing = 0;
  private knownCoordinateSystems: ReadonlyMap<string, string> | null = null;

  /** Gets profiles of its queries; null until one is wanted. */
  private profiler: Profiler | null = null;

  constructor(
    private readonly duckdb: DuckDBConnection,
    readonly names = new NameChanges(),
    private readonly profiles: ProfileFolder | null = null,
  ) {}

  /**
   * Begins to profile the next query if that is wanted, and the engine of this connection can. Returns the
   * function to call after it, with whether it was executed to its end; null if there is nothing to do.
   */
  async beginProfile(
    type: StatementType,
    sql: string,
  ): Promise<((whole: boolean) => Promise<void>) | null> {
    const request = requestedProfile();
    if (request === undefined) {
      await this.profiler?.restore();
      return null;
    }
    if (this.profiles === null) {
      request.json = null;
      return null;
    }
    this.profiler ??= new Profiler(this.duckdb, this.profiles);
    return this.profiler.begin(request, type, sql);
  }

  /** Parses and binds one statement. Throws the engine's error. */
  async prepare(sql: string): Promise<PreparedQuery> {
    if (sql.includes('\0')) {
      // The engine reads only up to the first NUL, so it would run half a statement.
      throw new Error('Parser Error: the statement contains a NUL character');
    }
    this.preparing++;
    try {
      return new PreparedQuery(await this.duckdb.prepare(sql), this, sql);
    } finally {
      this.preparing--;
    }
  }

  /**
   * Splits a text that cannot be prepared as one statement: several statements, or one that the engine
   * expands to several, such as PIVOT without IN. Each must be prepared after those before it have run.
   * Throws the engine's syntax error.
   */
  async extract(sql: string): Promise<ExtractedStatements> {
    const extracted = await this.duckdb.extractStatements(sql);
    return {
      count: extracted.count,
      prepare: async (index) => new PreparedQuery(await extracted.prepare(index), this, sql),
    };
  }

  /** Runs statements and discards their results. */
  async execute(sql: string): Promise<void> {
    if (aboutTransactions.test(sql)) {
      this.transactionMayHaveChanged();
    }
    await this.noted(null, sql, () => this.duckdb.run(sql));
  }

  /** The rows of a small query, values by position. */
  async rows(sql: string, values: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    return (await this.duckdb.run(sql, values)).getRows();
  }

  /** The type of a statement. Throws the engine's error if the statement cannot be prepared. */
  async typeOf(sql: string): Promise<StatementType> {
    const prepared = await this.prepare(sql);
    const { type } = prepared;
    prepared.close();
    return type;
  }

  /**
   * Whether the client has a transaction open. Asks the engine only after a statement that may have begun or
   * ended one.
   */
  async inTransaction(): Promise<boolean> {
    this.transactionOpen ??= await this.askForTransaction();
    return this.transactionOpen;
  }

  /** Must be called when a transaction may have begun or ended. */
  transactionMayHaveChanged(): void {
    this.transactionOpen = null;
  }

  /**
   * Runs a statement and records which objects it may define. Other sessions see them once the transaction
   * has ended.
   */
  async noted<T>(type: StatementType | null, sql: string, run: () => Promise<T>): Promise<T> {
    const ends = type === StatementType.TRANSACTION || aboutTransactions.test(sql);
    const defines = mayDefine(type, sql);
    const kinds = ends ? [...new Set([...defines, ...this.defined])] : defines;
    this.defined = ends ? defines : [...new Set([...this.defined, ...defines])];
    this.definesTemporary ||= defines.length > 0 && /\btemp/i.test(sql);
    return kinds.length === 0 ? run() : this.names.define(kinds, run);
  }

  /** Whether it may have views or macros that other connections do not see. */
  get hasDefinitionsOfItsOwn(): boolean {
    return this.definesTemporary || this.defined.length > 0;
  }

  async begin(mode: '' | 'READ ONLY' = ''): Promise<void> {
    try {
      await this.execute(`BEGIN TRANSACTION ${mode}`);
    } catch (error) {
      if (wasInterrupted(error)) {
        // It may have begun all the same.
        await this.rollBackIfOpen();
      }
      throw error;
    }
    this.transactionOpen = true;
  }

  /** Commits the transaction. Rolls back and throws a Failure if one of its statements has failed. */
  async commit(): Promise<void> {
    await this.mustNotHaveFailed();
    await this.execute('COMMIT');
    this.transactionOpen = false;
  }

  /** Ends the transaction, even while the engine is interrupted again and again for the statement before it. */
  async rollback(): Promise<void> {
    try {
      await this.execute('ROLLBACK');
    } catch (error) {
      if (!wasInterrupted(error)) {
        throw error;
      }
      // It may have ended all the same.
      await this.rollBackIfOpen();
    }
    this.transactionOpen = false;
  }

  /** Tries until no interrupt is in the way. */
  private async rollBackIfOpen(): Promise<void> {
    for (let isOpen = true; isOpen;) {
      try {
        await this.execute('ROLLBACK');
        isOpen = false;
      } catch (error) {
        isOpen = !isWithoutTransaction(error);
        if (isOpen && !wasInterrupted(error)) {
          throw error;
        }
      }
    }
  }

  /**
   * Throws a Failure and rolls back if the transaction to be committed has failed. The engine would roll it
   * back as well, but report a successful COMMIT.
   */
  async mustNotHaveFailed(): Promise<void> {
    if ((await this.inTransaction()) && (await this.isAborted())) {
      await this.rollback();
      throw new Failure('unknown', 'The transaction was rolled back: a statement in it had failed');
    }
  }

  /**
   * Outside of a transaction, each statement has its own transaction, and so its own transaction id. BEGIN
   * cannot be used as a test, because it would break an open transaction.
   */
  private async askForTransaction(): Promise<boolean> {
    const id = async () => String((await this.rows('SELECT system.main.txid_current()'))[0]?.[0]);
    try {
      return (await id()) === (await id());
    } catch (error) {
      if (wasInterrupted(error)) {
        throw error; // Not about transactions, so nothing may be cached.
      }
      return true; // Open and failed: it accepts only ROLLBACK.
    }
  }

  /** Whether an open transaction has failed. The engine then accepts only ROLLBACK. */
  async isAborted(): Promise<boolean> {
    try {
      await this.execute('SELECT 1');
      return false;
    } catch {
      return true;
    }
  }

  /** Where unqualified names are looked up: the current catalog and the search path, as text. */
  async searchPath(): Promise<string> {
    const sql = "SELECT system.main.current_database(), system.main.current_setting('search_path')";
    const [names = []] = await this.rows(sql);
    return names.map(String).join(',');
  }

  /** Whether a text is JSON, as the engine's type JSON accepts it. */
  async isJson(text: string): Promise<boolean> {
    const sql = 'SELECT TRY_CAST($1::VARCHAR AS JSON) IS NOT NULL';
    const [[isJson] = []] = await this.rows(sql, [text]);
    return isJson === true;
  }

  /** The session's time zone, which Arrow's timestamps with time zone include. */
  async timeZone(): Promise<string> {
    const [[zone] = []] = await this.rows("SELECT system.main.current_setting('TimeZone')");
    return String(zone);
  }

  /** The PROJJSON of the named coordinate systems and of OGC's, if the engine knows them. */
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

  /** The binding's connection. Rows of its appenders belong to the open transaction, if any. */
  get raw(): DuckDBConnection {
    return this.duckdb;
  }

  /**
   * Releases a result that was not read to its end, and with it the statement's own transaction. The engine
   * does so when the next query starts.
   */
  async endResult(): Promise<void> {
    await this.execute('SELECT 1').catch(() => undefined);
  }

  /**
   * Interrupts the preparation of a statement, which then fails. Does nothing if none is being prepared, so a
   * running query is not affected.
   */
  interruptPreparing(): void {
    if (this.preparing > 0) {
      this.interrupt();
    }
  }

  /** Interrupts the running query, which then fails. Does nothing if none is running. */
  interrupt(): void {
    this.duckdb.interrupt();
  }

  close(): void {
    this.duckdb.closeSync();
  }
}

/** The statements of one text, in order. */
export interface ExtractedStatements {
  readonly count: number;
  /** Prepares the statement at `index`, counted from 0. */
  prepare(index: number): Promise<PreparedQuery>;
}
