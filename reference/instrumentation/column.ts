import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  TIMESTAMP,
  TIMESTAMPTZ,
  UUID,
  VARCHAR,
  timestampTZValue,
  timestampValue,
} from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';

/** How a type of column is bound, and how its values are converted. */
interface TypeOfColumn<Value> {
  readonly bound: DuckDBType;
  readonly fromValue: (value: Value) => DuckDBValue;
}

const sameText: (text: string) => string = (text) => text;

/** The types of the documented columns. */
export const columnTypes = {
  UUID: { bound: UUID, fromValue: sameText },
  VARCHAR: { bound: VARCHAR, fromValue: sameText },
  INTEGER: { bound: INTEGER, fromValue: (value: number) => value },
  BIGINT: { bound: BIGINT, fromValue: (value: number | bigint) => BigInt(value) },
  BOOLEAN: { bound: BOOLEAN, fromValue: (value: boolean) => value },
  // Microseconds since the Unix epoch, UTC.
  TIMESTAMP: { bound: TIMESTAMP, fromValue: (micros: bigint) => timestampValue(micros) },
  // The same, as a moment that each session sees in its own time zone.
  'TIMESTAMP WITH TIME ZONE': {
    bound: TIMESTAMPTZ,
    fromValue: (micros: bigint) => timestampTZValue(micros),
  },
  // Bound as text, which the statement casts. It must be valid, or else no batch with it can be written.
  JSON: { bound: VARCHAR, fromValue: sameText },
} as const satisfies Readonly<Record<string, TypeOfColumn<never>>>;

export type ColumnType = keyof typeof columnTypes;

/** The JavaScript value that a column of the type is converted from. */
export type ColumnValue<T extends ColumnType> = Parameters<(typeof columnTypes)[T]['fromValue']>[0];

export interface Column<T extends ColumnType = ColumnType> {
  readonly name: string;
  readonly type: T;
  /**
   * The value in a row that a crashed server left open, as SQL; `now` is SQL for the time of the recovery.
   * Without it, the value is unchanged.
   */
  readonly recovered?: (now: string) => string;
}

/**
 * A column that defines, for each event of `Story`, how its value follows from the event's data. Events
 * without an entry leave the value as it is, or NULL in a new row.
 */
export type StoryColumn<Story> = {
  readonly [T in ColumnType]: Column<T> & {
    readonly [Event in keyof Story]?: (told: Story[Event]) => ColumnValue<T> | null;
  };
}[ColumnType];
