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
  private countedMacros = 0;

  get count(): number {
    return this.counted;
  }

  /** Counts those of them after which there may be another macro. */
  get macros(): number {
    return this.countedMacros;
  }

  /** Whether a statement of this type is one to count. */
  concernedBy(type: StatementType): boolean {
    return !harmless.has(type);
  }

  /** Takes note of one: before and after it has its effect. */
  note(): void {
    this.counted++;
  }

  /** Takes note of one that may have made a macro, or of the end of the transaction that it was in. */
  noteMacros(): void {
    this.countedMacros++;
  }
}

/** Whether a statement may make a macro, or attach a database that has some. */
export function mayMakeMacros(type: StatementType | null, sql: string): boolean {
  return (
    type === StatementType.ATTACH ||
    type === StatementType.LOAD ||
    type === StatementType.EXECUTE ||
    type === StatementType.MULTI ||
    /\b(macro|function)\b/i.test(sql)
  );
}
