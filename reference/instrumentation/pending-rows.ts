import type { DuckDBValue } from '@duckdb/node-api';
import { instrumentationTables } from './tables.js';
import type { InstrumentationTable } from './tables.js';

/** Values by column name. */
export type Changes = Readonly<Record<string, DuckDBValue>>;

/** What is still to be written to one table. */
export interface PendingTable {
  readonly table: InstrumentationTable;
  /** New rows by key, as values by column name; a column not named is NULL. */
  readonly inserts: Map<string, Changes>;
  /** Changes to rows already written, by key. */
  readonly updates: Map<string, Changes>;
}

/**
 * What is still to be written, in the order in which tables refer to one
 * another. A row that is completed before it was written is written once,
 * complete: most executions never cost an UPDATE.
 *
 * It takes rows up to so many bytes, roughly; those that are too many are lost,
 * counted, and the first of them is told of.
 */
export class PendingRows {
  /** How many new rows and changes were too many. */
  lost = 0;
  private bytes = 0;

  constructor(
    private readonly mostBytes = Number.POSITIVE_INFINITY,
    private readonly onFull: () => void = () => undefined,
  ) {}

  readonly tables: readonly PendingTable[] = instrumentationTables.map((table) => ({
    table,
    inserts: new Map(),
    updates: new Map(),
  }));

  get size(): number {
    return this.tables.reduce((sum, { inserts, updates }) => sum + inserts.size + updates.size, 0);
  }

  insert(table: InstrumentationTable, key: string, row: Changes): void {
    if (this.takes(row)) {
      this.of(table).inserts.set(key, row);
    }
  }

  update(table: InstrumentationTable, key: string, changes: Changes): void {
    const { inserts, updates } = this.of(table);
    const row = inserts.get(key);
    if (row) {
      inserts.set(key, { ...row, ...changes });
    } else if (this.takes(changes)) {
      updates.set(key, { ...updates.get(key), ...changes });
    }
  }

  private takes(row: Changes): boolean {
    const bytes = bytesOf(row);
    if (this.bytes + bytes <= this.mostBytes) {
      this.bytes += bytes;
      return true;
    }
    if (this.lost++ === 0) {
      this.onFull();
    }
    return false;
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
const bytesOfRow = 500;

function bytesOf(row: Changes): number {
  return Object.values(row).reduce<number>(
    (sum, value) => (typeof value === 'string' ? sum + 2 * value.length : sum),
    bytesOfRow,
  );
}
