import { StatementType } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { Failure } from '../errors.js';
import { quoteLiteral } from './identifiers.js';
import { wasInterrupted } from './engine-error.js';
import { mayDefine, NameChanges } from './name-changes.js';
import type { Defined } from './name-changes.js';
import { PreparedQuery } from './prepared-query.js';

const aboutTransactions = /^[\s;]*(BEGIN|START|COMMIT|END|ROLLBACK|ABORT)\b/i;

/**
 * One DuckDB connection: a client's session has its own, and with it its
 * transaction, its temporary tables and its settings. It runs one query at a
 * time; whoever uses it sees to that. What the server itself asks on it names its functions with
 * `system.main`: a client may have made macros of any name, and of an operator's, too.
 */
export class Connection {
  /** Whether a transaction of the client's is open; null while only the engine knows. */
  private transactionOpen: boolean | null = false;
  /** What may have been made since a transaction last began or ended. */
  private defined: readonly Defined[] = [];
  private definesTemporary = false;
  /** Statements that are being prepared. */
  private preparing = 0;
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
    this.preparing++;
    try {
      return new PreparedQuery(await this.duckdb.prepare(sql), this, sql);
    } finally {
      this.preparing--;
    }
  }

  /**
   * What the engine makes of a text that it cannot prepare at once: several statements, or one that
   * it expands to several, as PIVOT without IN. Each is to be prepared when those before it have
   * run. Throws what the engine says of its syntax.
   */
  async extract(sql: string): Promise<ExtractedStatements> {
    const extracted = await this.duckdb.extractStatements(sql);
    return {
      count: extracted.count,
      prepare: async (index) => new PreparedQuery(await extracted.prepare(index), this, sql),
    };
  }

  /** Runs statements whose results nobody needs. */
  async execute(sql: string): Promise<void> {
    if (aboutTransactions.test(sql)) {
      this.transactionMayHaveChanged();
    }
    await this.noted(null, sql, () => this.duckdb.run(sql));
  }

  /** The rows of a small query, by position. */
  async rows(sql: string, values: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    return (await this.duckdb.run(sql, values)).getRows();
  }

  /** What the engine takes a statement for. Throws what it says of one that it cannot prepare. */
  async typeOf(sql: string): Promise<StatementType> {
    const prepared = await this.prepare(sql);
    const { type } = prepared;
    prepared.close();
    return type;
  }

  /** Whether a transaction is open that the client began. Asks the engine only after a statement that may have begun or ended one. */
  async inTransaction(): Promise<boolean> {
    this.transactionOpen ??= await this.askForTransaction();
    return this.transactionOpen;
  }

  /** Takes note that a transaction may have begun or ended. */
  transactionMayHaveChanged(): void {
    this.transactionOpen = null;
  }

  /** Runs a statement, with a note of what it may make: others see that when its transaction has ended. */
  async noted<T>(type: StatementType | null, sql: string, run: () => Promise<T>): Promise<T> {
    const ends = type === StatementType.TRANSACTION || aboutTransactions.test(sql);
    const defines = mayDefine(type, sql);
    const kinds = ends ? [...new Set([...defines, ...this.defined])] : defines;
    this.defined = ends ? defines : [...new Set([...this.defined, ...defines])];
    this.definesTemporary ||= defines.length > 0 && /\btemp/i.test(sql);
    return kinds.length === 0 ? run() : this.names.define(kinds, run);
  }

  /** Whether it may have views or macros that other connections do not have. */
  get hasDefinitionsOfItsOwn(): boolean {
    return this.definesTemporary || this.defined.length > 0;
  }

  async begin(mode: '' | 'READ ONLY' = ''): Promise<void> {
    await this.execute(`BEGIN TRANSACTION ${mode}`);
    this.transactionOpen = true;
  }

  /** Throws a Failure, and rolls back, where a statement of the transaction has failed. */
  async commit(): Promise<void> {
    await this.mustNotHaveFailed();
    await this.execute('COMMIT');
    this.transactionOpen = false;
  }

  async rollback(): Promise<void> {
    await this.execute('ROLLBACK');
    this.transactionOpen = false;
  }

  /**
   * Says of a transaction that is to be committed that it has failed, if it has, and rolls it back:
   * the engine would roll it back as well, and answer as if it had committed it.
   */
  async mustNotHaveFailed(): Promise<void> {
    if ((await this.inTransaction()) && (await this.isAborted())) {
      await this.rollback();
      throw new Failure('unknown', 'The transaction was rolled back: a statement in it had failed');
    }
  }

  /**
   * Outside of a transaction, each statement has one, and so a transaction id, of its own. (Trying
   * BEGIN would break the transaction that is open.)
   */
  private async askForTransaction(): Promise<boolean> {
    const id = async () => String((await this.rows('SELECT system.main.txid_current()'))[0]?.[0]);
    try {
      return (await id()) === (await id());
    } catch (error) {
      if (wasInterrupted(error)) {
        throw error; // That says nothing of transactions, and must not be kept.
      }
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

  /** Makes the preparation of a statement end with an error; does nothing to what runs, or when none is under way. */
  interruptPreparing(): void {
    if (this.preparing > 0) {
      this.interrupt();
    }
  }

  /** Makes the running query end with an error; harmless when none runs. */
  interrupt(): void {
    this.duckdb.interrupt();
  }

  close(): void {
    this.duckdb.closeSync();
  }
}

/** Statements that came of one text, in their order. */
export interface ExtractedStatements {
  readonly count: number;
  /** Prepares the one at `index`, counted from 0. */
  prepare(index: number): Promise<PreparedQuery>;
}
