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
  private readonly counts = { definitions: 0, macros: 0, extensions: 0 };
  private readonly underWay = { definitions: 0, macros: 0, extensions: 0 };

  get count(): number {
    return this.counted;
  }

  /**
   * Counts those of them after which there may be another view or macro; null while one is under way, when what
   * was known of these need not hold any more, or not yet.
   */
  get definitions(): number | null {
    return this.countOf('definitions');
  }

  /** The same of macros alone. */
  get macros(): number | null {
    return this.countOf('macros');
  }

  /** The same of extensions, which bring functions. */
  get extensions(): number | null {
    return this.countOf('extensions');
  }

  /** Whether a statement of this type is one to count. */
  concernedBy(type: StatementType): boolean {
    return !harmless.has(type);
  }

  /** Takes note of one: before and after it has its effect. */
  note(): void {
    this.counted++;
  }

  /** Runs one that may make what there is of these, or that ends the transaction in which it was made. */
  async define<T>(kinds: readonly Defined[], run: () => Promise<T>): Promise<T> {
    kinds.forEach((kind) => this.underWay[kind]++);
    try {
      return await run();
    } finally {
      kinds.forEach((kind) => {
        this.underWay[kind]--;
        this.counts[kind]++;
      });
    }
  }

  private countOf(kind: Defined): number | null {
    return this.underWay[kind] > 0 ? null : this.counts[kind];
  }
}

/** What statements define that has a name and stands for something else. */
export type Defined = 'definitions' | 'macros' | 'extensions';

/** What a statement may make; one that attaches a database may bring all that there is in it. */
export function mayDefine(type: StatementType | null, sql: string): Defined[] {
  if (type === StatementType.LOAD) {
    return ['definitions', 'macros', 'extensions'];
  }
  const unknown =
    type === StatementType.ATTACH || type === StatementType.EXECUTE || type === StatementType.MULTI;
  return unknown || /\b(macro|function)\b/i.test(sql)
    ? ['definitions', 'macros']
    : /\bview\b/i.test(sql)
      ? ['definitions']
      : [];
}
