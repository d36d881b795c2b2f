import type { InstrumentationTable, Row } from './instrumentation-table.js';
import { tablesOf } from './revision.js';
import { first } from './revisions/first.js';

/** What is still to be written to one table. */
export interface PendingTable {
  readonly table: InstrumentationTable;
  /** New rows by key, as values by column name; a column not named is NULL. */
  readonly inserts: Map<string, Row>;
  /** Row to rows already written, by key. */
  readonly updates: Map<string, Row>;
}

/**
 * What is still to be written, in the order in which tables refer to one
 * another. A row that is completed before it was written is written once,
 * complete: most statements and executions never cost an UPDATE.
 */
export class PendingRows {
  /** How much memory it takes, roughly. */
  bytes = 0;

  readonly tables: readonly PendingTable[] = tablesOf(first).map((table) => ({
    table,
    inserts: new Map(),
    updates: new Map(),
  }));

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

/** What a row takes besides its texts, about: its key, its names and its small values. */
export const bytesOfRow = 500;

/** How much memory a row takes, roughly. */
export function bytesOf(row: Row): number {
  return Object.values(row).reduce<number>(
    (sum, value) => (typeof value === 'string' ? sum + 2 * value.length : sum),
    bytesOfRow,
  );
}
