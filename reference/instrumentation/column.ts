/** A value on its way to a column, as it is in JSON. */
export type RecordedValue = string | number | boolean | null;

/** How values of a type of column are converted. Many go to DuckDB as one JSON text: binding each costs more. */
interface TypeOfColumn<Value> {
  readonly fromValue: (value: Value) => RecordedValue;
  /** The type that DuckDB reads from the JSON. */
  readonly inJson: string;
  /** SQL for the column's value, given SQL for the value from the JSON. */
  readonly fromJson: (value: string) => string;
}

const asIs = (value: string): string => value;
/** JSON cannot hold a surrogate without its other half. */
const fromText = (text: string): string => text.toWellFormed();
/** Exact up to the year 2255. */
const fromMicros = (micros: bigint): number => Number(micros);

/** The types of the documented columns. */
export const columnTypes = {
  UUID: { fromValue: (text: string) => text, inJson: 'UUID', fromJson: asIs },
  VARCHAR: { fromValue: fromText, inJson: 'VARCHAR', fromJson: asIs },
  INTEGER: { fromValue: (value: number) => value, inJson: 'INTEGER', fromJson: asIs },
  BIGINT: {
    fromValue: (value: number | bigint) =>
      Number.isSafeInteger(Number(value)) ? Number(value) : String(value),
    inJson: 'BIGINT',
    fromJson: asIs,
  },
  BOOLEAN: { fromValue: (value: boolean) => value, inJson: 'BOOLEAN', fromJson: asIs },
  // Microseconds since the Unix epoch, UTC.
  TIMESTAMP: {
    fromValue: fromMicros,
    inJson: 'BIGINT',
    fromJson: (value: string) => `system.main.make_timestamp(${value})`,
  },
  // The same, as a moment that each session sees in its own time zone.
  'TIMESTAMP WITH TIME ZONE': {
    fromValue: fromMicros,
    inJson: 'BIGINT',
    fromJson: (value: string) => `system.main.make_timestamptz(${value})`,
  },
  // It must be valid, or else no batch with it can be written.
  JSON: { fromValue: fromText, inJson: 'VARCHAR', fromJson: (value: string) => `${value}::JSON` },
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
