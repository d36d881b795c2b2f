import { StatementType } from '@duckdb/node-api';

/** What neither makes a view or a macro nor changes where a session looks names up; EXPLAIN ANALYZE may. */
const harmless: ReadonlySet<StatementType> = new Set([
  StatementType.SELECT,
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO,
  StatementType.COPY,
]);

/**
 * Counts the statements after which a name or a variable in another one may stand for something
 * else. Of all sessions together: they share views, macros and tables. The engine binds a
 * prepared statement anew when it finds that something changed.
 */
export class NameChanges {
  private counted = 0;
  private countedDefinitions = 0;
  private defining = 0;

  get count(): number {
    return this.counted;
  }

  /**
   * Counts those of them after which there may be another view or macro; null while one is under way, when what
   * was known of these need not hold any more, or not yet.
   */
  get definitions(): number | null {
    return this.defining > 0 ? null : this.countedDefinitions;
  }

  /** Whether a statement of this type is one to count. */
  concernedBy(type: StatementType): boolean {
    return !harmless.has(type);
  }

  /** Takes note of one: before and after it has its effect. */
  note(): void {
    this.counted++;
  }

  /** Runs one that may make a view or a macro, or that ends the transaction in which one was made. */
  async define<T>(run: () => Promise<T>): Promise<T> {
    this.defining++;
    try {
      return await run();
    } finally {
      this.defining--;
      this.countedDefinitions++;
    }
  }
}

/** Whether a statement may make a view or a macro, or attach a database that has some. */
export function mayDefine(type: StatementType | null, sql: string): boolean {
  return (
    type === StatementType.ATTACH ||
    type === StatementType.LOAD ||
    type === StatementType.EXECUTE ||
    type === StatementType.MULTI ||
    /\b(view|macro|function)\b/i.test(sql)
  );
}
