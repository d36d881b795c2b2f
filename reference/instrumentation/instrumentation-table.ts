import type { DuckDBValue } from '@duckdb/node-api';
import { columnTypes } from './column.js';
import type { Column, StoryColumn } from './column.js';

/** Values by column name. */
export type Row = Readonly<Record<string, DuckDBValue>>;

/** A table of the records. */
export interface InstrumentationTable {
  readonly name: string;
  /** In order; the first is the key. */
  readonly columns: readonly [Column, ...Column[]];
  /** The SQL condition that holds for rows whose story has not ended. */
  readonly open: string;
}

/** A table each of whose rows tells a story, event by event. */
export interface StoryTable<Story> extends InstrumentationTable {
  readonly columns: readonly [StoryColumn<Story>, ...StoryColumn<Story>[]];
}

/** The values that an event of a row's story gives or changes; columns that it does not concern are left out. */
export function valuesOf<Story, Event extends keyof Story & string>(
  table: StoryTable<Story>,
  event: Event,
  told: Story[Event],
): Row {
  const values: Record<string, DuckDBValue> = {};
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

/** Columns as one text, `name type, …`, to compare those of two tables. */
export function columnsText(
  columns: readonly { readonly name: unknown; readonly type: unknown }[],
): string {
  return columns.map(({ name, type }) => `${String(name)} ${String(type)}`).join(', ');
}

/** The statement that makes a table unless it is there, with its key where the catalog knows keys. */
export function createTable(
  { name, columns }: InstrumentationTable,
  { key }: { readonly key: boolean },
): string {
  const definitions = columns.map(
    (column, i) => `${column.name} ${column.type}${i === 0 && key ? ' PRIMARY KEY' : ''}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${name} (${definitions.join(', ')})`;
}
