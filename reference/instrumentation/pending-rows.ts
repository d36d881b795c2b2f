import type { InstrumentationTable, Row } from './instrumentation-table.js';

/** The rows still to be written to one table. */
export interface PendingTable {
  readonly table: InstrumentationTable;
  /** New rows by key; a column that a row does not name is NULL. */
  readonly inserts: Map<string, Row>;
  /** Changes to rows that are already written, by key. */
  readonly updates: Map<string, Row>;
}

/**
 * The rows of the next batch, in the order in which tables refer to one another. A change to a row of the
 * same batch is merged into it, so that most statements and executions cost no UPDATE.
 */
export class PendingRows {
  /** The estimated memory in bytes. */
  bytes = 0;

  readonly tables: readonly PendingTable[];

  /** @param tables referenced ones before those that refer to them */
  constructor(tables: readonly InstrumentationTable[]) {
    this.tables = tables.map((table) => ({ table, inserts: new Map(), updates: new Map() }));
  }

  get size(): number {
    return this.tables.reduce((sum, { inserts, updates }) => sum + inserts.size + updates.size, 0);
  }

  insert(table: InstrumentationTable, key: string, row: Row): void {
    this.bytes += bytesOf(row);
    this.of(table).inserts.set(key, row);
  }

  update(table: InstrumentationTable, key: string, changes: Row): void {
    const { inserts, updates } = this.of(table);
    const row = inserts.get(key);
    if (row) {
      this.bytes -= bytesOf(row);
      this.insert(table, key, { ...row, ...changes });
    } else {
      this.bytes += bytesOf(changes);
      updates.set(key, { ...updates.get(key), ...changes });
    }
  }

  /** Whether the row is among the new ones. */
  has(table: InstrumentationTable, key: string): boolean {
    return this.of(table).inserts.has(key);
  }

  private of(table: InstrumentationTable): PendingTable {
    const found = this.tables.find((pending) => pending.table === table);
    if (!found) {
      throw new Error(`no such instrumentation table: ${table.name}`);
    }
    return found;
  }
}

/** The estimated memory of a row without its texts: key, column names and small values. */
export const bytesOfRow = 500;

/** The estimated memory of a row in bytes. */
export function bytesOf(row: Row): number {
  return Object.values(row).reduce<number>(
    (sum, value) => (typeof value === 'string' ? sum + 2 * value.length : sum),
    bytesOfRow,
  );
}
