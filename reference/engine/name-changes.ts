import { StatementType } from '@duckdb/node-api';

/** Statements that neither create a view or macro nor change name resolution. EXPLAIN ANALYZE may. */
const harmless: ReadonlySet<StatementType> = new Set([
  StatementType.SELECT,
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO,
  StatementType.COPY,
]);

/**
 * Counts the statements after which a name or variable in another statement may have another meaning. Counts
 * those of all sessions, because they share views, macros and tables. The engine rebinds a prepared statement
 * when it detects a change.
 */
export class NameChanges {
  private counted = 0;
  private readonly counts = { definitions: 0, macros: 0, extensions: 0 };
  private readonly underWay = { definitions: 0, macros: 0, extensions: 0 };

  get count(): number {
    return this.counted;
  }

  /**
   * The number of statements that may have changed views or macros. Null while one is running: what is cached
   * may then be outdated, or newer than committed.
   */
  get definitions(): number | null {
    return this.countOf('definitions');
  }

  /** The same for macros only. */
  get macros(): number | null {
    return this.countOf('macros');
  }

  /** The same for extensions, which add functions. */
  get extensions(): number | null {
    return this.countOf('extensions');
  }

  /** Whether statements of this type are counted. */
  concernedBy(type: StatementType): boolean {
    return !harmless.has(type);
  }

  /** Counts a statement; to be called before and after it takes effect. */
  note(): void {
    this.counted++;
  }

  /** Runs a statement that may define objects of these kinds, or end the transaction that defined them. */
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

/** The kinds of definitions that a name can refer to. */
export type Defined = 'definitions' | 'macros' | 'extensions';

/** What a statement may define. ATTACH may add any objects of the attached database. */
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
