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

  get count(): number {
    return this.counted;
  }

  /** Whether a statement of this type is one to count. */
  concernedBy(type: StatementType): boolean {
    return !harmless.has(type);
  }

  /** Takes note of one: before and after it has its effect. */
  note(): void {
    this.counted++;
  }
}
