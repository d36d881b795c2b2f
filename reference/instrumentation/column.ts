import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  TIMESTAMP,
  UUID,
  VARCHAR,
  timestampValue,
} from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';

/** How a type of column is bound, and what a value of it is made of. */
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
} as const satisfies Readonly<Record<string, TypeOfColumn<never>>>;

export type ColumnType = keyof typeof columnTypes;

/** What a value of the type is made of. */
export type ColumnValue<T extends ColumnType> = Parameters<(typeof columnTypes)[T]['fromValue']>[0];

/** A column of a table of the records. */
export interface Column<T extends ColumnType = ColumnType> {
  readonly name: string;
  readonly type: T;
  /**
   * SQL for the value in a row that a crashed server left open, given SQL for the time of the recovery.
   * Left out: the value stays as it is.
   */
  readonly recovered?: (now: string) => string;
}

/**
 * A column that says for each event of `Story`, a record of what each event tells, how its value follows
 * from that. An event that it does not name leaves its value as it is, or NULL in a new row.
 */
export type StoryColumn<Story> = {
  readonly [T in ColumnType]: Column<T> & {
    readonly [Event in keyof Story]?: (told: Story[Event]) => ColumnValue<T> | null;
  };
}[ColumnType];
