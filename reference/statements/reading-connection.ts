import type { Connection } from '../engine/connection.js';
import { quoteIdentifier, quoteLiteral } from '../engine/identifiers.js';
import { nameParts, planWhereAllIsExplained } from '../engine/statement-effects.js';
import type { Plan } from '../engine/statement-effects.js';

/**
 * A session's connection to the engine of the records. It reads in its own read-only transaction, independent
 * of the session's transaction on its own tables.
 */
export class ReadingConnection {
  private entered = '';
  /** The session's change counter at the last `enter`. */
  private enteredAt: number | null = null;

  /** Whether the session's settings give queries the same meaning in both engines. */
  private isAlike = true;

  private constructor(
    readonly connection: Connection,
    private readonly catalog: string,
    private readonly settings: string,
  ) {}

  static async open(connection: Connection, catalog: string): Promise<ReadingConnection> {
    await connection.execute("SET explain_output = 'all'");
    return new ReadingConnection(connection, catalog, await settingsOf(connection));
  }

  /** The plan of a query in the engine of the records; null if that engine does not explain it. */
  async plan(sql: string): Promise<Plan | null> {
    return planWhereAllIsExplained(this.connection, sql).catch(() => null);
  }

  /**
   * Copies the session's time zone and the part of its search path that is among the records. Other names are
   * not found. Resolves to whether queries mean the same here as in the session.
   */
  async enter(client: Connection): Promise<boolean> {
    const now = client.names.count;
    if (this.enteredAt === now) {
      return this.isAlike;
    }
    this.isAlike = (await settingsOf(client)) === this.settings;
    this.enteredAt = now;
    const path = await client.searchPath();
    const zone = await client.timeZone();
    if (this.entered === path + zone) {
      return this.isAlike;
    }
    const among = path
      .split(',')
      .map(nameParts)
      .filter(([name]) => name?.toLowerCase() === this.catalog);
    const [first = ['memory', 'main'], ...others] = among;
    const { connection } = this;
    await connection.execute(`USE ${first.map(quoteIdentifier).join('.')}`);
    if (others.length > 0) {
      const all = [first, ...others].map((parts) => parts.map(quoteIdentifier).join('.'));
      await connection.execute(`SET search_path = ${quoteLiteral(all.join(','))}`);
    }
    await connection.execute(`SET TimeZone = ${quoteLiteral(zone)}`);
    this.entered = path + zone;
    return this.isAlike;
  }

  async begin(): Promise<void> {
    await this.end();
    await this.connection.begin('READ ONLY');
  }

  /** Ends the transaction of `begin`; does nothing if it is over. */
  async end(): Promise<void> {
    if (await this.connection.inTransaction()) {
      await this.connection.rollback();
    }
  }

  close(): void {
    this.connection.close();
  }
}

/** Settings that change the meaning or the result of a query. */
const meaningful = [
  'calendar',
  'default_collation',
  'default_null_order',
  'default_order',
  'ieee_floating_point_ops',
  'integer_division',
  'lambda_syntax',
  'old_implicit_casting',
  'order_by_non_integer_literal',
  'pivot_limit',
  'preserve_identifier_case',
  'preserve_insertion_order',
  'scalar_subquery_error_on_multiple_rows',
];

async function settingsOf(connection: Connection): Promise<string> {
  const values = meaningful.map((name) => `system.main.current_setting('${name}')`);
  const [row = []] = await connection.rows(`SELECT ${values.join(', ')}`);
  return row.map(String).join();
}
