import { columnTypes } from './column.js';
import type { Column, RecordedValue, StoryColumn } from './column.js';

/** Values by column name. */
export type Row = Readonly<Record<string, RecordedValue>>;

export interface InstrumentationTable {
  readonly name: string;
  /** In order; the first is the key. */
  readonly columns: readonly [Column, ...Column[]];
  /** The SQL condition for rows whose last event has not been recorded yet. */
  readonly open: string;
  /** SQL conditions that each row meets, where tables have constraints. */
  readonly checks?: readonly string[];
  /** The columns with an index of their own, where tables have constraints; the key has one anyway. */
  readonly indexes?: readonly string[];
}

/** A table each of whose rows records the events of one story. */
export interface StoryTable<Story> extends InstrumentationTable {
  readonly columns: readonly [StoryColumn<Story>, ...StoryColumn<Story>[]];
}

/** The values that an event sets in its row. Columns without an entry for the event are left out. */
export function valuesOf<Story, Event extends keyof Story & string>(
  table: StoryTable<Story>,
  event: Event,
  told: Story[Event],
): Row {
  const values: Record<string, RecordedValue> = {};
  for (const column of table.columns) {
    const source = (column as Partial<Record<string, (from: Story[Event]) => unknown>>)[event];
    if (source !== undefined) {
      const value = source(told);
      values[column.name] =
        value === null ? null : columnTypes[column.type].fromValue(value as never);
    }
  }
  return values;
}

/** Columns as one text, `name type, …`, for comparing two tables. */
export function columnsText(
  columns: readonly { readonly name: unknown; readonly type: unknown }[],
): string {
  return columns.map(({ name, type }) => `${String(name)} ${String(type)}`).join(', ');
}

/** Whether tables have their primary keys and other constraints: not every catalog supports them. */
export interface Constrained {
  readonly key: boolean;
}

/** The statement that creates a table unless it exists, named `name`. */
export function createTable(
  { name, columns, checks = [] }: InstrumentationTable,
  { key }: Constrained,
  as = name,
): string {
  const definitions = [
    ...columns.map(
      (column, i) => `${column.name} ${column.type}${i === 0 && key ? ' PRIMARY KEY' : ''}`,
    ),
    ...(key ? checks.map((check) => `CHECK (${check})`) : []),
  ];
  return `CREATE TABLE IF NOT EXISTS ${as} (${definitions.join(', ')})`;
}

/** The statements that create the indexes of a table unless they exist. */
export function createIndexes(
  { name, indexes = [] }: InstrumentationTable,
  { key }: Constrained,
): readonly string[] {
  return key
    ? indexes.map((column) => `CREATE INDEX IF NOT EXISTS ${name}_${column} ON ${name} (${column})`)
    : [];
}
