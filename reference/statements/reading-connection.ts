import type { Connection } from '../engine/connection.js';
import { quoteIdentifier, quoteLiteral } from '../engine/identifiers.js';
import { nameParts, planWhereAllIsExplained } from '../engine/statement-effects.js';
import type { Plan } from '../engine/statement-effects.js';

/**
 * A session's connection to the engine of the records. What it reads it reads in a transaction of its
 * own that can write nothing, whatever transaction the session has open among its own tables.
 */
export class ReadingConnection {
  private entered = '';
  /** The count of changes of names, and of settings, at which that was so. */
  private enteredAt: number | null = null;

  /** Whether the session's settings give queries the meaning that they have here. */
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

  /** What the engine of the records says that a query would do there; null where it does not explain it. */
  async plan(sql: string): Promise<Plan | null> {
    return planWhereAllIsExplained(this.connection, sql).catch(() => null);
  }

  /**
   * Takes over where the session looks up names, as far as that is among the records, and its time zone.
   * A name that is not looked up there is found nowhere. Resolves to whether queries mean here what they
   * mean in the session.
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

  /** Ends what `begin` began; does nothing where that is over. */
  async end(): Promise<void> {
    if (await this.connection.inTransaction()) {
      await this.connection.rollback();
    }
  }

  close(): void {
    this.connection.close();
  }
}

/** Settings that change what a query means or answers. */
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
